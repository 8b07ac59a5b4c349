with spells as (
    select * from {{ ref('int_spells_rated') }}
),

standards as (
    select * from {{ ref('dim_standard') }}
),

apprenticeships as (
    select
        spells.as_at_quarter,
        spells.as_at_date,
        spells.borough_code,
        spells.apprentice_ref,
        spells.programme_no,

        spells.person_key,
        spells.person_id,
        spells.journey_id,
        cast(spells.spell_number as integer) as spell_number,

        spells.standard_ref,
        standards.level,
        spells.provider_ukprn,
        spells.route,
        spells.entry_route,
        spells.discipline,
        cast(
            coalesce(spells.route = 'DIRECT' and spells.discipline is not null, false) as integer
        ) as is_digital,

        spells.start_date,
        spells.restart,
        spells.original_start_date,
        spells.planned_end_date,
        spells.training_end_date,
        spells.achievement_date,
        spells.exit_date,

        spells.status,
        spells.outcome,
        spells.grade,
        spells.withdraw_reason,
        spells.withdraw_reason_detail,

        spells.natural_year,
        spells.hybrid_year,
        spells.exit_year,
        cast(spells.is_early_leaver as integer) as is_early_leaver,
        cast(spells.is_leaver as integer) as is_leaver,
        cast(spells.is_completer as integer) as is_completer,
        cast(spells.is_achiever as integer) as is_achiever,

        spells.journey_exit,
        cast(spells.is_last_of_journey as integer) as is_last_of_journey,
        cast(
            coalesce(spells.restart, 'N') = 'N' and not spells.is_early_leaver as integer
        ) as is_journey_start,

        spells.last_seen_quarter,
        cast(spells.is_in_register as integer) as is_in_register,
        spells.submission_id,
        spells.row_number
    from spells
    left join standards on spells.standard_ref = standards.standard_ref
)

select * from apprenticeships
