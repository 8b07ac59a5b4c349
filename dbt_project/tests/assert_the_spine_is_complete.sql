-- Every borough in every quarter between the first and the last, once: a gap is a row.
with status as (
    select * from {{ ref('fct_return_status') }}
),

quarters as (
    select distinct quarter from status
),

expected as (
    select
        boroughs.borough_code,
        quarters.quarter
    from {{ ref('dim_borough') }} as boroughs
    cross join quarters
)

select
    expected.borough_code,
    expected.quarter
from expected
left join status
    on expected.borough_code = status.borough_code and expected.quarter = status.quarter
where status.quarter is null
