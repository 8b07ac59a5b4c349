with grades as (
    select * from {{ ref('int_workforce_grades') }}
),

collected as (
    select distinct
        as_at_quarter,
        as_at_date,
        borough_code
    from grades
),

spine as (
    select
        collected.as_at_quarter,
        collected.borough_code,
        disciplines.code as discipline
    from collected
    cross join {{ ref('discipline') }} as disciplines
),

posts as (
    select
        as_at_quarter,
        borough_code,
        discipline,
        sum(posts_established) as posts_established,
        sum(posts_filled) as posts_filled,
        sum(posts_filled) filter (where grade = 'APPRENTICE') as apprentice_posts_filled,
        sum(posts_filled) filter (where grade = 'ASSOCIATE') as associate_posts_filled,
        sum(posts_vacant) filter (where grade <> 'APPRENTICE') as vacant_posts,
        sum(posts_vacant) filter (where grade = 'ASSOCIATE') as associate_vacant_posts,
        sum(agency) as agency,
        count(*) filter (where hard_to_fill = 'Y') as hard_to_fill_count,
        sum(planned_starts_12m) as planned_starts,
        sum(expected_openings_12m) as expected_openings,
        sum(joiners) as joiners,
        sum(leavers) as leavers
    from grades
    group by as_at_quarter, borough_code, discipline
),

due_to_finish as (
    select
        apprenticeships.as_at_quarter,
        apprenticeships.borough_code,
        apprenticeships.discipline,
        count(*) as apprentices
    from {{ ref('fct_apprenticeships') }} as apprenticeships
    inner join collected
        on
            apprenticeships.as_at_quarter = collected.as_at_quarter
            and apprenticeships.borough_code = collected.borough_code
    where
        apprenticeships.is_digital = 1
        and apprenticeships.is_in_register = 1
        and apprenticeships.status = '1'
        and apprenticeships.outcome is null
        and apprenticeships.planned_end_date > collected.as_at_date
        and apprenticeships.planned_end_date <= {{ add_months('collected.as_at_date', 12) }}
    group by
        apprenticeships.as_at_quarter,
        apprenticeships.borough_code,
        apprenticeships.discipline
)

select
    spine.as_at_quarter,
    spine.borough_code,
    spine.discipline,

    cast(coalesce(posts.posts_established, 0) as decimal(12, 2)) as posts_established,
    cast(coalesce(posts.posts_filled, 0) as decimal(12, 2)) as posts_filled,
    cast(coalesce(posts.apprentice_posts_filled, 0) as decimal(12, 2)) as apprentice_posts_filled,
    cast(coalesce(posts.associate_posts_filled, 0) as decimal(12, 2)) as associate_posts_filled,
    cast(coalesce(posts.vacant_posts, 0) as decimal(12, 2)) as vacant_posts,
    cast(coalesce(posts.associate_vacant_posts, 0) as decimal(12, 2)) as associate_vacant_posts,
    cast(coalesce(posts.agency, 0) as decimal(12, 2)) as agency,

    cast(coalesce(posts.hard_to_fill_count, 0) as bigint) as hard_to_fill_count,
    cast(coalesce(posts.planned_starts, 0) as bigint) as planned_starts,
    cast(coalesce(posts.expected_openings, 0) as bigint) as expected_openings,
    cast(coalesce(due_to_finish.apprentices, 0) as bigint) as apprentices_due_to_finish,

    cast(coalesce(posts.joiners, 0) as bigint) as joiners,
    cast(coalesce(posts.leavers, 0) as bigint) as leavers
from spine
left join posts
    on
        spine.as_at_quarter = posts.as_at_quarter
        and spine.borough_code = posts.borough_code
        and spine.discipline = posts.discipline
left join due_to_finish
    on
        spine.as_at_quarter = due_to_finish.as_at_quarter
        and spine.borough_code = due_to_finish.borough_code
        and spine.discipline = due_to_finish.discipline
