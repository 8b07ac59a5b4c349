with metrics as (
    select
        metrics.metric_id,
        metrics.collected_by,
        metrics.has_populations,
        metrics.is_additive,
        populations.population,
        slices.slice_type,
        periods.period_type,
        periods.period_rule
    from {{ ref('dim_metric') }} as metrics
    inner join {{ ref('metric_populations') }} as populations
        on metrics.metric_id = populations.metric_id
    inner join {{ ref('metric_slices') }} as slices on metrics.metric_id = slices.metric_id
    inner join {{ ref('metric_periods') }} as periods on metrics.metric_id = periods.metric_id
)

select distinct
    periods.as_at_quarter,
    metrics.metric_id,
    metrics.collected_by,
    metrics.has_populations,
    metrics.is_additive,
    metrics.population,
    metrics.slice_type,
    periods.period_type,
    periods.period
from metrics
inner join {{ ref('int_metric_periods') }} as periods
    on
        metrics.period_type = periods.period_type
        and (
            metrics.period_rule in ('every', periods.period)
            or (metrics.period_rule = 'latest_complete' and periods.is_latest_complete)
            or (metrics.period_rule = 'recent' and periods.is_recent)
        )
where metrics.slice_type = 'all' or periods.is_sliced = 1
