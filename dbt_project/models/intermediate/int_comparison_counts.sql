-- A borough that reports only its digital apprenticeships is not counted in the population ALL.
with spells as (
    select
        apprenticeships.*,
        {{ academic_year('apprenticeships.as_at_date') }} as this_year,
        case
            when apprenticeships.level in (2, 3) then '2-3'
            when apprenticeships.level in (4, 5) then '4-5'
            when apprenticeships.level in (6, 7) then '6-7'
            else 'not_known'
        end as level_band
    from {{ ref('fct_apprenticeships') }} as apprenticeships
    inner join {{ ref('int_quarters_changed') }} as changed
        on apprenticeships.as_at_quarter = changed.as_at_quarter
),

-- The three complete academic years before the one of the as-at date.
rated as (
    select * from spells
    where is_leaver = 1 and hybrid_year between this_year - 3 and this_year - 1
),

journeys as (
    select * from spells
    where is_journey_end = 1 and exit_year between this_year - 3 and this_year - 1
),

counted as (
    select
        *,
        'M05' as metric_id,
        is_achiever as is_counted
    from rated
    union all
    select
        *,
        'M06' as metric_id,
        is_completer as is_counted
    from rated
    union all
    select
        *,
        'M07' as metric_id,
        is_achiever as is_counted
    from rated
    where is_completer = 1
    union all
    select
        *,
        'M08' as metric_id,
        is_journey_achieved as is_counted
    from journeys
),

populations as (
    select
        *,
        'DIGITAL' as population
    from counted
    where is_digital = 1
    union all
    select
        *,
        'ALL' as population
    from counted
    where is_in_all = 1
)

select
    as_at_quarter,
    population,
    metric_id,
    'three_academic_years' as period_type,
    {{ academic_year_label('(this_year - 3)') }}
    || ' to '
    || {{ academic_year_label('(this_year - 1)') }} as period,
    borough_code,
    provider_ukprn,
    level_band,
    coalesce(entry_route, 'not_known') as entry_route,
    cast(sum(is_counted) as bigint) as numerator,
    count(*) as denominator
from populations
group by
    as_at_quarter,
    population,
    metric_id,
    this_year,
    borough_code,
    provider_ukprn,
    level_band,
    entry_route
