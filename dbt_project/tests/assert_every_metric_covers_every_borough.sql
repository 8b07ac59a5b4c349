-- Each metric and period has all boroughs and the region, in every quarter of the spine.
with counted as (
    select
        as_at_quarter,
        metric_id,
        population,
        period_type,
        period,
        count(distinct area_code) as area_count
    from {{ ref('fct_metric_values') }}
    where slice_type = 'all'
    group by as_at_quarter, metric_id, population, period_type, period
)

select * from counted
where area_count <> 1 + (select count(*) from {{ ref('dim_borough') }})
union all
select
    quarters.quarter as as_at_quarter,
    metrics.metric_id,
    null as population,
    null as period_type,
    null as period,
    0 as area_count
from (select distinct quarter from {{ ref('fct_return_status') }}) as quarters
cross join {{ ref('dim_metric') }} as metrics
where
    not exists (
        select 1
        from counted
        where
            counted.as_at_quarter = quarters.quarter
            and counted.metric_id = metrics.metric_id
    )
