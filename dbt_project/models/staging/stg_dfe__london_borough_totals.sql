with source as (
    {{ from_lake('dfe', 'dfe_london_borough_totals') }}
),

typed as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(geography_basis as varchar) as geography_basis,
        cast(borough_code as varchar) as borough_code,
        cast(borough_name as varchar) as borough_name,
        cast(starts as integer) as starts,
        cast(enrolments as integer) as enrolments,
        cast(achievements as integer) as achievements,
        cast(starts_is_low as boolean) as starts_is_low,
        cast(enrolments_is_low as boolean) as enrolments_is_low,
        cast(achievements_is_low as boolean) as achievements_is_low,
        cast(provider_count as integer) as provider_count,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
