-- Generated from the specification by generate/tallies.py from metrics.yaml; do not edit.
with facts as (
    select
        facts.as_at_quarter,
        changed.has_borough_slices,
        changed.sliced_from_day,
        changed.sliced_from_year,
        facts.borough_code,
        facts.is_digital,
        facts.is_in_all,
        facts.exit_year as placed_at,
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.level as varchar) as level_slice,
        cast(facts.discipline as varchar) as discipline_slice,
        cast(facts.sex as varchar) as sex_slice,
        cast(facts.ethnic_group as varchar) as ethnic_group_slice,
        cast(facts.age_band as varchar) as age_band_slice,
        cast(facts.disability as varchar) as disability_slice,
        cast(facts.entry_route as varchar) as entry_route_slice,
        is_journey_achieved as m08_numerator,
        is_journey_end as m08_denominator
    from {{ ref('fct_apprenticeships') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
    where facts.exit_year is not null
),

whole as (
    select
        as_at_quarter,
        borough_code as area_code,
        is_digital,
        is_in_all,
        placed_at,
        'all' as slice_type,
        'all' as slice_value,
        sum(m08_numerator) as m08_numerator,
        sum(m08_denominator) as m08_denominator
    from facts
    group by as_at_quarter, borough_code, is_digital, is_in_all, placed_at
),

region_slices as (
    select
        as_at_quarter,
        'REGION' as area_code,
        is_digital,
        is_in_all,
        placed_at,
        case
            when grouping(provider_slice) = 0 then 'provider'
            when grouping(standard_slice) = 0 then 'standard'
            when grouping(level_slice) = 0 then 'level'
            when grouping(discipline_slice) = 0 then 'discipline'
            when grouping(sex_slice) = 0 then 'sex'
            when grouping(ethnic_group_slice) = 0 then 'ethnic_group'
            when grouping(age_band_slice) = 0 then 'age_band'
            when grouping(disability_slice) = 0 then 'disability'
            when grouping(entry_route_slice) = 0 then 'entry_route'
        end as slice_type,
        case
            when grouping(provider_slice) = 0 then coalesce(provider_slice, 'not_known')
            when grouping(standard_slice) = 0 then coalesce(standard_slice, 'not_known')
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
            when grouping(sex_slice) = 0 then coalesce(sex_slice, 'not_known')
            when grouping(ethnic_group_slice) = 0 then coalesce(ethnic_group_slice, 'not_known')
            when grouping(age_band_slice) = 0 then coalesce(age_band_slice, 'not_known')
            when grouping(disability_slice) = 0 then coalesce(disability_slice, 'not_known')
            when grouping(entry_route_slice) = 0 then coalesce(entry_route_slice, 'not_known')
        end as slice_value,
        sum(m08_numerator) as m08_numerator,
        sum(m08_denominator) as m08_denominator
    from facts
    where placed_at >= sliced_from_year
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, sex_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, ethnic_group_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, age_band_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, disability_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, entry_route_slice)
    )
),

borough_slices as (
    select
        as_at_quarter,
        borough_code as area_code,
        is_digital,
        is_in_all,
        placed_at,
        case
            when grouping(provider_slice) = 0 then 'provider'
            when grouping(standard_slice) = 0 then 'standard'
            when grouping(level_slice) = 0 then 'level'
            when grouping(discipline_slice) = 0 then 'discipline'
            when grouping(sex_slice) = 0 then 'sex'
            when grouping(ethnic_group_slice) = 0 then 'ethnic_group'
            when grouping(age_band_slice) = 0 then 'age_band'
            when grouping(disability_slice) = 0 then 'disability'
            when grouping(entry_route_slice) = 0 then 'entry_route'
        end as slice_type,
        case
            when grouping(provider_slice) = 0 then coalesce(provider_slice, 'not_known')
            when grouping(standard_slice) = 0 then coalesce(standard_slice, 'not_known')
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
            when grouping(sex_slice) = 0 then coalesce(sex_slice, 'not_known')
            when grouping(ethnic_group_slice) = 0 then coalesce(ethnic_group_slice, 'not_known')
            when grouping(age_band_slice) = 0 then coalesce(age_band_slice, 'not_known')
            when grouping(disability_slice) = 0 then coalesce(disability_slice, 'not_known')
            when grouping(entry_route_slice) = 0 then coalesce(entry_route_slice, 'not_known')
        end as slice_value,
        sum(m08_numerator) as m08_numerator,
        sum(m08_denominator) as m08_denominator
    from facts
    where has_borough_slices = 1 and placed_at >= sliced_from_year
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, sex_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, ethnic_group_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, age_band_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, disability_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, entry_route_slice)
    )
),

tallied as (
    select * from whole
    union all
    select * from region_slices
    union all
    select * from borough_slices
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_type in ('academic_year', 'three_academic_years')
),

placed as (
    select
        tallied.as_at_quarter,
        tallied.area_code,
        tallied.slice_type,
        tallied.slice_value,
        populations.population,
        periods.period_type,
        periods.period,
        sum(tallied.m08_numerator) as m08_numerator,
        sum(tallied.m08_denominator) as m08_denominator
    from tallied
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and tallied.is_in_all = 1)
            or (populations.population = 'DIGITAL' and tallied.is_digital = 1)
    inner join periods
        on
            tallied.as_at_quarter = periods.as_at_quarter
            and tallied.placed_at between periods.first_year and periods.last_year
            and (tallied.slice_type = 'all' or periods.is_sliced = 1)
    group by
        tallied.as_at_quarter,
        tallied.area_code,
        tallied.slice_type,
        tallied.slice_value,
        populations.population,
        periods.period_type,
        periods.period
),

metrics as (
    select * from {{ ref('int_metric_figures') }}
),

figures as (
    select
        placed.as_at_quarter,
        metrics.metric_id,
        placed.population,
        placed.area_code,
        placed.slice_type,
        placed.slice_value,
        placed.period_type,
        placed.period,
        cast(case metrics.metric_id
            when 'M08' then placed.m08_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M08' then placed.m08_denominator
        end as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 2)) as due,
        cast(null as decimal(18, 2)) as squares,
        cast(null as double) as median
    from placed
    inner join metrics
        on
            placed.as_at_quarter = metrics.as_at_quarter
            and placed.population = metrics.population
            and placed.slice_type = metrics.slice_type
            and placed.period_type = metrics.period_type
            and placed.period = metrics.period
)

select * from figures
where numerator <> 0 or denominator <> 0 or due <> 0
