-- A checkpoint is due 30 days after its date, so that a council has time to find out.
with achievers as (
    select * from {{ ref('fct_apprenticeships') }}
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
        follow_ups.grade as destination_grade,
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
    inner join {{ ref('fct_apprenticeships') }} as elsewhere
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
        answered.as_at_quarter,
        answered.borough_code,
        answered.apprentice_ref,
        answered.programme_no,
        answered.checkpoint,

        answered.person_id,
        answered.journey_id,
        answered.standard_ref,
        answered.level,
        answered.provider_ukprn,
        answered.is_digital,

        answered.exit_date,
        answered.checkpoint_date,
        answered.due_date,
        answered.checked_on,

        answered.reported_destination,
        case
            when linked.checkpoint is not null then 'OTHER_LDN'
            when not answered.is_unanswered then answered.reported_destination
        end as destination,
        case
            when linked.checkpoint is not null then 'LINKED'
            else answered.reported_source
        end as destination_source,
        answered.destination_grade
    from answered
    left join linked
        on
            answered.as_at_quarter = linked.as_at_quarter
            and answered.borough_code = linked.borough_code
            and answered.apprentice_ref = linked.apprentice_ref
            and answered.programme_no = linked.programme_no
            and answered.checkpoint = linked.checkpoint
)

select
    *,
    cast(destination is not null as integer) as is_known
from progression
