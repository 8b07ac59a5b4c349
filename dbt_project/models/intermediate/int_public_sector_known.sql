-- The figures are of the last year to 31 March that is complete at the end of the quarter they come
-- with: of 2025-26 in the return for 2025-26Q4, and in a late one for 2026-27Q1 too.
with returns as (
    select * from {{ ref('int_returns_signed') }}
),

as_at as (
    select returns.*
    from returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

figures as (
    select
        public_sector.*,
        returns.return_number,
        {{ financial_year(add_days('returns.as_at_date', 1)) }} - 1 as financial_year
    from {{ ref('stg_apprenticeships__public_sector') }} as public_sector
    inner join returns
        on
            public_sector.submission_id = returns.submission_id
            and public_sector.borough_code = returns.borough_code
            and public_sector.quarter = returns.quarter
),

known as (
    select
        as_at.quarter as as_at_quarter,
        figures.borough_code,
        figures.financial_year,
        figures.part,
        figures.employees_start,
        figures.employees_end,
        figures.employees_new,
        figures.apprentices_start,
        figures.apprentices_end,
        figures.apprentices_new,
        row_number() over (
            partition by
                as_at.quarter,
                figures.borough_code,
                figures.financial_year,
                figures.part
            order by figures.return_number desc, figures.row_number desc
        ) as age_rank
    from as_at
    inner join figures
        on
            as_at.borough_code = figures.borough_code
            and as_at.return_number >= figures.return_number
)

select * from known
where age_rank = 1
