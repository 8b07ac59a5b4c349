with graded as (
    select
        progression.as_at_quarter,
        progression.borough_code,
        progression.apprentice_ref,
        progression.programme_no,
        progression.checkpoint,
        progression.is_digital,
        progression.destination_grade as grade,
        progression.is_in_all
    from {{ ref('fct_progression') }} as progression
    inner join {{ ref('int_quarters_changed') }} as changed
        on progression.as_at_quarter = changed.as_at_quarter
    -- A grade on the digital ladder: “not known” and “outside digital” have no step.
    inner join {{ ref('progression_grade') }} as grades
        on progression.destination_grade = grades.code
    where grades.ladder_step is not null
),

moved as (
    select
        graded.as_at_quarter,
        graded.borough_code,
        graded.checkpoint,
        graded.is_digital,
        graded.is_in_all,
        at_end.grade as grade_at_end,
        graded.grade as grade_at_checkpoint
    from graded
    inner join graded as at_end
        on
            graded.as_at_quarter = at_end.as_at_quarter
            and graded.borough_code = at_end.borough_code
            and graded.apprentice_ref = at_end.apprentice_ref
            and graded.programme_no = at_end.programme_no
    where at_end.checkpoint = 'END' and graded.checkpoint <> 'END'
),

populations as (
    select
        *,
        'DIGITAL' as population
    from moved
    where is_digital = 1
    union all
    select
        *,
        'ALL' as population
    from moved
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
    checkpoint,
    grade_at_end,
    grade_at_checkpoint,
    count(*) as people
from areas
group by as_at_quarter, population, area_code, checkpoint, grade_at_end, grade_at_checkpoint
