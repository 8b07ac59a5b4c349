with people as (
    select
        as_at_quarter,
        population,
        area_code,
        count(*) as people,
        cast(sum(is_reached) as bigint) as events
    from {{ ref('int_survival_people') }}
    group by as_at_quarter, population, area_code
),

halves as (
    select
        curve.as_at_quarter,
        curve.population,
        curve.area_code,
        -- A product of shares that is a half may come out a hair above it.
        min(curve.months) filter (where curve.survival <= 0.5 + 0.000000000001) as median_months
    from {{ ref('fct_time_to_mid_level') }} as curve
    inner join {{ ref('int_quarters_changed') }} as changed
        on curve.as_at_quarter = changed.as_at_quarter
    group by curve.as_at_quarter, curve.population, curve.area_code
)

select
    people.as_at_quarter,
    people.population,
    people.area_code,
    people.people,
    people.events,
    cast(case when people.people >= 10 then halves.median_months end as integer) as median_months
from people
inner join halves
    on
        people.as_at_quarter = halves.as_at_quarter
        and people.population = halves.population
        and people.area_code = halves.area_code
