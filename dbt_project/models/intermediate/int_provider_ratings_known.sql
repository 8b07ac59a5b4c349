with returns as (
    select * from {{ ref('int_returns_signed') }}
),

as_at as (
    select returns.*
    from returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

ratings as (
    select
        feedback.*,
        returns.as_at_date
    from {{ ref('stg_apprenticeships__provider_feedback') }} as feedback
    inner join returns
        on
            feedback.submission_id = returns.submission_id
            and feedback.borough_code = returns.borough_code
            and feedback.quarter = returns.quarter
),

known as (
    select
        as_at.quarter as as_at_quarter,
        ratings.borough_code,
        ratings.provider_ukprn,
        ratings.standard_ref,
        ratings.quarter as rated_in_quarter,
        cast(ratings.overall as bigint) as overall,
        ratings.would_use_again,
        ratings.a1,
        ratings.a2,
        ratings.a3,
        ratings.a4,
        ratings.a5,
        ratings.a6,
        ratings.a7,
        ratings.a8,
        ratings.a9,
        row_number() over (
            partition by
                as_at.quarter,
                ratings.borough_code,
                ratings.provider_ukprn,
                ratings.standard_ref
            order by ratings.as_at_date desc, ratings.row_number desc
        ) as age_rank
    from as_at
    inner join ratings
        on
            as_at.borough_code = ratings.borough_code
            and as_at.as_at_date >= ratings.as_at_date
            and ratings.as_at_date > {{ add_months('as_at.as_at_date', -12) }}
)

select * from known
where age_rank = 1
