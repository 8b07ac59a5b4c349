-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'workforce') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(discipline as varchar) as discipline,
        cast(grade as varchar) as grade,
        cast(posts_established as decimal(12, 2)) as posts_established,
        cast(posts_filled as decimal(12, 2)) as posts_filled,
        cast(agency as decimal(12, 2)) as agency,
        cast(joiners as bigint) as joiners,
        cast(leavers as bigint) as leavers,
        cast(hard_to_fill as varchar) as hard_to_fill,
        cast(planned_starts_12m as bigint) as planned_starts_12m,
        cast(expected_openings_12m as bigint) as expected_openings_12m
    from source
)

select * from typed
