-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'return') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(period as varchar) as period,
        cast(as_at_date as date) as as_at_date,
        cast(scope as varchar) as scope,
        cast(nil_apprentices as varchar) as nil_apprentices,
        cast(nil_progression as varchar) as nil_progression,
        cast(nil_workforce as varchar) as nil_workforce,
        cast(nil_levy as varchar) as nil_levy,
        cast(nil_readiness as varchar) as nil_readiness,
        cast(nil_provider_feedback as varchar) as nil_provider_feedback,
        cast(nil_public_sector as varchar) as nil_public_sector
    from source
)

select * from typed
