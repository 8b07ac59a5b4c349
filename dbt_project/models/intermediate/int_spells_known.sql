with returns as (
    select * from {{ ref('int_returns_signed') }}
),

changed_returns as (
    select returns.*
    from returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

spells as (
    select
        spells.*,
        -- A number that was sent once is remembered for its reference: a later row without it is
        -- still the same person.
        max(spells.person_key) over (
            partition by spells.borough_code, spells.apprentice_ref
            order by returns.return_number
            range between unbounded preceding and current row
        ) as remembered_key,
        returns.return_number
    from {{ ref('stg_apprenticeships__apprentices') }} as spells
    inner join returns
        on
            spells.submission_id = returns.submission_id
            and spells.borough_code = returns.borough_code
            and spells.quarter = returns.quarter
    -- Apprenticeship units (AU) are short courses, not apprenticeships.
    where spells.standard_ref not like 'AU%'
),

sightings as (
    select
        borough_code,
        apprentice_ref,
        programme_no,
        submission_id,
        return_number,
        lead(return_number) over (
            partition by borough_code, apprentice_ref, programme_no
            order by return_number
        ) as next_return_number
    from spells
),

-- In the state it was last seen in, for every later return until it comes back.
gone as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        sightings.borough_code,
        sightings.apprentice_ref,
        sightings.programme_no,
        sightings.submission_id
    from sightings
    inner join changed_returns as returns
        on
            sightings.borough_code = returns.borough_code
            and sightings.return_number < returns.return_number
            and (
                sightings.next_return_number is null
                or sightings.next_return_number > returns.return_number
            )
    where
        sightings.next_return_number is null
        or sightings.next_return_number > sightings.return_number + 1
),

present as (
    select
        returns.quarter as as_at_quarter,
        returns.as_at_date,
        true as is_in_register,
        spells.*
    from spells
    inner join changed_returns as returns
        on
            spells.borough_code = returns.borough_code
            and spells.return_number = returns.return_number
),

last_seen as (
    select
        gone.as_at_quarter,
        gone.as_at_date,
        false as is_in_register,
        spells.*
    from gone
    inner join spells
        on
            gone.submission_id = spells.submission_id
            and gone.borough_code = spells.borough_code
            and gone.apprentice_ref = spells.apprentice_ref
            and gone.programme_no = spells.programme_no
),

-- A row is not lost if the same person, standard and first day were seen again, under another
-- number, by then: the council only renumbered it.
lost_sight_of as (
    select last_seen.*
    from last_seen
    left join spells as renumbered
        on
            last_seen.borough_code = renumbered.borough_code
            and last_seen.remembered_key = renumbered.remembered_key
            and last_seen.standard_ref = renumbered.standard_ref
            and last_seen.start_date = renumbered.start_date
            and last_seen.return_number < renumbered.return_number
            and last_seen.as_at_quarter >= renumbered.quarter
    where renumbered.quarter is null
),

known as (
    select * from present
    union all
    select * from lost_sight_of
)

select
    as_at_quarter,
    as_at_date,
    quarter as last_seen_quarter,
    is_in_register,
    borough_code,
    apprentice_ref,
    programme_no,
    coalesce(person_key, remembered_key) as person_key,
    standard_ref,
    provider_ukprn,
    epa_org,
    route,
    entry_route,
    discipline,
    team_ref,
    contract_type,
    weekly_hours,
    start_date,
    restart,
    original_start_date,
    planned_end_date,
    training_end_date,
    achievement_date,
    status,
    outcome,
    grade,
    withdraw_reason,
    withdraw_reason_detail,
    planned_otj_hours,
    actual_otj_hours,
    age_at_start,
    sex,
    ethnicity,
    disability,
    submission_id,
    row_number
from known
