-- Generated from the specification by generate/tallies.py from metrics.yaml; do not edit.
with facts as (
    select
        facts.as_at_quarter,
        changed.has_borough_slices,
        changed.sliced_from_day,
        changed.sliced_from_year,
        facts.borough_code,
        1 as is_digital,
        1 as is_in_all,
        facts.financial_year as placed_at,
        cast(facts.part as varchar) as part_slice,
        case when employees_start > 0 then apprentices_new else 0 end as m39_numerator,
        case when employees_start > 0 and apprentices_new is not null then employees_start end as m39_denominator
    from {{ ref('fct_public_sector') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
    where facts.financial_year is not null
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
        sum(m39_numerator) as m39_numerator,
        sum(m39_denominator) as m39_denominator
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
            when grouping(part_slice) = 0 then 'part'
        end as slice_type,
        case
            when grouping(part_slice) = 0 then coalesce(part_slice, 'not_known')
        end as slice_value,
        sum(m39_numerator) as m39_numerator,
        sum(m39_denominator) as m39_denominator
    from facts
    where placed_at >= sliced_from_year
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, part_slice)
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
            when grouping(part_slice) = 0 then 'part'
        end as slice_type,
        case
            when grouping(part_slice) = 0 then coalesce(part_slice, 'not_known')
        end as slice_value,
        sum(m39_numerator) as m39_numerator,
        sum(m39_denominator) as m39_denominator
    from facts
    where has_borough_slices = 1 and placed_at >= sliced_from_year
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, part_slice)
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
    where period_type in ('financial_year')
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
        sum(tallied.m39_numerator) as m39_numerator,
        sum(tallied.m39_denominator) as m39_denominator
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
            when 'M39' then placed.m39_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M39' then placed.m39_denominator
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
