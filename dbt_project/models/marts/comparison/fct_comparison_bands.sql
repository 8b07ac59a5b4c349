-- Every size up to 100, and from there as many as a curve needs: 100 steps of equal ratio.
with spread as (
    select * from {{ ref('int_comparison_spread') }}
),

steps as (
    {{ whole_numbers_to_greatest('(select 200 as steps)', 'steps') }}
),

grid as (
    select distinct
        spread.*,
        case
            when steps.number <= 100 then steps.number
            else
                cast(
                    round(
                        100
                        * power(spread.greatest_denominator / 100.0, (steps.number - 100) / 100.0)
                    ) as bigint
                )
        end as denominator
    from spread
    inner join steps
        on
            spread.greatest_denominator >= steps.number
            or (spread.greatest_denominator > 100 and steps.number > 100)
    where steps.number >= 1
),

sizes as (
    select * from grid
    where method = 'exact_binomial'
),

numbers as (
    {{ whole_numbers_to_greatest('sizes', 'denominator') }}
),

probabilities as (
    {{ exact_probabilities('sizes', 'numbers') }}
),

exact_limits as (
    {{ exact_limits('probabilities') }}
)

select
    grid.as_at_quarter,
    grid.population,
    grid.metric_id,
    grid.unit_type,
    grid.denominator,
    grid.period_type,
    grid.period,
    grid.target,
    grid.method,
    {{ comparison_limit('grid', 'exact_limits', 'low_95') }},
    {{ comparison_limit('grid', 'exact_limits', 'high_95') }},
    {{ comparison_limit('grid', 'exact_limits', 'low_998') }},
    {{ comparison_limit('grid', 'exact_limits', 'high_998') }}
from grid
left join exact_limits
    on
        grid.as_at_quarter = exact_limits.as_at_quarter
        and grid.population = exact_limits.population
        and grid.metric_id = exact_limits.metric_id
        and grid.unit_type = exact_limits.unit_type
        and grid.denominator = exact_limits.denominator
