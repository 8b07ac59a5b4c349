with people as (
    select * from {{ ref('int_survival_people') }}
),

-- Whoever was last seen at a checkpoint was still watched at it.
counted as (
    select
        people.as_at_quarter,
        people.population,
        people.area_code,
        checkpoint.months,
        count(*) filter (where people.months >= checkpoint.months) as at_risk,
        count(*) filter (
            where people.months = checkpoint.months and people.is_reached = 1
        ) as events
    from people
    cross join {{ ref('checkpoint') }} as checkpoint
    group by people.as_at_quarter, people.population, people.area_code, checkpoint.months
),

-- Once nobody is left, the logarithm has no value and survival is none.
summed as (
    select
        *,
        sum(case when at_risk > events then ln(1 - cast(events as double) / at_risk) end) over (
            partition by as_at_quarter, population, area_code
            order by months
        ) as log_survival,
        sum(
            case
                when at_risk > events
                    then cast(events as double) / (cast(at_risk as double) * (at_risk - events))
            end
        ) over (
            partition by as_at_quarter, population, area_code
            order by months
        ) as greenwood_sum
    from counted
),

survived as (
    select
        *,
        case
            when at_risk = 0 then cast(null as double)
            when at_risk = events then cast(0 as double)
            when log_survival = 0 then cast(1 as double)
            else exp(log_survival)
        end as survival
    from summed
)

select
    as_at_quarter,
    population,
    area_code,
    months,
    at_risk,
    events,
    survival,
    1 - survival as share_reached,
    1 - {{ survival_limit('survival', 'greenwood_sum', score_95() | trim) }} as low_95,
    1 - {{ survival_limit('survival', 'greenwood_sum', '-' ~ (score_95() | trim)) }} as high_95
from survived
