with figures as (
    select * from {{ ref('fct_metric_values') }}
),

sums as (
    select
        as_at_quarter,
        metric_id,
        view,
        population,
        period_type,
        period,
        sum(numerator) filter (where area_code = 'REGION') as region_numerator,
        sum(numerator) filter (where area_code <> 'REGION') as borough_numerator,
        sum(due_count) filter (where area_code = 'REGION') as region_due_count,
        sum(due_count) filter (where area_code <> 'REGION') as borough_due_count,
        sum(denominator) filter (where area_code = 'REGION') as region_denominator,
        case
            when metric_id = 'M37' then max(denominator) filter (where area_code <> 'REGION')
            else sum(denominator) filter (where area_code <> 'REGION')
        end as borough_denominator
    from figures
    group by as_at_quarter, metric_id, view, population, period_type, period
)

select * from sums
where
    region_numerator is distinct from borough_numerator
    or region_denominator is distinct from borough_denominator
    or region_due_count is distinct from borough_due_count
