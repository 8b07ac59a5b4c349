-- Every return holds the whole account, so what was known at a quarter is its own return alone.
with returns as (
    select returns.*
    from {{ ref('int_returns_signed') }} as returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

months as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        levy.borough_code,
        levy.month,
        {{ financial_year('levy.month') }} as financial_year,
        cast(
            (extract(year from returns.as_at_date) - extract(year from levy.month)) * 12
            + extract(month from returns.as_at_date) - extract(month from levy.month) as integer
        ) as months_ago,
        levy.levy_declared,
        cast(levy.levy_declared * levy.english_fraction as decimal(24, 7)) as levy_in_england,
        levy.top_up,
        cast(
            levy.levy_declared * levy.english_fraction + levy.top_up as decimal(24, 7)
        ) as funds_in,
        levy.paid_to_providers,
        levy.transferred_out,
        levy.transferred_in,
        levy.expired,
        coalesce(levy.co_investment, 0) as co_investment,
        levy.paid_to_providers + levy.transferred_out as used,
        levy.balance_end
    from {{ ref('stg_apprenticeships__levy_months') }} as levy
    inner join returns
        on
            levy.submission_id = returns.submission_id
            and levy.borough_code = returns.borough_code
            and levy.quarter = returns.quarter
)

select * from months
