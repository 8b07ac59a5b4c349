with numbers as (
    select cast(unnest(range(0, 36525)) as integer) as day_number
),

calendar as (
    select
        make_date({{ var('first_metric_year') }}, 4, 1) as first_day,
        max(last_day) as last_day
    from {{ ref('dim_quarter') }}
)

select {{ add_days('calendar.first_day', 'numbers.day_number') }} as day
from numbers
cross join calendar
where numbers.day_number < {{ days_inclusive('calendar.first_day', 'calendar.last_day') }}
