-- And a figure is given exactly where something was returned.
select
    as_at_quarter,
    metric_id,
    area_code,
    population,
    period,
    boroughs_returned,
    boroughs_expected,
    numerator
from {{ ref('fct_metric_values') }}
where
    boroughs_returned > boroughs_expected
    or boroughs_returned < 0
    or (boroughs_returned = 0) <> (numerator is null)
    or (boroughs_returned = 0) <> (coverage_state = 'not_returned')
