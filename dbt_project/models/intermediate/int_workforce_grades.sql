with returns as (
    select returns.*
    from {{ ref('int_returns_signed') }} as returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
    inner join {{ ref('stg_apprenticeships__returns') }} as declared
        on
            returns.submission_id = declared.submission_id
            and returns.borough_code = declared.borough_code
            and returns.quarter = declared.quarter
    where coalesce(declared.nil_workforce, 'N') <> 'Y'
),

grades as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        workforce.borough_code,
        workforce.discipline,
        workforce.grade,
        workforce.posts_established,
        workforce.posts_filled,
        greatest(0, workforce.posts_established - workforce.posts_filled) as posts_vacant,
        workforce.agency,
        workforce.joiners,
        workforce.leavers,
        workforce.hard_to_fill,
        workforce.planned_starts_12m,
        workforce.expected_openings_12m
    from {{ ref('stg_apprenticeships__workforce') }} as workforce
    inner join returns
        on
            workforce.submission_id = returns.submission_id
            and workforce.borough_code = returns.borough_code
            and workforce.quarter = returns.quarter
)

select * from grades
