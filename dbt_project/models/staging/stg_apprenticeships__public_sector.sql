-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'public_sector') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(part as varchar) as part,
        cast(employees_start as bigint) as employees_start,
        cast(employees_end as bigint) as employees_end,
        cast(employees_new as bigint) as employees_new,
        cast(apprentices_start as bigint) as apprentices_start,
        cast(apprentices_end as bigint) as apprentices_end,
        cast(apprentices_new as bigint) as apprentices_new
    from source
)

select * from typed
