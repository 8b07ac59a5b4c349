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
        facts.as_at_quarter as placed_at,
        cast(facts.level as varchar) as level_slice,
        cast(facts.discipline as varchar) as discipline_slice,
        cast(facts.hold_reason as varchar) as hold_reason_slice,
        is_go as m36_numerator,
        1 as m36_denominator,
        conditions_met as m36b_numerator,
        conditions_asked as m36b_denominator,
        is_hold as m36c_numerator
    from {{ ref('fct_readiness') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
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
        sum(m36_numerator) as m36_numerator,
        sum(m36_denominator) as m36_denominator,
        sum(m36b_numerator) as m36b_numerator,
        sum(m36b_denominator) as m36b_denominator,
        sum(m36c_numerator) as m36c_numerator
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
            when grouping(level_slice) = 0 then 'level'
            when grouping(discipline_slice) = 0 then 'discipline'
            when grouping(hold_reason_slice) = 0 then 'hold_reason'
        end as slice_type,
        case
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
            when grouping(hold_reason_slice) = 0 then coalesce(hold_reason_slice, 'not_known')
        end as slice_value,
        sum(m36_numerator) as m36_numerator,
        sum(m36_denominator) as m36_denominator,
        sum(m36b_numerator) as m36b_numerator,
        sum(m36b_denominator) as m36b_denominator,
        sum(m36c_numerator) as m36c_numerator
    from facts
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, hold_reason_slice)
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
            when grouping(level_slice) = 0 then 'level'
            when grouping(discipline_slice) = 0 then 'discipline'
            when grouping(hold_reason_slice) = 0 then 'hold_reason'
        end as slice_type,
        case
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
            when grouping(hold_reason_slice) = 0 then coalesce(hold_reason_slice, 'not_known')
        end as slice_value,
        sum(m36_numerator) as m36_numerator,
        sum(m36_denominator) as m36_denominator,
        sum(m36b_numerator) as m36b_numerator,
        sum(m36b_denominator) as m36b_denominator,
        sum(m36c_numerator) as m36c_numerator
    from facts
    where has_borough_slices = 1
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, hold_reason_slice)
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
    where period_type in ('quarter')
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
        sum(tallied.m36_numerator) as m36_numerator,
        sum(tallied.m36_denominator) as m36_denominator,
        sum(tallied.m36b_numerator) as m36b_numerator,
        sum(tallied.m36b_denominator) as m36b_denominator,
        sum(tallied.m36c_numerator) as m36c_numerator
    from tallied
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and tallied.is_in_all = 1)
            or (populations.population = 'DIGITAL' and tallied.is_digital = 1)
    inner join periods
        on
            tallied.as_at_quarter = periods.as_at_quarter
            and tallied.placed_at = periods.period
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
            when 'M36' then placed.m36_numerator
            when 'M36b' then placed.m36b_numerator
            when 'M36c' then placed.m36c_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M36' then placed.m36_denominator
            when 'M36b' then placed.m36b_denominator
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
