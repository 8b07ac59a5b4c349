with months as (
    select * from {{ ref('int_levy_months') }}
),

years as (
    select
        as_at_quarter,
        borough_code,
        financial_year,
        count(*) as months_reported,
        sum(levy_declared) as levy_declared,
        sum(levy_in_england) as levy_in_england,
        sum(top_up) as top_up,
        sum(funds_in) as funds_in,
        sum(paid_to_providers) as paid_to_providers,
        sum(transferred_out) as transferred_out,
        sum(transferred_in) as transferred_in,
        sum(expired) as expired,
        sum(co_investment) as co_investment,
        sum(used) as used
    from months
    group by as_at_quarter, borough_code, financial_year
)

select
    years.as_at_quarter,
    years.borough_code,
    years.financial_year,
    cast(years.months_reported = 12 as integer) as is_complete,
    cast(years.months_reported as integer) as months_reported,

    cast(years.levy_declared as decimal(18, 2)) as levy_declared,
    cast(years.levy_in_england as decimal(24, 7)) as levy_in_england,
    cast(years.top_up as decimal(18, 2)) as top_up,
    cast(years.funds_in as decimal(24, 7)) as funds_in,

    cast(years.paid_to_providers as decimal(18, 2)) as paid_to_providers,
    cast(years.transferred_out as decimal(18, 2)) as transferred_out,
    cast(years.transferred_in as decimal(18, 2)) as transferred_in,
    cast(years.expired as decimal(18, 2)) as expired,
    cast(years.co_investment as decimal(18, 2)) as co_investment,
    cast(years.used as decimal(18, 2)) as used,

    cast(years_before.levy_in_england as decimal(24, 7)) as previous_levy
from years
left join years as years_before
    on
        years.as_at_quarter = years_before.as_at_quarter
        and years.borough_code = years_before.borough_code
        and years.financial_year = years_before.financial_year + 1
        and years_before.months_reported = 12
