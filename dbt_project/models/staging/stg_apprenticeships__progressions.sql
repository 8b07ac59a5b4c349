-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'progression') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(apprentice_ref as varchar) as apprentice_ref,
        cast(programme_no as bigint) as programme_no,
        cast(checkpoint as varchar) as checkpoint,
        cast(checked_on as date) as checked_on,
        cast(destination as varchar) as destination,
        cast(grade as varchar) as grade,
        cast(discipline as varchar) as discipline,
        cast(other_borough_code as varchar) as other_borough_code,
        cast(source as varchar) as source
    from source
)

select * from typed
