-- Of rates and shares, which are people of people; and nobody is known who was not due.
with figures as (
    select figures.*
    from {{ ref('fct_metric_values') }} as figures
    inner join {{ ref('dim_metric') }} as metrics on figures.metric_id = metrics.metric_id
    where metrics.unit in ('rate', 'share')
)

select
    as_at_quarter,
    metric_id,
    area_code,
    population,
    slice_value,
    period,
    numerator,
    denominator,
    due_count
from figures
where numerator < 0 or numerator > denominator or denominator > due_count
