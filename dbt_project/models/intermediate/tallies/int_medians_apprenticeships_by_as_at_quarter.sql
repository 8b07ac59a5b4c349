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
        facts.as_at_quarter as placed_at,
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.level as varchar) as level_slice,
        cast(facts.discipline as varchar) as discipline_slice,
        cast(facts.sex as varchar) as sex_slice,
        cast(facts.ethnic_group as varchar) as ethnic_group_slice,
        cast(facts.age_band as varchar) as age_band_slice,
        cast(facts.disability as varchar) as disability_slice,
        cast(facts.entry_route as varchar) as entry_route_slice,
        waiting_days as m15b_of
    from {{ ref('fct_apprenticeships') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
),

areas as (
    select facts.*, facts.borough_code as area_code
    from facts
    union all
    select facts.*, 'REGION' as area_code
    from facts
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_type in ('quarter')
),

placed as (
    select
        areas.as_at_quarter,
        areas.area_code,
        populations.population,
        periods.period_type,
        periods.period,
        case
            when grouping(areas.provider_slice) = 0 then 'provider'
            when grouping(areas.standard_slice) = 0 then 'standard'
            when grouping(areas.level_slice) = 0 then 'level'
            when grouping(areas.discipline_slice) = 0 then 'discipline'
            when grouping(areas.sex_slice) = 0 then 'sex'
            when grouping(areas.ethnic_group_slice) = 0 then 'ethnic_group'
            when grouping(areas.age_band_slice) = 0 then 'age_band'
            when grouping(areas.disability_slice) = 0 then 'disability'
            when grouping(areas.entry_route_slice) = 0 then 'entry_route'
            else 'all'
        end as slice_type,
        case
            when grouping(areas.provider_slice) = 0 then coalesce(areas.provider_slice, 'not_known')
            when grouping(areas.standard_slice) = 0 then coalesce(areas.standard_slice, 'not_known')
            when grouping(areas.level_slice) = 0 then coalesce(areas.level_slice, 'not_known')
            when grouping(areas.discipline_slice) = 0 then coalesce(areas.discipline_slice, 'not_known')
            when grouping(areas.sex_slice) = 0 then coalesce(areas.sex_slice, 'not_known')
            when grouping(areas.ethnic_group_slice) = 0 then coalesce(areas.ethnic_group_slice, 'not_known')
            when grouping(areas.age_band_slice) = 0 then coalesce(areas.age_band_slice, 'not_known')
            when grouping(areas.disability_slice) = 0 then coalesce(areas.disability_slice, 'not_known')
            when grouping(areas.entry_route_slice) = 0 then coalesce(areas.entry_route_slice, 'not_known')
            else 'all'
        end as slice_value,
        max(areas.has_borough_slices) as has_borough_slices,
        max(periods.is_sliced) as is_sliced,
        count(m15b_of) as m15b_of_count,
        {{ median_of('m15b_of') }} as m15b_of_median
    from areas
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and areas.is_in_all = 1)
            or (populations.population = 'DIGITAL' and areas.is_digital = 1)
    inner join periods
        on
            areas.as_at_quarter = periods.as_at_quarter
            and areas.placed_at = periods.period
    group by grouping sets (
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.provider_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.standard_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.level_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.discipline_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.sex_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.ethnic_group_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.age_band_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.disability_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.entry_route_slice)
    )
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
        cast(null as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M15b' then placed.m15b_of_count
        end as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 2)) as due,
        cast(null as decimal(18, 2)) as squares,
        cast(case metrics.metric_id
            when 'M15b' then placed.m15b_of_median
        end as double) as median
    from placed
    inner join metrics
        on
            placed.as_at_quarter = metrics.as_at_quarter
            and placed.population = metrics.population
            and placed.slice_type = metrics.slice_type
            and placed.period_type = metrics.period_type
            and placed.period = metrics.period
    where
        placed.slice_type = 'all'
        or (
            placed.is_sliced = 1
            and (placed.area_code = 'REGION' or placed.has_borough_slices = 1)
        )
)

select * from figures
where denominator <> 0
