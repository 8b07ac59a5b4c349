with source as (
    {{ from_lake('dfe', 'dfe_digital_provider_standard') }}
),

typed as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(ukprn as varchar) as ukprn,
        cast(provider_name as varchar) as provider_name,
        cast(provider_type as varchar) as provider_type,
        cast(standard_title as varchar) as standard_title,
        cast(level_band as varchar) as level_band,
        cast(ssa_tier1 as varchar) as ssa_tier1,
        cast(ssa_tier2 as varchar) as ssa_tier2,
        cast(starts as integer) as starts,
        cast(enrolments as integer) as enrolments,
        cast(achievements as integer) as achievements,
        cast(starts_is_low as boolean) as starts_is_low,
        cast(enrolments_is_low as boolean) as enrolments_is_low,
        cast(achievements_is_low as boolean) as achievements_is_low,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
