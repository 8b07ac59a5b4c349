-- The national rates, step by step as in metrics 6.2. A year is the one it begins in (2025 is
-- 2025/26). Withdrawals do not depend on `outcome`: real files often leave it empty.
with spells as (
    select
        spells.*,
        {{ academic_year('quarters.last_day') }} as last_seen_year
    from {{ ref('int_spells_sequenced') }} as spells
    inner join {{ ref('dim_quarter') }} as quarters
        on spells.last_seen_quarter = quarters.quarter
),

measured as (
    select
        *,
        {{ academic_year('as_at_date') }} as this_year,
        {{ academic_year('training_end_date') }} as end_year,
        {{ academic_year('resumed_with_provider_on') }} as resumed_year,
        -- A date that is not there takes no part: `greatest` passes over nulls.
        greatest(
            {{ academic_year('planned_end_date') }},
            {{ academic_year('training_end_date') }},
            {{ academic_year('achievement_date') }}
        ) as natural_year,
        {{ days_inclusive('start_date', 'planned_end_date') }} as planned_days,
        {{ days_inclusive('start_date', 'training_end_date') }} as actual_days
    from spells
),

flagged as (
    select
        *,
        coalesce(
            status = '3'
            and coalesce(restart, 'N') = 'N'
            and coalesce(outcome, '0') <> '1'
            and (
                (planned_days >= 168 and actual_days < 42)
                or (planned_days between 14 and 167 and actual_days < 14)
            ),
            false
        ) as is_early_leaver,
        -- Judged over the whole year after the break began: a return to the provider after it is
        -- too late for the rate, though the journey goes on.
        coalesce(
            status = '6'
            and this_year > end_year + 1
            and coalesce(resumed_year > end_year + 1, true),
            false
        ) as is_overdue_break,
        status = '1'
        and training_end_date is null
        and last_seen_year < this_year - 1 as is_overdue_live
    from measured
),

dated as (
    select
        *,
        case
            when is_overdue_break then greatest(natural_year, end_year + 1)
            when is_overdue_live then greatest(natural_year, last_seen_year + 1)
            else natural_year
        end as hybrid_year,
        case
            when is_early_leaver then 'not_a_start'
            when resumed_on is not null or is_switched then 'continued'
            when status = '2' and outcome = '1' then 'achieved'
            when status = '2' then 'completed_not_achieved'
            when status = '3' or is_overdue_break then 'withdrawn'
            when is_overdue_live then 'lost'
            when status = '6' then 'on_break'
            when outcome = '8' then 'waiting_for_assessment'
            else 'live'
        end as journey_exit,
        case
            when status = '2' then coalesce(achievement_date, training_end_date)
            when status = '3' then training_end_date
        end as exit_date
    from flagged
),

left_programme as (
    select
        *,
        not is_early_leaver
        and standard_ref not like 'FA%'
        and not coalesce(status = '3' and withdraw_reason = '7', false)
        and (status in ('2', '3') or is_overdue_break or is_overdue_live)
        and not (is_switched and end_year < hybrid_year) as is_leaver,
        -- The year of the journey's end. What ended by falling silent ends in the year after.
        case
            when journey_exit in ('achieved', 'completed_not_achieved')
                then {{ academic_year('exit_date') }}
            when journey_exit = 'withdrawn' and is_overdue_break then end_year + 1
            when journey_exit = 'withdrawn' then end_year
            when journey_exit = 'lost' then last_seen_year + 1
        end as exit_year
    from dated
)

select
    *,
    is_leaver and status = '2' as is_completer,
    is_leaver and coalesce(outcome = '1', false) as is_achiever
from left_programme
