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
        facts.checkpoint as placed_at,
        cast(facts.provider_ukprn as varchar) as provider_slice,
        cast(facts.standard_ref as varchar) as standard_slice,
        cast(facts.level as varchar) as level_slice,
        cast(facts.discipline as varchar) as discipline_slice,
        cast(facts.sex as varchar) as sex_slice,
        cast(facts.ethnic_group as varchar) as ethnic_group_slice,
        cast(facts.age_band as varchar) as age_band_slice,
        cast(facts.disability as varchar) as disability_slice,
        cast(facts.entry_route as varchar) as entry_route_slice,
        cast(facts.destination_grade as varchar) as grade_slice,
        is_permanent_same as m17_numerator,
        is_known as m17_denominator,
        1 as m17_due,
        is_fixed_term_same as m18_numerator,
        is_other_london as m19_numerator,
        is_other_council as m19b_numerator,
        is_other_public as m20a_numerator,
        is_private as m20b_numerator,
        is_study as m21_numerator,
        is_local_government as m22_numerator,
        is_positive as m23_numerator,
        is_graded as m24_numerator,
        is_mid_or_above as m24b_numerator,
        is_senior_or_above as m24c_numerator,
        1 - is_known as m40c_numerator
    from {{ ref('fct_progression') }} as facts
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
        sum(m17_numerator) as m17_numerator,
        sum(m17_denominator) as m17_denominator,
        sum(m17_due) as m17_due,
        sum(m18_numerator) as m18_numerator,
        sum(m19_numerator) as m19_numerator,
        sum(m19b_numerator) as m19b_numerator,
        sum(m20a_numerator) as m20a_numerator,
        sum(m20b_numerator) as m20b_numerator,
        sum(m21_numerator) as m21_numerator,
        sum(m22_numerator) as m22_numerator,
        sum(m23_numerator) as m23_numerator,
        sum(m24_numerator) as m24_numerator,
        sum(m24b_numerator) as m24b_numerator,
        sum(m24c_numerator) as m24c_numerator,
        sum(m40c_numerator) as m40c_numerator
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
            when grouping(grade_slice) = 0 then 'grade'
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
            when grouping(grade_slice) = 0 then coalesce(grade_slice, 'not_known')
        end as slice_value,
        sum(m17_numerator) as m17_numerator,
        sum(m17_denominator) as m17_denominator,
        sum(m17_due) as m17_due,
        sum(m18_numerator) as m18_numerator,
        sum(m19_numerator) as m19_numerator,
        sum(m19b_numerator) as m19b_numerator,
        sum(m20a_numerator) as m20a_numerator,
        sum(m20b_numerator) as m20b_numerator,
        sum(m21_numerator) as m21_numerator,
        sum(m22_numerator) as m22_numerator,
        sum(m23_numerator) as m23_numerator,
        sum(m24_numerator) as m24_numerator,
        sum(m24b_numerator) as m24b_numerator,
        sum(m24c_numerator) as m24c_numerator,
        sum(m40c_numerator) as m40c_numerator
    from facts
    group by grouping sets (
        (as_at_quarter, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, sex_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, ethnic_group_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, age_band_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, disability_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, entry_route_slice),
        (as_at_quarter, is_digital, is_in_all, placed_at, grade_slice)
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
            when grouping(grade_slice) = 0 then 'grade'
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
            when grouping(grade_slice) = 0 then coalesce(grade_slice, 'not_known')
        end as slice_value,
        sum(m17_numerator) as m17_numerator,
        sum(m17_denominator) as m17_denominator,
        sum(m17_due) as m17_due,
        sum(m18_numerator) as m18_numerator,
        sum(m19_numerator) as m19_numerator,
        sum(m19b_numerator) as m19b_numerator,
        sum(m20a_numerator) as m20a_numerator,
        sum(m20b_numerator) as m20b_numerator,
        sum(m21_numerator) as m21_numerator,
        sum(m22_numerator) as m22_numerator,
        sum(m23_numerator) as m23_numerator,
        sum(m24_numerator) as m24_numerator,
        sum(m24b_numerator) as m24b_numerator,
        sum(m24c_numerator) as m24c_numerator,
        sum(m40c_numerator) as m40c_numerator
    from facts
    where has_borough_slices = 1
    group by grouping sets (
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, provider_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, standard_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, level_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, discipline_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, sex_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, ethnic_group_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, age_band_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, disability_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, entry_route_slice),
        (as_at_quarter, borough_code, is_digital, is_in_all, placed_at, grade_slice)
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
    where period_type in ('checkpoint')
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
        sum(tallied.m17_numerator) as m17_numerator,
        sum(tallied.m17_denominator) as m17_denominator,
        sum(tallied.m17_due) as m17_due,
        sum(tallied.m18_numerator) as m18_numerator,
        sum(tallied.m19_numerator) as m19_numerator,
        sum(tallied.m19b_numerator) as m19b_numerator,
        sum(tallied.m20a_numerator) as m20a_numerator,
        sum(tallied.m20b_numerator) as m20b_numerator,
        sum(tallied.m21_numerator) as m21_numerator,
        sum(tallied.m22_numerator) as m22_numerator,
        sum(tallied.m23_numerator) as m23_numerator,
        sum(tallied.m24_numerator) as m24_numerator,
        sum(tallied.m24b_numerator) as m24b_numerator,
        sum(tallied.m24c_numerator) as m24c_numerator,
        sum(tallied.m40c_numerator) as m40c_numerator
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
            when 'M17' then placed.m17_numerator
            when 'M18' then placed.m18_numerator
            when 'M19' then placed.m19_numerator
            when 'M19b' then placed.m19b_numerator
            when 'M20a' then placed.m20a_numerator
            when 'M20b' then placed.m20b_numerator
            when 'M21' then placed.m21_numerator
            when 'M22' then placed.m22_numerator
            when 'M23' then placed.m23_numerator
            when 'M24' then placed.m24_numerator
            when 'M24b' then placed.m24b_numerator
            when 'M24c' then placed.m24c_numerator
            when 'M40c' then placed.m40c_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M17' then placed.m17_denominator
            when 'M18' then placed.m17_denominator
            when 'M19' then placed.m17_denominator
            when 'M19b' then placed.m17_denominator
            when 'M20a' then placed.m17_denominator
            when 'M20b' then placed.m17_denominator
            when 'M21' then placed.m17_denominator
            when 'M22' then placed.m17_denominator
            when 'M23' then placed.m17_denominator
            when 'M24b' then placed.m24_numerator
            when 'M24c' then placed.m24_numerator
            when 'M40c' then placed.m17_due
        end as decimal(18, 2)) as denominator,
        cast(case metrics.metric_id
            when 'M17' then placed.m17_due
            when 'M18' then placed.m17_due
            when 'M19' then placed.m17_due
            when 'M19b' then placed.m17_due
            when 'M20a' then placed.m17_due
            when 'M20b' then placed.m17_due
            when 'M21' then placed.m17_due
            when 'M22' then placed.m17_due
            when 'M23' then placed.m17_due
            when 'M24b' then placed.m17_due
            when 'M24c' then placed.m17_due
        end as decimal(18, 2)) as due,
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
