-- Of the metrics that add up: medians and shares of the region are not their boroughs' sum.
with figures as (
    select figures.*
    from {{ ref('fct_metric_values') }} as figures
    inner join {{ ref('dim_metric') }} as metrics on figures.metric_id = metrics.metric_id
    where metrics.is_additive and figures.slice_type = 'all'
),

sums as (
    select
        as_at_quarter,
        metric_id,
        population,
        period_type,
        period,
        sum(numerator) filter (where area_code = 'REGION') as region_numerator,
        sum(numerator) filter (where area_code <> 'REGION') as borough_numerator,
        sum(due_count) filter (where area_code = 'REGION') as region_due_count,
        sum(due_count) filter (where area_code <> 'REGION') as borough_due_count,
        sum(denominator) filter (where area_code = 'REGION') as region_denominator,
        sum(denominator) filter (where area_code <> 'REGION') as borough_denominator,
        sum(boroughs_returned) filter (where area_code = 'REGION') as region_returned,
        sum(boroughs_returned) filter (where area_code <> 'REGION') as borough_returned
    from figures
    group by as_at_quarter, metric_id, population, period_type, period
)

select * from sums
where
    -- Pence and hundredths of hours add up to within a millionth in floating point.
    abs(region_numerator - borough_numerator) > 0.000001
    or abs(region_denominator - borough_denominator) > 0.000001
    or (region_numerator is null) <> (borough_numerator is null)
    or (region_denominator is null) <> (borough_denominator is null)
    or region_due_count is distinct from borough_due_count
    or region_returned <> borough_returned
