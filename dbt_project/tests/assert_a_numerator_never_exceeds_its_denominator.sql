select
    as_at_quarter,
    metric_id,
    area_code,
    population,
    period,
    numerator,
    denominator,
    due_count
from {{ ref('fct_metric_values') }}
where numerator < 0 or numerator > denominator or denominator > due_count
