-- Like for like: a region of 29 boroughs is not to be compared with one of 33. Both sides are added
-- up over the boroughs that have a figure at both quarters, and over no other.
with quarters as (
    select * from {{ ref('dim_quarter') }}
),

changed as (
    select * from {{ ref('int_quarters_changed') }}
),

pairs as (
    select
        later.quarter as as_at_quarter,
        earlier.quarter as earlier_quarter,
        'quarter_before' as compared_with
    from quarters as later
    inner join quarters as earlier
        on earlier.first_day = {{ add_months('later.first_day', -3) }}
    union all
    select
        later.quarter as as_at_quarter,
        earlier.quarter as earlier_quarter,
        'year_before' as compared_with
    from quarters as later
    inner join quarters as earlier
        on earlier.first_day = {{ add_months('later.first_day', -12) }}
),

figures as (
    select
        figures.*,
        -- Each as-at quarter has one period of these types, or one of each checkpoint.
        case
            when figures.period_type = 'checkpoint' then figures.period
            else 'latest'
        end as period_role
    from {{ ref('fct_metric_values') }} as figures
    inner join {{ ref('dim_metric') }} as metrics on figures.metric_id = metrics.metric_id
    where
        metrics.is_additive
        and figures.slice_type = 'all'
        and figures.area_code <> 'REGION'
        and figures.boroughs_returned = 1
        and (
            figures.period_type in ('three_academic_years', 'checkpoint')
            or (figures.period_type = 'quarter' and figures.period = figures.as_at_quarter)
        )
),

compared as (
    select
        later.as_at_quarter,
        pairs.compared_with,
        pairs.earlier_quarter,
        later.metric_id,
        later.view,
        later.population,
        later.period_type,
        later.period,
        earlier.period as earlier_period,
        count(*) as borough_count,
        sum(cast(later.numerator as decimal(18, 2))) as numerator,
        sum(cast(later.denominator as decimal(18, 2))) as denominator,
        sum(cast(earlier.numerator as decimal(18, 2))) as earlier_numerator,
        sum(cast(earlier.denominator as decimal(18, 2))) as earlier_denominator
    from figures as later
    inner join changed on later.as_at_quarter = changed.as_at_quarter
    inner join pairs on later.as_at_quarter = pairs.as_at_quarter
    inner join figures as earlier
        on
            pairs.earlier_quarter = earlier.as_at_quarter
            and later.metric_id = earlier.metric_id
            and later.population = earlier.population
            and later.area_code = earlier.area_code
            and later.period_type = earlier.period_type
            and later.period_role = earlier.period_role
    group by
        later.as_at_quarter,
        pairs.compared_with,
        pairs.earlier_quarter,
        later.metric_id,
        later.view,
        later.population,
        later.period_type,
        later.period,
        earlier.period
)

select
    as_at_quarter,
    compared_with,
    earlier_quarter,
    metric_id,
    view,
    population,
    period_type,
    period,
    earlier_period,
    cast(borough_count as integer) as borough_count,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    cast(earlier_numerator as double) as earlier_numerator,
    cast(earlier_denominator as double) as earlier_denominator,
    case
        when denominator is null then cast(numerator as double)
        when denominator <> 0 then cast(numerator as double) / cast(denominator as double)
    end as value,
    case
        when earlier_denominator is null then cast(earlier_numerator as double)
        when earlier_denominator <> 0
            then cast(earlier_numerator as double) / cast(earlier_denominator as double)
    end as earlier_value
from compared
