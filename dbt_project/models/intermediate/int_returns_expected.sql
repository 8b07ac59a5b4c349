with received as (
    select * from {{ ref('int_returns_received') }}
),

collected as (
    select
        min(first_day) as first_day,
        max(first_day) as last_first_day
    from received
),

spine as (
    select
        boroughs.borough_code,
        quarters.quarter,
        quarters.first_day,
        quarters.due_date
    from {{ ref('dim_borough') }} as boroughs
    cross join {{ ref('dim_quarter') }} as quarters
    inner join collected
        on quarters.first_day between collected.first_day and collected.last_first_day
)

select
    spine.borough_code,
    spine.quarter,
    spine.first_day,
    coalesce(received.state, 'not_returned') as state,
    received.submission_id,
    received.version,
    received.received_at,
    received.signed_at,
    -- Late is when a borough first sent anything after the due date; a correction is not late.
    cast(received.first_received_at as date) > spine.due_date as is_late,
    received.scope,
    received.row_count
from spine
left join received
    on spine.borough_code = received.borough_code and spine.quarter = received.quarter
