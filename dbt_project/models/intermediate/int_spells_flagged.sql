-- What the metrics sum: a 0 or 1 for each thing that a row may be counted as, and the days and
-- hours behind the medians and shares. The rates' own flags come from int_spells_rated.
with spells as (
    select * from {{ ref('int_spells_rated') }}
),

standards as (
    select * from {{ ref('dim_standard') }}
),

ethnicities as (
    select * from {{ ref('ethnicity') }}
),

reasons as (
    select * from {{ ref('withdraw_reason') }}
),

details as (
    select * from {{ ref('withdraw_reason_detail') }}
),

hour_rules as (
    select * from {{ ref('off_the_job_minimums') }}
),

described as (
    select
        spells.*,
        standards.level,
        -- The harmonised groups have one for "not known", which a blank belongs to.
        coalesce(ethnicities.harmonised_group, 'Not known') as ethnic_group,
        case
            when spells.age_at_start <= 18 then '16-18'
            when spells.age_at_start <= 23 then '19-23'
            when spells.age_at_start >= 24 then '24+'
        end as age_band,
        case
            when spells.status = '3'
                then coalesce(details.reason_group, reasons.reason_group, 'not_known')
        end as reason_group,
        case
            when spells.start_date >= hour_rules.valid_from
                then
                    greatest(
                        hour_rules.minimum_hours,
                        case
                            when hour_rules.is_standard_minimum_asked
                                then coalesce(standards.minimum_hours, 0)
                            else 0
                        end
                    )
        end as least_planned_hours,
        coalesce(spells.restart, 'N') = 'N' as is_first_row,
        spells.is_in_register and spells.start_date <= spells.as_at_date as is_here,
        spells.training_end_date is null and spells.status = '1' as is_learning,
        {{ days_since('spells.training_end_date', 'spells.as_at_date') }} as days_since_training,
        {{ days_since('spells.planned_end_date', 'spells.as_at_date') }} as days_past_planned_end,
        {{ days_since('spells.training_end_date', 'spells.achievement_date') }} as assessment_days,
        least(
            {{ days_inclusive('spells.start_date', 'spells.as_at_date') }}, spells.planned_days
        ) as elapsed_days
    from spells
    left join standards on spells.standard_ref = standards.standard_ref
    left join ethnicities on spells.ethnicity = ethnicities.code
    left join reasons on spells.withdraw_reason = reasons.code
    left join details on spells.withdraw_reason_detail = details.code
    left join hour_rules
        on spells.start_date between hour_rules.valid_from and hour_rules.valid_to
),

flagged as (
    select
        *,
        is_first_row and not is_early_leaver as is_journey_start,
        is_here and status = '1' as is_in_learning,
        is_here and status = '1' and coalesce(outcome, '') = '8' as is_waiting,
        is_here and status = '6' and resumed_on is null and not is_overdue_break as is_on_break,
        is_here and status = '1' and outcome is null as is_unfinished,
        status = '2' as is_completion,
        coalesce(outcome = '1', false) as is_achievement,
        status = '3' as is_withdrawal,
        is_last_of_journey
        and journey_exit <> 'not_a_start'
        and {{ add_days('planned_end_date', 180) }} <= as_at_date as is_mature_journey,
        is_last_of_journey
        and journey_exit in (
            'achieved', 'completed_not_achieved', 'withdrawn', 'lost'
        ) as is_journey_end,
        is_here
        and is_learning
        and planned_otj_hours is not null
        and actual_otj_hours is not null
        and planned_days > 0 as is_hours_known
    from described
)

select
    *,
    is_on_break and days_since_training > 365 as is_on_break_over_a_year,
    is_in_learning or is_on_break as is_live_or_on_break,
    is_unfinished and days_past_planned_end > 0 as is_past_planned_end,
    is_unfinished and days_past_planned_end between 1 and 179 as is_past_by_under_180_days,
    is_unfinished and days_past_planned_end between 180 and 364 as is_past_by_180_to_364_days,
    is_unfinished and days_past_planned_end >= 365 as is_past_by_a_year,
    is_waiting and days_since_training > 180 as is_waiting_over_180_days,
    case when is_waiting then days_since_training end as waiting_days,
    is_waiting
    or (
        is_in_register
        and status = '2'
        and exit_date > {{ add_months('as_at_date', -12) }}
    ) as is_waiting_or_assessed,
    status = '2' and training_end_date <= planned_end_date as is_completed_on_time,
    is_achiever
    and achievement_date <= {{ add_days('planned_end_date', 90) }} as is_timely_achiever,
    is_withdrawal
    and (
        coalesce(withdraw_reason in ('2', '40'), false)
        or coalesce(withdraw_reason_detail in ('E06', 'E07', 'E13'), false)
    ) as is_provider_caused,
    is_withdrawal and coalesce(withdraw_reason, '98') = '98' as is_reason_not_known,
    is_mature_journey and journey_exit = 'achieved' as is_mature_achieved,
    is_mature_journey
    and journey_exit in ('live', 'waiting_for_assessment', 'on_break') as is_mature_still_going,
    is_journey_end and journey_exit = 'achieved' as is_journey_achieved,
    is_journey_start and least_planned_hours is not null as is_under_hours_rule,
    is_journey_start
    and coalesce(planned_otj_hours >= least_planned_hours, false) as is_hours_rule_kept,
    case when is_hours_known then actual_otj_hours end as known_hours,
    case
        when is_hours_known
            then cast(planned_otj_hours * elapsed_days / planned_days as decimal(12, 2))
    end as expected_hours,
    case
        when is_hours_known
            then
                cast(
                    weekly_hours * elapsed_days / 7 * {{ var('working_weeks_a_year') }} / 52
                    as decimal(12, 2)
                )
    end as paid_hours,
    is_in_register and person_key is null as is_without_number,
    is_in_register
    and is_learning
    and planned_end_date > as_at_date
    and planned_end_date <= {{ add_months('as_at_date', 12) }} as is_due_to_finish
from flagged
