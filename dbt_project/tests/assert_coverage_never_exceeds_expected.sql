-- And a figure is given exactly where something was returned; the five ways of having none differ.
select
    as_at_quarter,
    metric_id,
    area_code,
    population,
    slice_value,
    period,
    boroughs_returned,
    boroughs_expected,
    value_state,
    numerator,
    value
from {{ ref('fct_metric_values') }}
where
    boroughs_returned > boroughs_expected
    or boroughs_late > boroughs_returned
    or boroughs_returned < 0
    or (boroughs_returned = 0)
    <> (value_state in ('not_returned', 'returned_for_correction', 'not_collected'))
    or (value_state in ('given', 'zero')) <> (value is not null)
    or (value_state = 'zero' and numerator <> 0)
