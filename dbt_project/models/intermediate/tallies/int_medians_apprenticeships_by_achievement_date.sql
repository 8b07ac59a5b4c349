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
        {{ first_of_month('facts.achievement_date') }} as placed_at,
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.epa_org as varchar) as epa_org_slice,
        achieved_assessment_days as m29_of
    from {{ ref('fct_apprenticeships') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
    where facts.achievement_date is not null
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
    where period_type in ('quarter', 'financial_year', 'academic_year', 'three_academic_years', 'window')
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
            when grouping(areas.epa_org_slice) = 0 then 'epa_org'
            else 'all'
        end as slice_type,
        case
            when grouping(areas.provider_slice) = 0 then coalesce(areas.provider_slice, 'not_known')
            when grouping(areas.standard_slice) = 0 then coalesce(areas.standard_slice, 'not_known')
            when grouping(areas.epa_org_slice) = 0 then coalesce(areas.epa_org_slice, 'not_known')
            else 'all'
        end as slice_value,
        max(areas.has_borough_slices) as has_borough_slices,
        max(periods.is_sliced) as is_sliced,
        count(m29_of) as m29_of_count,
        {{ median_of('m29_of') }} as m29_of_median
    from areas
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and areas.is_in_all = 1)
            or (populations.population = 'DIGITAL' and areas.is_digital = 1)
    inner join periods
        on
            areas.as_at_quarter = periods.as_at_quarter
            and areas.placed_at between periods.first_day and periods.last_day
    group by grouping sets (
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.provider_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.standard_slice),
        (areas.as_at_quarter, areas.area_code, populations.population, periods.period_type, periods.period, areas.epa_org_slice)
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
            when 'M29' then placed.m29_of_count
        end as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 2)) as due,
        cast(null as decimal(18, 2)) as squares,
        cast(case metrics.metric_id
            when 'M29' then placed.m29_of_median
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
