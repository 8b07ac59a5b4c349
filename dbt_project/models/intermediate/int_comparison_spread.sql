with units as (
    select * from {{ ref('int_comparison_units') }}
),

scored as (
    select
        as_at_quarter,
        population,
        metric_id,
        unit_type,
        period_type,
        period,
        denominator,
        target,
        {{ funnel_score('numerator', 'denominator', 'target') }} as score
    from units
),

ends as (
    select
        as_at_quarter,
        population,
        metric_id,
        unit_type,
        {{ quantile('score', '0.1') }} as lowest_score,
        {{ quantile('score', '0.9') }} as highest_score
    from scored
    group by as_at_quarter, population, metric_id, unit_type
),

-- The weight of a unit on the arcsine-root scale is four times its people: whole numbers.
summed as (
    select
        scored.as_at_quarter,
        scored.population,
        scored.metric_id,
        scored.unit_type,
        scored.period_type,
        scored.period,
        scored.target,
        count(*) as unit_count,
        max(scored.denominator) as greatest_denominator,
        cast(sum(4 * scored.denominator) as double) as weight,
        cast(sum(16 * scored.denominator * scored.denominator) as double) as squared_weight,
        cast(
            sum(
                cast(
                    power(
                        least(greatest(scored.score, ends.lowest_score), ends.highest_score), 2
                    ) as decimal(28, 12)
                )
            ) as double
        ) as squared_score
    from scored
    inner join ends
        on
            scored.as_at_quarter = ends.as_at_quarter
            and scored.population = ends.population
            and scored.metric_id = ends.metric_id
            and scored.unit_type = ends.unit_type
    group by
        scored.as_at_quarter,
        scored.population,
        scored.metric_id,
        scored.unit_type,
        scored.period_type,
        scored.period,
        scored.target
)

select
    as_at_quarter,
    population,
    metric_id,
    unit_type,
    period_type,
    period,
    target,
    unit_count,
    greatest_denominator,
    case when unit_count >= 10 then 'funnel' else 'exact_binomial' end as method,
    case when unit_count >= 10 then squared_score / unit_count end as overdispersion,
    case
        when unit_count >= 10
            then
                greatest(
                    0.0,
                    (squared_score - (unit_count - 1)) / (weight - squared_weight / weight)
                )
    end as between_variance
from summed
