-- A later version supersedes an earlier one in the register; the order below only keeps the build
-- total should two ever be signed (assert_one_signed_version_a_quarter names them).
with submissions as (
    select * from {{ ref('stg_register__submissions') }}
    where state = 'signed'
),

ranked as (
    select
        *,
        row_number() over (
            partition by borough_code, quarter
            order by version desc, submission_id desc
        ) as version_rank
    from submissions
),

returns as (
    select
        submission_id,
        max(scope) as scope
    from {{ ref('stg_apprenticeships__returns') }}
    group by submission_id
),

quarters as (
    select * from {{ ref('dim_quarter') }}
),

signed as (
    select
        ranked.borough_code,
        ranked.quarter,
        quarters.last_day as as_at_date,
        ranked.submission_id,
        ranked.version,
        ranked.received_at,
        ranked.signed_at,
        returns.scope,
        row_number() over (
            partition by ranked.borough_code
            order by quarters.first_day
        ) as return_number
    from ranked
    inner join quarters on ranked.quarter = quarters.quarter
    left join returns on ranked.submission_id = returns.submission_id
    where ranked.version_rank = 1
)

select * from signed
