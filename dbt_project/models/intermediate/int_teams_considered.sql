with returns as (
    select returns.*
    from {{ ref('int_returns_signed') }} as returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

teams as (
    select
        returns.quarter as as_at_quarter,
        readiness.borough_code,
        readiness.team_ref,
        readiness.standard_ref,
        readiness.discipline,
        readiness.decision,
        readiness.hold_reason,
        cast(readiness.c1 as integer) as c1,
        cast(readiness.c2 as integer) as c2,
        cast(readiness.c3 as integer) as c3,
        cast(readiness.c4 as integer) as c4,
        cast(readiness.c5 as integer) as c5,
        cast(readiness.c6 as integer) as c6,
        cast(readiness.c7 as integer) as c7,
        cast(readiness.c8 as integer) as c8
    from {{ ref('stg_apprenticeships__readiness') }} as readiness
    inner join returns
        on
            readiness.submission_id = returns.submission_id
            and readiness.borough_code = returns.borough_code
            and readiness.quarter = returns.quarter
)

select * from teams
