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
        cast(facts.discipline as varchar) as discipline_slice,
        apprentice_posts_filled as m30_numerator,
        posts_established as m30_denominator,
        posts_filled as m30b_denominator,
        associate_posts_filled + associate_vacant_posts as m31_numerator,
        apprentices_due_to_finish as m31_denominator,
        planned_starts as m38a_numerator,
        expected_openings as m38b_numerator,
        vacant_posts as m38c_numerator,
        hard_to_fill_count as m38d_numerator
    from {{ ref('fct_skills_demand') }} as facts
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
        sum(m30_numerator) as m30_numerator,
        sum(m30_denominator) as m30_denominator,
        sum(m30b_denominator) as m30b_denominator,
        sum(m31_numerator) as m31_numerator,
        sum(m31_denominator) as m31_denominator,
        sum(m38a_numerator) as m38a_numerator,
        sum(m38b_numerator) as m38b_numerator,
        sum(m38c_numerator) as m38c_numerator,
        sum(m38d_numerator) as m38d_numerator
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
            when grouping(discipline_slice) = 0 then 'discipline'
        end as slice_type,
        case
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
        end as slice_value,
        sum(m30_numerator) as m30_numerator,
        sum(m30_denominator) as m30_denominator,
        sum(m30b_denominator) as m30b_denominator,
        sum(m31_numerator) as m31_numerator,
        sum(m31_denominator) as m31_denominator,
        sum(m38a_numerator) as m38a_numerator,
        sum(m38b_numerator) as m38b_numerator,
        sum(m38c_numerator) as m38c_numerator,
        sum(m38d_numerator) as m38d_numerator
    from facts
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, discipline_slice)
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
            when grouping(discipline_slice) = 0 then 'discipline'
        end as slice_type,
        case
            when grouping(discipline_slice) = 0 then coalesce(discipline_slice, 'not_known')
        end as slice_value,
        sum(m30_numerator) as m30_numerator,
        sum(m30_denominator) as m30_denominator,
        sum(m30b_denominator) as m30b_denominator,
        sum(m31_numerator) as m31_numerator,
        sum(m31_denominator) as m31_denominator,
        sum(m38a_numerator) as m38a_numerator,
        sum(m38b_numerator) as m38b_numerator,
        sum(m38c_numerator) as m38c_numerator,
        sum(m38d_numerator) as m38d_numerator
    from facts
    where has_borough_slices = 1
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, discipline_slice)
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
        sum(tallied.m30_numerator) as m30_numerator,
        sum(tallied.m30_denominator) as m30_denominator,
        sum(tallied.m30b_denominator) as m30b_denominator,
        sum(tallied.m31_numerator) as m31_numerator,
        sum(tallied.m31_denominator) as m31_denominator,
        sum(tallied.m38a_numerator) as m38a_numerator,
        sum(tallied.m38b_numerator) as m38b_numerator,
        sum(tallied.m38c_numerator) as m38c_numerator,
        sum(tallied.m38d_numerator) as m38d_numerator
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
            when 'M30' then placed.m30_numerator
            when 'M30b' then placed.m30_numerator
            when 'M31' then placed.m31_numerator
            when 'M38a' then placed.m38a_numerator
            when 'M38b' then placed.m38b_numerator
            when 'M38c' then placed.m38c_numerator
            when 'M38d' then placed.m38d_numerator
            when 'M38e' then placed.m31_denominator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M30' then placed.m30_denominator
            when 'M30b' then placed.m30b_denominator
            when 'M31' then placed.m31_denominator
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
