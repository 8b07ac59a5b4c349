-- M37: every borough that returned, those without a start too, out of the starts of them all.
with figures as (
    select * from {{ ref('int_metric_figures') }}
    where metric_id = 'M37' and slice_type = 'all'
),

coverage as (
    select * from {{ ref('int_metric_coverage') }}
    where collected_by = 'apprentices' and return_state = 'returned' and area_code <> 'REGION'
),

started as (
    select
        spells.as_at_quarter,
        spells.borough_code,
        populations.population,
        periods.period_type,
        periods.period,
        sum(spells.is_journey_start) as start_count
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and spells.is_in_all = 1)
            or (populations.population = 'DIGITAL' and spells.is_digital = 1)
    inner join {{ ref('int_metric_periods') }} as periods
        on
            spells.as_at_quarter = periods.as_at_quarter
            and spells.start_date between periods.first_day and periods.last_day
    where periods.period_type in ('window', 'academic_year') and periods.is_latest_complete
    group by
        spells.as_at_quarter,
        spells.borough_code,
        populations.population,
        periods.period_type,
        periods.period
),

boroughs as (
    select
        figures.as_at_quarter,
        figures.population,
        coverage.area_code,
        figures.period_type,
        figures.period,
        cast(coalesce(started.start_count, 0) as decimal(18, 2)) as numerator
    from figures
    inner join coverage
        on
            figures.as_at_quarter = coverage.as_at_quarter
            and figures.population = coverage.population
    left join started
        on
            figures.as_at_quarter = started.as_at_quarter
            and figures.population = started.population
            and coverage.area_code = started.borough_code
            and figures.period_type = started.period_type
            and figures.period = started.period
),

region as (
    select
        as_at_quarter,
        population,
        period_type,
        period,
        sum(numerator) as start_count
    from boroughs
    group by as_at_quarter, population, period_type, period
),

shares as (
    select
        boroughs.as_at_quarter,
        boroughs.population,
        boroughs.area_code,
        boroughs.period_type,
        boroughs.period,
        boroughs.numerator,
        region.start_count as denominator
    from boroughs
    inner join region
        on
            boroughs.as_at_quarter = region.as_at_quarter
            and boroughs.population = region.population
            and boroughs.period_type = region.period_type
            and boroughs.period = region.period
    union all
    select
        as_at_quarter,
        population,
        'REGION' as area_code,
        period_type,
        period,
        start_count as numerator,
        start_count as denominator
    from region
)

select
    as_at_quarter,
    'M37' as metric_id,
    population,
    area_code,
    'all' as slice_type,
    'all' as slice_value,
    period_type,
    period,
    numerator,
    cast(denominator as decimal(18, 2)) as denominator,
    cast(null as decimal(18, 2)) as due,
    cast(null as decimal(18, 2)) as squares,
    cast(null as double) as median
from shares
