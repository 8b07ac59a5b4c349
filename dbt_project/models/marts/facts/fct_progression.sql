-- A checkpoint is due 30 days after its date, so that a council has time to find out.
with spells as (
    select spells.*
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_quarters_changed') }} as changed
        on spells.as_at_quarter = changed.as_at_quarter
),

achievers as (
    select * from spells
    where journey_exit = 'achieved' and is_last_of_journey = 1
),

checkpoints as (
    select
        achievers.*,
        checkpoint.code as checkpoint,
        {{ add_months('achievers.exit_date', 'checkpoint.months') }} as checkpoint_date
    from achievers
    cross join {{ ref('checkpoint') }} as checkpoint
),

due as (
    select
        *,
        {{ add_days('checkpoint_date', 30) }} as due_date
    from checkpoints
    where {{ add_days('checkpoint_date', 30) }} <= as_at_date
),

answered as (
    select
        due.*,
        follow_ups.checked_on,
        follow_ups.destination as reported_destination,
        follow_ups.source as reported_source,
        follow_ups.grade as reported_grade,
        coalesce(follow_ups.destination, 'UNKNOWN') = 'UNKNOWN' as is_unanswered
    from due
    left join {{ ref('int_follow_ups_known') }} as follow_ups
        on
            due.as_at_quarter = follow_ups.as_at_quarter
            and due.borough_code = follow_ups.borough_code
            and due.apprentice_ref = follow_ups.apprentice_ref
            and due.programme_no = follow_ups.programme_no
            and due.checkpoint = follow_ups.checkpoint
),

-- Whoever is an apprentice of another borough on the checkpoint's date works there.
linked as (
    select distinct
        answered.as_at_quarter,
        answered.borough_code,
        answered.apprentice_ref,
        answered.programme_no,
        answered.checkpoint
    from answered
    inner join spells as elsewhere
        on
            answered.as_at_quarter = elsewhere.as_at_quarter
            and answered.person_key = elsewhere.person_key
    where
        answered.is_unanswered
        and elsewhere.borough_code <> answered.borough_code
        and elsewhere.route = 'DIRECT'
        and elsewhere.is_in_register = 1
        and elsewhere.start_date > answered.exit_date
        and elsewhere.start_date <= answered.checkpoint_date
        and (
            elsewhere.training_end_date is null
            or elsewhere.training_end_date >= answered.checkpoint_date
        )
),

progression as (
    select
        answered.*,
        case
            when linked.checkpoint is not null then 'OTHER_LDN'
            when not answered.is_unanswered then answered.reported_destination
        end as destination,
        case
            when linked.checkpoint is not null then 'LINKED'
            else answered.reported_source
        end as destination_source,
        -- The council that answered "not known" knows no grade either.
        case when linked.checkpoint is null then answered.reported_grade end as destination_grade
    from answered
    left join linked
        on
            answered.as_at_quarter = linked.as_at_quarter
            and answered.borough_code = linked.borough_code
            and answered.apprentice_ref = linked.apprentice_ref
            and answered.programme_no = linked.programme_no
            and answered.checkpoint = linked.checkpoint
),

described as (
    select
        progression.*,
        destinations.is_positive,
        destinations.is_local_government,
        progression.destination is not null as is_known,
        -- The digital ladder; a job outside digital, or a grade not known, is on no step of it.
        case when progression.destination is not null then grades.ladder_step end as ladder_step
    from progression
    left join {{ ref('dim_destination') }} as destinations
        on progression.destination = destinations.destination_code
    left join {{ ref('progression_grade') }} as grades
        on progression.destination_grade = grades.code
)

select
    as_at_quarter,
    borough_code,
    apprentice_ref,
    programme_no,
    checkpoint,

    person_id,
    journey_id,
    standard_ref,
    level,
    provider_ukprn,
    discipline,
    entry_route,
    sex,
    ethnic_group,
    age_band,
    disability,
    is_digital,
    is_in_all,

    exit_date,
    checkpoint_date,
    due_date,
    checked_on,

    reported_destination,
    destination,
    destination_source,
    destination_grade,
    ladder_step,

    cast(is_known as integer) as is_known,
    cast(coalesce(destination = 'PERM_SAME', false) as integer) as is_permanent_same,
    cast(coalesce(destination = 'FTC_SAME', false) as integer) as is_fixed_term_same,
    cast(coalesce(destination = 'OTHER_LDN', false) as integer) as is_other_london,
    cast(
        coalesce(destination in ('OTHER_LDN', 'OTHER_LA'), false) as integer
    ) as is_other_council,
    cast(coalesce(destination = 'OTHER_PUBLIC', false) as integer) as is_other_public,
    cast(coalesce(destination in ('OTHER_EMP', 'SELF_EMP'), false) as integer) as is_private,
    cast(
        coalesce(destination in ('STUDY', 'APPR_SAME', 'APPR_OTHER'), false) as integer
    ) as is_study,
    cast(coalesce(is_local_government, false) as integer) as is_local_government,
    cast(coalesce(is_positive, false) as integer) as is_positive,
    cast(ladder_step is not null as integer) as is_graded,
    cast(coalesce(ladder_step >= 2, false) as integer) as is_mid_or_above,
    cast(coalesce(ladder_step >= 3, false) as integer) as is_senior_or_above
from described
order by as_at_quarter
