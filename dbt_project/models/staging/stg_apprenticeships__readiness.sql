-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'readiness') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(team_ref as varchar) as team_ref,
        cast(discipline as varchar) as discipline,
        cast(standard_ref as varchar) as standard_ref,
        cast(c1 as varchar) as c1,
        cast(c2 as varchar) as c2,
        cast(c3 as varchar) as c3,
        cast(c4 as varchar) as c4,
        cast(c5 as varchar) as c5,
        cast(c6 as varchar) as c6,
        cast(c7 as varchar) as c7,
        cast(c8 as varchar) as c8,
        cast(decision as varchar) as decision,
        cast(hold_reason as varchar) as hold_reason
    from source
)

select * from typed
