with spells as (
    select * from {{ ref('fct_apprenticeships') }}
),

events as (
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M01' as metric_id,
        start_date as event_date
    from spells
    where is_journey_start = 1
    union all
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M01b' as metric_id,
        start_date as event_date
    from spells
    where is_early_leaver = 1
    union all
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M02' as metric_id,
        as_at_date as event_date
    from spells
    where
        status = '1' and is_in_register = 1
        and start_date <= as_at_date
    union all
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M02b' as metric_id,
        as_at_date as event_date
    from spells
    where
        status = '1' and outcome = '8' and is_in_register = 1
        and start_date <= as_at_date
    union all
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M03' as metric_id,
        training_end_date as event_date
    from spells
    where status = '2' and is_last_of_journey = 1
    union all
    select
        as_at_quarter,
        borough_code,
        is_digital,
        'M04' as metric_id,
        achievement_date as event_date
    from spells
    where outcome = '1' and is_last_of_journey = 1
),

-- Every period begins and ends with a month, so months are all that the periods need.
monthly as (
    select
        as_at_quarter,
        borough_code,
        is_digital,
        metric_id,
        cast(date_trunc('month', event_date) as date) as event_month,
        count(*) as event_count
    from events
    where event_date is not null
    group by as_at_quarter, borough_code, is_digital, metric_id, event_month
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_type in ('quarter', 'financial_year', 'academic_year')
),

counted as (
    select
        monthly.as_at_quarter,
        monthly.metric_id,
        monthly.borough_code,
        periods.period_type,
        periods.period,
        sum(monthly.event_count) as all_count,
        sum(monthly.event_count * monthly.is_digital) as digital_count
    from monthly
    inner join periods
        on
            monthly.as_at_quarter = periods.as_at_quarter
            and monthly.event_month between periods.first_day and periods.last_day
    group by
        monthly.as_at_quarter,
        monthly.metric_id,
        monthly.borough_code,
        periods.period_type,
        periods.period
),

cells as (
    select * from {{ ref('int_metric_cells') }}
    where family = 'counts'
)

select
    cells.*,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(counted.all_count, 0)
        when cells.is_returned then coalesce(counted.digital_count, 0)
    end as numerator,
    cast(null as bigint) as denominator,
    cast(null as bigint) as due_count
from cells
left join counted
    on
        cells.as_at_quarter = counted.as_at_quarter
        and cells.metric_id = counted.metric_id
        and cells.borough_code = counted.borough_code
        and cells.period_type = counted.period_type
        and cells.period = counted.period
