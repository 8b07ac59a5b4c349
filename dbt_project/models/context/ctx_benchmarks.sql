-- Every number here comes from an imported file or from our own dated list, none from this text.
with measures as (
    select * from {{ ref('published_measures') }}
),

thresholds as (
    select
        indicator,
        'at_risk' as band,
        'at risk' as band_words,
        period,
        at_risk as published_text,
        at_risk_comparator as comparator,
        at_risk_percent as value,
        at_risk_second_comparator as second_comparator,
        at_risk_second_percent as second_value,
        at_risk_qualifier as qualifier,
        definition,
        valid_from,
        valid_to,
        source,
        source_file,
        source_sha256
    from {{ ref('stg_dfe__aaf_thresholds') }}
    union all
    select
        indicator,
        'needs_improvement' as band,
        'needs improvement' as band_words,
        period,
        needs_improvement as published_text,
        needs_improvement_comparator as comparator,
        needs_improvement_percent as value,
        needs_improvement_second_comparator as second_comparator,
        needs_improvement_second_percent as second_value,
        needs_improvement_qualifier as qualifier,
        definition,
        valid_from,
        valid_to,
        source,
        source_file,
        source_sha256
    from {{ ref('stg_dfe__aaf_thresholds') }}
),

framework as (
    select
        measures.metric_id,
        measures.benchmark_code || '_' || upper(thresholds.band) as benchmark_code,
        measures.label || ', ' || thresholds.band_words as label,
        measures.area,
        thresholds.period,
        thresholds.comparator,
        thresholds.value,
        thresholds.second_comparator,
        thresholds.second_value,
        'percent' as unit,
        thresholds.valid_from,
        thresholds.valid_to,
        thresholds.published_text,
        thresholds.source,
        thresholds.source_file,
        thresholds.source_sha256,
        measures.note || ' Counts: ' || thresholds.definition || '.'
        || case
            when thresholds.qualifier is null then ''
            else ' In full: ' || thresholds.published_text || '.'
        end as note
    from thresholds
    inner join measures
        on
            thresholds.indicator = measures.measure
            and measures.source_table = 'aaf_thresholds'
            and (
                measures.qualifier is null
                or (measures.qualifier = 'none' and thresholds.qualifier is null)
                or thresholds.qualifier like measures.qualifier || '%'
            )
    where thresholds.value is not null
),

national as (
    select
        measures.metric_id,
        measures.benchmark_code,
        measures.label,
        measures.area,
        coalesce(rates.academic_year, 'no year given') as period,
        '=' as comparator,
        rates.value,
        cast(null as varchar) as second_comparator,
        cast(null as decimal(18, 4)) as second_value,
        case when rates.unit = '%' then 'percent' else rates.unit end as unit,
        rates.valid_from,
        rates.valid_to,
        rates.value_text as published_text,
        rates.source,
        rates.source_file,
        rates.source_sha256,
        measures.note
    from {{ ref('stg_published__national_rates') }} as rates
    inner join measures
        on
            rates.measure_name = measures.measure
            and measures.source_table = 'national_rates'
    where rates.value is not null
),

councils as (
    select
        measures.metric_id,
        measures.benchmark_code,
        measures.label,
        measures.area,
        totals.period,
        '=' as comparator,
        cast(totals.apprentices as decimal(18, 4)) as value,
        cast(null as varchar) as second_comparator,
        cast(null as decimal(18, 4)) as second_value,
        'people' as unit,
        totals.valid_from,
        totals.valid_to,
        cast(totals.apprentices as varchar) as published_text,
        totals.source,
        totals.source_file,
        totals.source_sha256,
        measures.note
    from {{ ref('stg_published__london_councils_totals') }} as totals
    inner join measures
        on
            totals.category = measures.measure
            and measures.source_table = 'london_councils_totals'
),

listed as (
    select
        metric_id,
        code as benchmark_code,
        label,
        'no area' as area,
        coalesce('from ' || cast(valid_from as varchar), 'no date given') as period,
        case when low is null then '<=' else '>=' end as comparator,
        coalesce(low, high) as value,
        case when low is not null and high is not null then '<=' end as second_comparator,
        case when low is not null and high is not null then high end as second_value,
        unit,
        valid_from,
        valid_to,
        cast(null as varchar) as published_text,
        source,
        'benchmarks.csv' as source_file,
        cast(null as varchar) as source_sha256,
        note
    from {{ ref('benchmarks') }}
),

together as (
    select * from framework
    union all
    select * from national
    union all
    select * from councils
    union all
    select * from listed
)

select * from together
