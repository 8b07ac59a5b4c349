-- A comparison counts as the metric does, both ways: every figure of three complete years that
-- counts somebody is compared, a borough's own and a provider's in the region, and the target is
-- the region's figure.
with comparisons as (
    select
        *,
        case when unit_type = 'borough' then unit_code else 'REGION' end as area_code,
        case when unit_type = 'borough' then 'all' else 'provider' end as slice_type,
        case when unit_type = 'borough' then 'all' else unit_code end as slice_value
    from {{ ref('fct_comparisons') }}
),

figures as (
    select * from {{ ref('fct_metric_values') }}
    where
        metric_id in ('M05', 'M06', 'M07', 'M08')
        and period_type = 'three_academic_years'
        and denominator > 0
        and (
            (slice_type = 'all' and area_code <> 'REGION')
            or (
                slice_type = 'provider'
                and slice_value <> 'not_known'
                and area_code = 'REGION'
                and metric_id <> 'M08'
            )
        )
)

select
    coalesce(figures.as_at_quarter, comparisons.as_at_quarter) as as_at_quarter,
    coalesce(figures.population, comparisons.population) as population,
    coalesce(figures.metric_id, comparisons.metric_id) as metric_id,
    coalesce(figures.area_code, comparisons.area_code) as area_code,
    coalesce(figures.slice_value, comparisons.slice_value) as slice_value,
    figures.numerator,
    comparisons.numerator as compared_numerator,
    figures.denominator,
    comparisons.denominator as compared_denominator
from figures
full outer join comparisons
    on
        figures.as_at_quarter = comparisons.as_at_quarter
        and figures.population = comparisons.population
        and figures.metric_id = comparisons.metric_id
        and figures.area_code = comparisons.area_code
        and figures.slice_type = comparisons.slice_type
        and figures.slice_value = comparisons.slice_value
        and figures.period = comparisons.period
where
    figures.numerator is distinct from comparisons.numerator
    or figures.denominator is distinct from comparisons.denominator
    or round(figures.value, 12) is distinct from round(comparisons.rate, 12)
    or round(figures.low_95, 12) is distinct from round(comparisons.low_95, 12)
    or round(figures.high_95, 12) is distinct from round(comparisons.high_95, 12)
union all
select
    comparisons.as_at_quarter,
    comparisons.population,
    comparisons.metric_id,
    'REGION' as area_code,
    'all' as slice_value,
    regions.numerator,
    null as compared_numerator,
    regions.denominator,
    null as compared_denominator
from comparisons
left join {{ ref('fct_metric_values') }} as regions
    on
        comparisons.as_at_quarter = regions.as_at_quarter
        and comparisons.population = regions.population
        and comparisons.metric_id = regions.metric_id
        and comparisons.period = regions.period
        and regions.area_code = 'REGION'
        and regions.slice_type = 'all'
where round(regions.value, 12) is distinct from round(comparisons.target, 12)
