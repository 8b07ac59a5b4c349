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
        {{ first_of_month('facts.training_end_date') }} as placed_at,
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.level as varchar) as level_slice,
        cast(facts.discipline as varchar) as discipline_slice,
        cast(facts.sex as varchar) as sex_slice,
        cast(facts.ethnic_group as varchar) as ethnic_group_slice,
        cast(facts.age_band as varchar) as age_band_slice,
        cast(facts.disability as varchar) as disability_slice,
        cast(facts.entry_route as varchar) as entry_route_slice,
        is_completion as m03_numerator,
        is_completed_on_time as m09_numerator,
        case when status = '2' then 1 else 0 end as m09_denominator,
        case when reason_group = 'provider' then 1 else 0 end as m11a_numerator,
        is_withdrawal as m11a_denominator,
        case when reason_group = 'employer' then 1 else 0 end as m11b_numerator,
        case when reason_group = 'personal' then 1 else 0 end as m11c_numerator,
        case when reason_group = 'other_move' then 1 else 0 end as m11d_numerator,
        case when reason_group = 'not_known' then 1 else 0 end as m11e_numerator,
        is_provider_caused as m27_numerator,
        is_reason_not_known as m40d_numerator
    from {{ ref('fct_apprenticeships') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
    where facts.training_end_date is not null
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
        sum(m03_numerator) as m03_numerator,
        sum(m09_numerator) as m09_numerator,
        sum(m09_denominator) as m09_denominator,
        sum(m11a_numerator) as m11a_numerator,
        sum(m11a_denominator) as m11a_denominator,
        sum(m11b_numerator) as m11b_numerator,
        sum(m11c_numerator) as m11c_numerator,
        sum(m11d_numerator) as m11d_numerator,
        sum(m11e_numerator) as m11e_numerator,
        sum(m27_numerator) as m27_numerator,
        sum(m40d_numerator) as m40d_numerator
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
        sum(m03_numerator) as m03_numerator,
        sum(m09_numerator) as m09_numerator,
        sum(m09_denominator) as m09_denominator,
        sum(m11a_numerator) as m11a_numerator,
        sum(m11a_denominator) as m11a_denominator,
        sum(m11b_numerator) as m11b_numerator,
        sum(m11c_numerator) as m11c_numerator,
        sum(m11d_numerator) as m11d_numerator,
        sum(m11e_numerator) as m11e_numerator,
        sum(m27_numerator) as m27_numerator,
        sum(m40d_numerator) as m40d_numerator
    from facts
    where placed_at >= sliced_from_day
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
        sum(m03_numerator) as m03_numerator,
        sum(m09_numerator) as m09_numerator,
        sum(m09_denominator) as m09_denominator,
        sum(m11a_numerator) as m11a_numerator,
        sum(m11a_denominator) as m11a_denominator,
        sum(m11b_numerator) as m11b_numerator,
        sum(m11c_numerator) as m11c_numerator,
        sum(m11d_numerator) as m11d_numerator,
        sum(m11e_numerator) as m11e_numerator,
        sum(m27_numerator) as m27_numerator,
        sum(m40d_numerator) as m40d_numerator
    from facts
    where has_borough_slices = 1 and placed_at >= sliced_from_day
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
    where period_type in ('quarter', 'financial_year', 'academic_year', 'three_academic_years', 'window')
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
        sum(tallied.m03_numerator) as m03_numerator,
        sum(tallied.m09_numerator) as m09_numerator,
        sum(tallied.m09_denominator) as m09_denominator,
        sum(tallied.m11a_numerator) as m11a_numerator,
        sum(tallied.m11a_denominator) as m11a_denominator,
        sum(tallied.m11b_numerator) as m11b_numerator,
        sum(tallied.m11c_numerator) as m11c_numerator,
        sum(tallied.m11d_numerator) as m11d_numerator,
        sum(tallied.m11e_numerator) as m11e_numerator,
        sum(tallied.m27_numerator) as m27_numerator,
        sum(tallied.m40d_numerator) as m40d_numerator
    from tallied
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and tallied.is_in_all = 1)
            or (populations.population = 'DIGITAL' and tallied.is_digital = 1)
    inner join periods
        on
            tallied.as_at_quarter = periods.as_at_quarter
            and tallied.placed_at between periods.first_day and periods.last_day
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
            when 'M03' then placed.m03_numerator
            when 'M09' then placed.m09_numerator
            when 'M11a' then placed.m11a_numerator
            when 'M11b' then placed.m11b_numerator
            when 'M11c' then placed.m11c_numerator
            when 'M11d' then placed.m11d_numerator
            when 'M11e' then placed.m11e_numerator
            when 'M27' then placed.m27_numerator
            when 'M40d' then placed.m40d_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M09' then placed.m09_denominator
            when 'M11a' then placed.m11a_denominator
            when 'M11b' then placed.m11a_denominator
            when 'M11c' then placed.m11a_denominator
            when 'M11d' then placed.m11a_denominator
            when 'M11e' then placed.m11a_denominator
            when 'M27' then placed.m11a_denominator
            when 'M40d' then placed.m11a_denominator
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
