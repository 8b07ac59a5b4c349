with returns as (
    select * from {{ ref('int_returns_signed') }}
),

snapshots as (
    select
        returns.quarter,
        returns.return_number,
        lead(returns.return_number) over (
            partition by spells.borough_code, spells.apprentice_ref, spells.programme_no
            order by returns.return_number
        ) as next_return_number,
        spells.borough_code,
        spells.apprentice_ref,
        spells.programme_no,
        spells.person_key,
        spells.standard_ref,
        spells.provider_ukprn,
        spells.route,
        spells.entry_route,
        spells.discipline,
        spells.start_date,
        spells.restart,
        spells.original_start_date,
        spells.planned_end_date,
        spells.training_end_date,
        spells.achievement_date,
        spells.status,
        spells.outcome,
        spells.grade,
        spells.withdraw_reason,
        spells.withdraw_reason_detail,
        spells.submission_id,
        spells.row_number
    from {{ ref('stg_apprenticeships__apprentices') }} as spells
    inner join returns
        on
            spells.submission_id = returns.submission_id
            and spells.borough_code = returns.borough_code
            and spells.quarter = returns.quarter
    -- Apprenticeship units (AU) are short courses, not apprenticeships.
    where spells.standard_ref not like 'AU%'
),

present as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        returns.quarter as last_seen_quarter,
        true as is_in_register,
        snapshots.* exclude (quarter, return_number, next_return_number) -- noqa: RF02
    from snapshots
    inner join returns
        on
            snapshots.borough_code = returns.borough_code
            and snapshots.return_number = returns.return_number
),

-- In the state it was last seen in, for every later return until it comes back.
gone as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        snapshots.quarter as last_seen_quarter,
        false as is_in_register,
        snapshots.* exclude (quarter, return_number, next_return_number) -- noqa: RF02
    from snapshots
    inner join returns
        on
            snapshots.borough_code = returns.borough_code
            and snapshots.return_number < returns.return_number
            and (
                snapshots.next_return_number is null
                or snapshots.next_return_number > returns.return_number
            )
    where
        snapshots.next_return_number is null
        or snapshots.next_return_number > snapshots.return_number + 1
),

-- A row that is gone only because the council renumbered it is not lost: the same person, standard
-- and first day are still in the register.
lost_sight_of as (
    select gone.*
    from gone
    left join snapshots as renumbered
        on
            gone.as_at_quarter = renumbered.quarter
            and gone.borough_code = renumbered.borough_code
            and gone.person_key = renumbered.person_key
            and gone.standard_ref = renumbered.standard_ref
            and gone.start_date = renumbered.start_date
    where renumbered.quarter is null
)

select * from present
union all
select * from lost_sight_of
