with metrics as (
    select * from {{ ref('metrics') }}
)

select
    metric_id,
    label as metric_label,
    question,
    numerator,
    denominator,
    exclusions,
    cohort,
    metric_view,
    unit,
    populations,
    period_types,
    family,
    definition_version,
    source
from metrics
