with source as (
    {{ from_lake('dfe', 'dfe_achievement_rates') }}
),

typed as (
    select
        cast(academic_year as varchar) as academic_year,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(ukprn as varchar) as ukprn,
        cast(provider_name as varchar) as provider_name,
        cast(provider_type as varchar) as provider_type,
        cast(standard as varchar) as standard,
        cast(standard_ref as varchar) as standard_ref,
        cast(standard_title as varchar) as standard_title,
        cast(ssa_tier1 as varchar) as ssa_tier1,
        cast(level as varchar) as level,
        cast(leavers as integer) as leavers,
        cast(leavers_symbol as varchar) as leavers_symbol,
        cast(completers as integer) as completers,
        cast(completers_symbol as varchar) as completers_symbol,
        cast(achievers as integer) as achievers,
        cast(achievers_symbol as varchar) as achievers_symbol,
        cast(achievement_rate_percent as decimal(18, 4)) as achievement_rate_percent,
        cast(achievement_rate_symbol as varchar) as achievement_rate_symbol,
        cast(retention_rate_percent as decimal(18, 4)) as retention_rate_percent,
        cast(retention_rate_symbol as varchar) as retention_rate_symbol,
        cast(pass_rate_percent as decimal(18, 4)) as pass_rate_percent,
        cast(pass_rate_symbol as varchar) as pass_rate_symbol,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
