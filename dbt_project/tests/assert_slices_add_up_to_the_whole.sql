-- Every row is in one part of each slice: the parts of a figure that adds up make the whole figure.
with figures as (
    select figures.*
    from {{ ref('fct_metric_values') }} as figures
    inner join {{ ref('dim_metric') }} as metrics on figures.metric_id = metrics.metric_id
    where metrics.is_additive
),

parts as (
    select
        as_at_quarter,
        metric_id,
        population,
        area_code,
        slice_type,
        period_type,
        period,
        sum(numerator) as numerator,
        sum(denominator) as denominator,
        sum(due_count) as due_count
    from figures
    where slice_type <> 'all'
    group by as_at_quarter, metric_id, population, area_code, slice_type, period_type, period
)

select
    parts.*,
    figures.numerator as whole_numerator,
    figures.denominator as whole_denominator
from parts
left join figures
    on
        parts.as_at_quarter = figures.as_at_quarter
        and parts.metric_id = figures.metric_id
        and parts.population = figures.population
        and parts.area_code = figures.area_code
        and parts.period_type = figures.period_type
        and parts.period = figures.period
        and figures.slice_type = 'all'
where
    figures.metric_id is null
    or abs(parts.numerator - figures.numerator) > 0.000001
    or abs(coalesce(parts.denominator, 0) - coalesce(figures.denominator, 0)) > 0.000001
    or parts.due_count is distinct from figures.due_count
