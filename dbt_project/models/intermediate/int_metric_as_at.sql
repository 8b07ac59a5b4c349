with as_at as (
    select
        quarters.quarter as as_at_quarter,
        quarters.last_day as as_at_date,
        {{ academic_year('quarters.last_day') }} as this_academic_year
    from {{ ref('int_quarters_changed') }} as changed
    inner join {{ ref('dim_quarter') }} as quarters on changed.as_at_quarter = quarters.quarter
),

newest as (
    select max(quarter) as newest_quarter from {{ ref('int_returns_expected') }}
)

select
    as_at.as_at_quarter,
    as_at.as_at_date,
    as_at.this_academic_year,
    -- A second quarter is when the academic year has ended: releases count its outcomes.
    cast(
        as_at.as_at_quarter = newest.newest_quarter or right(as_at.as_at_quarter, 2) = 'Q2'
        as integer
    ) as has_borough_slices,
    as_at.this_academic_year - 3 as sliced_from_year,
    make_date(as_at.this_academic_year - 3, 8, 1) as sliced_from_day
from as_at
cross join newest
