with follow_ups as (
    select
        progression.as_at_quarter,
        progression.borough_code,
        progression.apprentice_ref,
        progression.programme_no,
        progression.is_digital,
        checkpoint.months,
        progression.is_in_all,
        progression.is_mid_or_above = 1 as is_mid_or_above
    from {{ ref('fct_progression') }} as progression
    inner join {{ ref('int_quarters_changed') }} as changed
        on progression.as_at_quarter = changed.as_at_quarter
    inner join {{ ref('checkpoint') }} as checkpoint on progression.checkpoint = checkpoint.code
    where progression.is_known = 1
),

people as (
    select
        as_at_quarter,
        borough_code,
        apprentice_ref,
        programme_no,
        is_digital,
        is_in_all,
        max(months) as last_months,
        min(case when is_mid_or_above then months end) as reached_months
    from follow_ups
    group by
        as_at_quarter, borough_code, apprentice_ref, programme_no, is_digital, is_in_all
),

populations as (
    select
        *,
        'DIGITAL' as population
    from people
    where is_digital = 1
    union all
    select
        *,
        'ALL' as population
    from people
    where is_in_all = 1
),

areas as (
    select
        *,
        borough_code as area_code
    from populations
    union all
    select
        *,
        'REGION' as area_code
    from populations
)

select
    as_at_quarter,
    population,
    area_code,
    borough_code,
    apprentice_ref,
    programme_no,
    coalesce(reached_months, last_months) as months,
    cast(reached_months is not null as integer) as is_reached
from areas
