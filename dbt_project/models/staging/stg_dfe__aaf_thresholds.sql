with source as (
    {{ from_lake('dfe', 'aaf_thresholds') }}
),

typed as (
    select
        cast(indicator as varchar) as indicator,
        cast(period as varchar) as period,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(at_risk as varchar) as at_risk,
        cast(at_risk_comparator as varchar) as at_risk_comparator,
        cast(at_risk_percent as decimal(18, 4)) as at_risk_percent,
        cast(at_risk_second_comparator as varchar) as at_risk_second_comparator,
        cast(at_risk_second_percent as decimal(18, 4)) as at_risk_second_percent,
        cast(at_risk_qualifier as varchar) as at_risk_qualifier,
        cast(needs_improvement as varchar) as needs_improvement,
        cast(needs_improvement_comparator as varchar) as needs_improvement_comparator,
        cast(needs_improvement_percent as decimal(18, 4)) as needs_improvement_percent,
        cast(needs_improvement_second_comparator as varchar) as needs_improvement_second_comparator,
        cast(needs_improvement_second_percent as decimal(18, 4))
            as needs_improvement_second_percent,
        cast(needs_improvement_qualifier as varchar) as needs_improvement_qualifier,
        cast(definition as varchar) as definition,
        cast(source as varchar) as source,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
