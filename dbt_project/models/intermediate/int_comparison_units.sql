-- A table, though small: the steps after it ask it several times.
{{ config(materialized='table') }}

with counts as (
    select * from {{ ref('int_comparison_counts') }}
),

strata as (
    select
        as_at_quarter,
        population,
        metric_id,
        period_type,
        period,
        level_band,
        entry_route,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from counts
    group by as_at_quarter, population, metric_id, period_type, period, level_band, entry_route
),

totals as (
    select
        *,
        sum(numerator) over (
            partition by as_at_quarter, population, metric_id, level_band
        ) as band_numerator,
        sum(denominator) over (
            partition by as_at_quarter, population, metric_id, level_band
        ) as band_denominator,
        sum(numerator) over (partition by as_at_quarter, population, metric_id) as all_numerator,
        sum(denominator) over (partition by as_at_quarter, population, metric_id) as all_denominator
    from strata
),

-- Fewer than 20 people say too little of a stratum to expect anything by it.
stratum_rates as (
    select
        as_at_quarter,
        population,
        metric_id,
        level_band,
        entry_route,
        cast(all_numerator as double) / all_denominator as target,
        case
            when denominator >= 20 then cast(numerator as double) / denominator
            when band_denominator >= 20 then cast(band_numerator as double) / band_denominator
            else cast(all_numerator as double) / all_denominator
        end as regional_rate
    from totals
),

units as (
    select
        *,
        'provider' as unit_type,
        provider_ukprn as unit_code
    from counts
    where provider_ukprn is not null and metric_id <> 'M08'
    union all
    select
        *,
        'borough' as unit_type,
        borough_code as unit_code
    from counts
)

select
    units.as_at_quarter,
    units.population,
    units.metric_id,
    units.unit_type,
    units.unit_code,
    units.period_type,
    units.period,
    cast(sum(units.numerator) as bigint) as numerator,
    cast(sum(units.denominator) as bigint) as denominator,
    count(distinct units.borough_code) as borough_count,
    stratum_rates.target,
    -- Added as decimals: the order of threads must not show.
    cast(
        sum(cast(units.denominator * stratum_rates.regional_rate as decimal(28, 12))) as double
    ) as expected
from units
inner join stratum_rates
    on
        units.as_at_quarter = stratum_rates.as_at_quarter
        and units.population = stratum_rates.population
        and units.metric_id = stratum_rates.metric_id
        and units.level_band = stratum_rates.level_band
        and units.entry_route = stratum_rates.entry_route
group by
    units.as_at_quarter,
    units.population,
    units.metric_id,
    units.unit_type,
    units.unit_code,
    units.period_type,
    units.period,
    stratum_rates.target
