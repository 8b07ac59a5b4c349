with metrics as (
    select * from {{ ref('metrics') }}
)

select
    metric_id,
    metric_name,
    label as metric_label,
    question,
    numerator,
    denominator,
    exclusions,
    cohort,
    metric_view,
    unit,
    collected_by,
    has_populations = 1 as has_populations,
    is_additive = 1 as is_additive,
    is_followed_up = 1 as is_followed_up,
    definition_version,
    source
from metrics
