with units as (
    select
        units.*,
        spread.method,
        spread.overdispersion,
        spread.between_variance,
        cast(units.numerator as double) / units.denominator as rate
    from {{ ref('int_comparison_units') }} as units
    inner join {{ ref('int_comparison_spread') }} as spread
        on
            units.as_at_quarter = spread.as_at_quarter
            and units.population = spread.population
            and units.metric_id = spread.metric_id
            and units.unit_type = spread.unit_type
),

sizes as (
    select distinct
        as_at_quarter,
        population,
        metric_id,
        unit_type,
        denominator,
        target
    from units
),

numbers as (
    {{ whole_numbers_to_greatest('sizes', 'denominator') }}
),

probabilities as (
    {{ exact_probabilities('sizes', 'numbers') }}
),

exact_limits as (
    {{ exact_limits('probabilities') }}
),

limited as (
    select
        units.*,
        probabilities.probability,
        {{ byar_low('units.numerator', 'units.expected') }} as oe_low_95,
        {{ byar_high('units.numerator', 'units.expected') }} as oe_high_95,
        {{ comparison_limit('units', 'exact_limits', 'low_95') }},
        {{ comparison_limit('units', 'exact_limits', 'high_95') }},
        {{ comparison_limit('units', 'exact_limits', 'low_998') }},
        {{ comparison_limit('units', 'exact_limits', 'high_998') }}
    from units
    inner join probabilities
        on
            units.as_at_quarter = probabilities.as_at_quarter
            and units.population = probabilities.population
            and units.metric_id = probabilities.metric_id
            and units.unit_type = probabilities.unit_type
            and units.denominator = probabilities.denominator
            and units.numerator = probabilities.outcome
    inner join exact_limits
        on
            units.as_at_quarter = exact_limits.as_at_quarter
            and units.population = exact_limits.population
            and units.metric_id = exact_limits.metric_id
            and units.unit_type = exact_limits.unit_type
            and units.denominator = exact_limits.denominator
),

-- Outside the exact limits is, by what they are, a probability under 0.05 or 0.002.
placed as (
    select
        *,
        case
            when rate < limit_low_998 then 'below'
            when rate > limit_high_998 then 'above'
            when rate < limit_low_95 then 'lower_edge'
            when rate > limit_high_95 then 'upper_edge'
            else 'within'
        end as position
    from limited
)

select
    as_at_quarter,
    population,
    metric_id,
    unit_type,
    unit_code,
    period_type,
    period,
    numerator,
    denominator,
    rate,
    {{ wilson_low('numerator', 'denominator') }} as low_95,
    {{ wilson_high('numerator', 'denominator') }} as high_95,
    target,
    expected,
    case when expected > 0 then numerator / expected end as observed_to_expected,
    oe_low_95,
    oe_high_95,
    {{ funnel_score('numerator', 'denominator', 'target') }} as score,
    overdispersion,
    between_variance,
    method,
    limit_low_95,
    limit_high_95,
    limit_low_998,
    limit_high_998,
    probability,
    position,
    case
        when position = 'above' and oe_low_95 > 1
            then 'Above what chance and case mix explain'
        when position = 'below' and oe_high_95 < 1
            then 'Below what chance and case mix explain'
        else 'Within what chance and case mix explain'
    end as words,
    cast(borough_count as integer) as borough_count,
    cast(
        denominator >= 10 and (unit_type = 'borough' or borough_count >= 3) as integer
    ) as is_nameable
from placed
