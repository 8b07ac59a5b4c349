with quarters as (
    select * from {{ ref('quarters') }}
)

select
    quarter,
    first_day,
    last_day,
    case right(quarter, 2)
        when 'Q1' then 'April to June '
        when 'Q2' then 'July to September '
        when 'Q3' then 'October to December '
        when 'Q4' then 'January to March '
    end || cast(extract(year from last_day) as varchar) as quarter_label,
    left(quarter, 7) as financial_year,
    due_date,
    published_on
from quarters
