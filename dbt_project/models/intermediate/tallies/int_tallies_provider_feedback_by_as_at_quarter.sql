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
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.level as varchar) as level_slice,
        overall as m28_numerator,
        1 as m28_denominator,
        overall_squared as m28_squares,
        would_use_again as m28c_numerator
    from {{ ref('fct_provider_feedback') }} as facts
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
        sum(m28_numerator) as m28_numerator,
        sum(m28_denominator) as m28_denominator,
        sum(m28_squares) as m28_squares,
        sum(m28c_numerator) as m28c_numerator
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
        end as slice_type,
        case
            when grouping(provider_slice) = 0 then coalesce(provider_slice, 'not_known')
            when grouping(standard_slice) = 0 then coalesce(standard_slice, 'not_known')
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
        end as slice_value,
        sum(m28_numerator) as m28_numerator,
        sum(m28_denominator) as m28_denominator,
        sum(m28_squares) as m28_squares,
        sum(m28c_numerator) as m28c_numerator
    from facts
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, level_slice)
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
        end as slice_type,
        case
            when grouping(provider_slice) = 0 then coalesce(provider_slice, 'not_known')
            when grouping(standard_slice) = 0 then coalesce(standard_slice, 'not_known')
            when grouping(level_slice) = 0 then coalesce(level_slice, 'not_known')
        end as slice_value,
        sum(m28_numerator) as m28_numerator,
        sum(m28_denominator) as m28_denominator,
        sum(m28_squares) as m28_squares,
        sum(m28c_numerator) as m28c_numerator
    from facts
    where has_borough_slices = 1
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, level_slice)
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
        sum(tallied.m28_numerator) as m28_numerator,
        sum(tallied.m28_denominator) as m28_denominator,
        sum(tallied.m28_squares) as m28_squares,
        sum(tallied.m28c_numerator) as m28c_numerator
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
            when 'M28' then placed.m28_numerator
            when 'M28c' then placed.m28c_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M28' then placed.m28_denominator
            when 'M28c' then placed.m28_denominator
        end as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 2)) as due,
        cast(case metrics.metric_id
            when 'M28' then placed.m28_squares
        end as decimal(18, 2)) as squares,
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
