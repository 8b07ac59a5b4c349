with submissions as (
    select
        submissions.*,
        quarters.first_day
    from {{ ref('stg_register__submissions') }} as submissions
    inner join {{ ref('dim_quarter') }} as quarters on submissions.quarter = quarters.quarter
    where submissions.state <> 'withdrawn'
),

received as (
    select
        borough_code,
        quarter,
        first_day,
        min(received_at) as first_received_at,
        max(received_at) as last_received_at,
        max(version) as last_version
    from submissions
    group by borough_code, quarter, first_day
),

accepted_rows as (
    select
        submission_id,
        count(*) as row_count
    from {{ ref('stg_apprenticeships__apprentices') }}
    group by submission_id
)

select
    received.borough_code,
    received.quarter,
    received.first_day,
    case
        when signed.submission_id is null then 'returned_for_correction'
        else 'signed'
    end as state,
    signed.submission_id,
    coalesce(signed.version, received.last_version) as version,
    received.first_received_at,
    coalesce(signed.received_at, received.last_received_at) as received_at,
    signed.signed_at,
    signed.scope,
    case
        when signed.submission_id is not null then coalesce(accepted_rows.row_count, 0)
    end as row_count
from received
left join {{ ref('int_returns_signed') }} as signed
    on received.borough_code = signed.borough_code and received.quarter = signed.quarter
left join accepted_rows on signed.submission_id = accepted_rows.submission_id
