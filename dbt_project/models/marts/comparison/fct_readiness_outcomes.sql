-- The lowest answer says whether every condition that was answered is met.
with answers as (
    select
        returns.borough_code,
        returns.quarter,
        returns.as_at_date as said_on,
        readiness.team_ref,
        readiness.standard_ref,
        min(
            least(
                cast(readiness.c1 as integer),
                cast(readiness.c2 as integer),
                cast(readiness.c3 as integer),
                cast(readiness.c4 as integer),
                cast(readiness.c5 as integer),
                cast(readiness.c6 as integer),
                cast(readiness.c7 as integer),
                cast(readiness.c8 as integer)
            )
        ) as lowest_answer
    from {{ ref('stg_apprenticeships__readiness') }} as readiness
    inner join {{ ref('int_returns_signed') }} as returns
        on readiness.submission_id = returns.submission_id
    group by
        returns.borough_code,
        returns.quarter,
        returns.as_at_date,
        readiness.team_ref,
        readiness.standard_ref
),

-- One row a journey that should be over by now; who is still going has not achieved.
journeys as (
    select
        spells.as_at_quarter,
        spells.borough_code,
        spells.journey_id,
        spells.team_ref,
        spells.standard_ref,
        spells.journey_started_on,
        spells.is_digital,
        spells.is_in_all,
        spells.is_mature_achieved
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_quarters_changed') }} as changed
        on spells.as_at_quarter = changed.as_at_quarter
    where spells.is_mature_journey = 1
),

said_before as (
    select
        journeys.*,
        answers.lowest_answer,
        row_number() over (
            partition by journeys.as_at_quarter, journeys.journey_id
            order by answers.said_on desc
        ) as newest_first
    from journeys
    inner join answers
        on
            journeys.borough_code = answers.borough_code
            and journeys.team_ref = answers.team_ref
            and journeys.standard_ref = answers.standard_ref
            and journeys.journey_started_on >= answers.said_on
    where answers.lowest_answer is not null
),

populations as (
    select
        *,
        'DIGITAL' as population
    from said_before
    where newest_first = 1 and is_digital = 1
    union all
    select
        *,
        'ALL' as population
    from said_before
    where newest_first = 1 and is_in_all = 1
),

spine as (
    select
        as_at_quarter,
        'DIGITAL' as population
    from {{ ref('int_quarters_changed') }}
    union all
    select
        as_at_quarter,
        'ALL' as population
    from {{ ref('int_quarters_changed') }}
),

counted as (
    select
        spine.as_at_quarter,
        spine.population,
        count(*) filter (where populations.lowest_answer >= 3) as ready_starts,
        count(*) filter (
            where populations.lowest_answer >= 3 and populations.is_mature_achieved = 1
        ) as ready_achieved,
        count(*) filter (where populations.lowest_answer < 3) as not_ready_starts,
        count(*) filter (
            where populations.lowest_answer < 3 and populations.is_mature_achieved = 1
        ) as not_ready_achieved
    from spine
    left join populations
        on
            spine.as_at_quarter = populations.as_at_quarter
            and spine.population = populations.population
    group by spine.as_at_quarter, spine.population
),

rated as (
    select
        *,
        case
            when ready_starts > 0 then cast(ready_achieved as double) / ready_starts
        end as ready_rate,
        {{ wilson_low('ready_achieved', 'ready_starts') }} as ready_low_95,
        {{ wilson_high('ready_achieved', 'ready_starts') }} as ready_high_95,
        case
            when not_ready_starts > 0 then cast(not_ready_achieved as double) / not_ready_starts
        end as not_ready_rate,
        {{ wilson_low('not_ready_achieved', 'not_ready_starts') }} as not_ready_low_95,
        {{ wilson_high('not_ready_achieved', 'not_ready_starts') }} as not_ready_high_95,
        cast(ready_starts >= 10 and not_ready_starts >= 10 as integer) as is_shown
    from counted
),

compared as (
    select
        *,
        case when is_shown = 1 then ready_rate - not_ready_rate end as difference,
        case
            when is_shown = 1 then {{ newcombe_low('ready', 'not_ready') }}
        end as difference_low_95,
        case
            when is_shown = 1 then {{ newcombe_high('ready', 'not_ready') }}
        end as difference_high_95
    from rated
)

select
    as_at_quarter,
    population,
    'ready' as readiness_group,
    ready_starts as starts,
    ready_achieved as achieved,
    ready_rate as rate,
    ready_low_95 as low_95,
    ready_high_95 as high_95,
    difference,
    difference_low_95,
    difference_high_95,
    is_shown
from compared
union all
select
    as_at_quarter,
    population,
    'not_ready' as readiness_group,
    not_ready_starts as starts,
    not_ready_achieved as achieved,
    not_ready_rate as rate,
    not_ready_low_95 as low_95,
    not_ready_high_95 as high_95,
    difference,
    difference_low_95,
    difference_high_95,
    is_shown
from compared
