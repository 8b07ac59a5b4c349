-- M25: the median of the Kaplan-Meier estimate, of each borough and of the region.
with medians as (
    select medians.*
    from {{ ref('fct_survival_medians') }} as medians
    inner join {{ ref('int_quarters_changed') }} as changed
        on medians.as_at_quarter = changed.as_at_quarter
)

select
    as_at_quarter,
    'M25' as metric_id,
    population,
    area_code,
    'all' as slice_type,
    'all' as slice_value,
    'quarter' as period_type,
    as_at_quarter as period,
    cast(null as decimal(18, 2)) as numerator,
    cast(people as decimal(18, 2)) as denominator,
    cast(null as decimal(18, 2)) as due,
    cast(null as decimal(18, 2)) as squares,
    cast(median_months as double) as median
from medians
