with known as (
    select * from {{ ref('int_public_sector_known') }}
)

select
    as_at_quarter,
    borough_code,
    financial_year,
    part,
    employees_start,
    employees_end,
    employees_new,
    apprentices_start,
    apprentices_end,
    apprentices_new
from known
