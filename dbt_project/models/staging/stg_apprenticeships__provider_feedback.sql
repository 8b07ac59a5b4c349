-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'provider_feedback') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(provider_ukprn as varchar) as provider_ukprn,
        cast(standard_ref as varchar) as standard_ref,
        cast(overall as varchar) as overall,
        cast(a1 as varchar) as a1,
        cast(a2 as varchar) as a2,
        cast(a3 as varchar) as a3,
        cast(a4 as varchar) as a4,
        cast(a5 as varchar) as a5,
        cast(a6 as varchar) as a6,
        cast(a7 as varchar) as a7,
        cast(a8 as varchar) as a8,
        cast(a9 as varchar) as a9,
        cast(would_use_again as varchar) as would_use_again
    from source
)

select * from typed
