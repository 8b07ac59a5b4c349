-- A borough that reports only its digital apprenticeships has not returned the population ALL.
with populations as (
    select 'DIGITAL' as population
    union all
    select 'ALL' as population
),

metrics as (
    select
        metrics.metric_id,
        metrics.metric_view,
        metrics.family,
        periods.period_type,
        periods.period_rule
    from {{ ref('dim_metric') }} as metrics
    inner join {{ ref('metric_periods') }} as periods on metrics.metric_id = periods.metric_id
),

cells as (
    select
        periods.as_at_quarter,
        metrics.metric_id,
        metrics.metric_view,
        metrics.family,
        populations.population,
        status.borough_code,
        periods.period_type,
        periods.period,
        status.state = 'signed'
        and (populations.population = 'DIGITAL' or coalesce(status.scope, 'ALL') = 'ALL')
            as is_returned
    from {{ ref('fct_return_status') }} as status
    cross join populations
    inner join {{ ref('int_metric_periods') }} as periods
        on status.quarter = periods.as_at_quarter
    inner join metrics
        on
            periods.period_type = metrics.period_type
            and (
                metrics.period_rule in ('every', periods.period)
                or (metrics.period_rule = 'latest_complete' and periods.is_latest_complete)
            )
)

select * from cells
