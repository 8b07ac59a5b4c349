-- Rows read = rows of the mart and apprenticeship units, for every signed return.
with read_rows as (
    select
        borough_code,
        quarter,
        submission_id,
        count(*) as row_count,
        count(*) filter (where standard_ref like 'AU%') as unit_count
    from {{ ref('stg_apprenticeships__apprentices') }}
    group by borough_code, quarter, submission_id
),

kept as (
    select
        borough_code,
        as_at_quarter,
        count(*) as row_count
    from {{ ref('fct_apprenticeships') }}
    where is_in_register = 1
    group by borough_code, as_at_quarter
)

select
    signed.borough_code,
    signed.quarter,
    read_rows.row_count as rows_read,
    kept.row_count as rows_kept
from {{ ref('int_returns_signed') }} as signed
left join read_rows on signed.submission_id = read_rows.submission_id
left join kept
    on signed.borough_code = kept.borough_code and signed.quarter = kept.as_at_quarter
where coalesce(read_rows.row_count - read_rows.unit_count, 0) <> coalesce(kept.row_count, 0)
