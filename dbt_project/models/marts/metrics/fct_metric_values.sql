with figures as (
    select * from {{ ref('int_metric_counts') }}
    union all
    select * from {{ ref('int_metric_rates') }}
    union all
    select * from {{ ref('int_metric_progression') }}
    union all
    select * from {{ ref('int_metric_regional_share') }}
),

metrics as (
    select * from {{ ref('dim_metric') }}
),

boroughs as (
    select
        as_at_quarter,
        metric_id,
        metric_view,
        population,
        borough_code as area_code,
        period_type,
        period,
        numerator,
        denominator,
        due_count,
        cast(is_returned as integer) as boroughs_returned,
        1 as boroughs_expected
    from figures
),

-- A borough that did not return is null in the sum: the region is what was returned.
region as (
    select
        boroughs.as_at_quarter,
        boroughs.metric_id,
        boroughs.metric_view,
        boroughs.population,
        'REGION' as area_code,
        boroughs.period_type,
        boroughs.period,
        sum(boroughs.numerator) as numerator,
        -- Every borough's share is of the same total; it is not to be added up.
        case
            when metrics.unit = 'share' then max(boroughs.denominator)
            else sum(boroughs.denominator)
        end as denominator,
        sum(boroughs.due_count) as due_count,
        sum(boroughs.boroughs_returned) as boroughs_returned,
        sum(boroughs.boroughs_expected) as boroughs_expected
    from boroughs
    inner join metrics on boroughs.metric_id = metrics.metric_id
    group by
        boroughs.as_at_quarter,
        boroughs.metric_id,
        boroughs.metric_view,
        boroughs.population,
        boroughs.period_type,
        boroughs.period,
        metrics.unit
),

areas as (
    select * from boroughs
    union all
    select * from region
),

typed as (
    select
        as_at_quarter,
        metric_id,
        metric_view,
        population,
        area_code,
        period_type,
        period,
        cast(numerator as bigint) as numerator,
        cast(denominator as bigint) as denominator,
        cast(due_count as bigint) as due_count,
        cast(boroughs_returned as integer) as boroughs_returned,
        cast(boroughs_expected as integer) as boroughs_expected
    from areas
)

select
    typed.as_at_quarter,
    typed.metric_id,
    typed.metric_view as view,
    typed.population,
    typed.area_code,
    typed.period_type,
    typed.period,
    typed.numerator,
    typed.denominator,
    case
        when metrics.unit = 'count' then cast(typed.numerator as double)
        when typed.denominator > 0 then cast(typed.numerator as double) / typed.denominator
    end as value,
    {{ wilson_low('typed.numerator', 'typed.denominator') }} as low_95,
    {{ wilson_high('typed.numerator', 'typed.denominator') }} as high_95,
    typed.due_count,
    case
        when typed.due_count > 0 then cast(typed.denominator as double) / typed.due_count
    end as response_rate,
    case
        when typed.due_count > 0 then cast(typed.numerator as double) / typed.due_count
    end as low_bound,
    case
        when typed.due_count > 0
            then
                cast(typed.numerator + typed.due_count - typed.denominator as double)
                / typed.due_count
    end as high_bound,
    case when typed.boroughs_returned > 0 then 'returned' else 'not_returned' end as coverage_state,
    typed.boroughs_returned,
    typed.boroughs_expected,
    metrics.definition_version
from typed
inner join metrics on typed.metric_id = metrics.metric_id
