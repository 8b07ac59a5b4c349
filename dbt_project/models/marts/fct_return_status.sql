-- Made after int_quarters_changed, which compares what is returned now with this table as the
-- snapshot before left it.
-- depends_on: {{ ref('int_quarters_changed') }}
with expected as (
    select * from {{ ref('int_returns_expected') }}
)

select
    borough_code,
    quarter,
    state,
    submission_id,
    version,
    received_at,
    signed_at,
    is_late,
    scope,
    row_count
from expected
