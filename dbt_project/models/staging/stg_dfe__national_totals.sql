with source as (
    {{ from_lake('dfe', 'dfe_national_totals') }}
),

typed as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(apps_level as varchar) as apps_level,
        cast(age_group as varchar) as age_group,
        cast(starts as integer) as starts,
        cast(starts_is_low as boolean) as starts_is_low,
        cast(enrolments as integer) as enrolments,
        cast(enrolments_is_low as boolean) as enrolments_is_low,
        cast(achievements as integer) as achievements,
        cast(achievements_is_low as boolean) as achievements_is_low,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
