with known as (
    select * from {{ ref('int_spells_known') }}
),

-- A learner number often arrives after the first row: one row's key is the key of the reference.
identified as (
    select
        *,
        coalesce(
            person_key,
            max(person_key) over (partition by as_at_quarter, borough_code, apprentice_ref),
            borough_code || ':' || apprentice_ref
        ) as person_id
    from known
),

journeys as (
    select
        *,
        person_id || '|' || standard_ref || '|' || borough_code as journey_id,
        row_number() over (
            partition by as_at_quarter, borough_code, person_id
            order by start_date, programme_no, apprentice_ref
        ) as spell_number
    from identified
),

sequenced as (
    select
        *,
        -- Spells are in the order of their first days.
        first_value(start_date) over (
            partition by as_at_quarter, journey_id
            order by spell_number
        ) as journey_started_on,
        -- The next restart of the same person and standard, whoever the provider: the journey
        -- goes on.
        min(case when restart = 'Y' then start_date end) over (
            partition by as_at_quarter, journey_id
            order by spell_number
            rows between 1 following and unbounded following
        ) as resumed_on,
        -- And with the same provider: the national rates match a break and its restart within one
        -- provider (metrics 2.1, rule 9).
        min(case when restart = 'Y' then start_date end) over (
            partition by as_at_quarter, journey_id, provider_ukprn
            order by spell_number
            rows between 1 following and unbounded following
        ) as resumed_with_provider_on,
        lead(spell_number) over (
            partition by as_at_quarter, journey_id
            order by spell_number
        ) is null as is_last_of_journey
    from journeys
),

-- Reason 40: another apprenticeship with the same provider within 120 days.
switches as (
    select distinct
        left_spell.as_at_quarter,
        left_spell.borough_code,
        left_spell.person_id,
        left_spell.spell_number
    from journeys as left_spell
    inner join journeys as next_spell
        on
            left_spell.as_at_quarter = next_spell.as_at_quarter
            and left_spell.borough_code = next_spell.borough_code
            and left_spell.person_id = next_spell.person_id
            and left_spell.provider_ukprn = next_spell.provider_ukprn
    where
        left_spell.status = '3'
        and left_spell.withdraw_reason = '40'
        and next_spell.standard_ref <> left_spell.standard_ref
        and next_spell.spell_number > left_spell.spell_number
        and next_spell.start_date >= left_spell.training_end_date
        and next_spell.start_date <= {{ add_days('left_spell.training_end_date', 120) }}
)

select
    sequenced.*,
    switches.spell_number is not null as is_switched
from sequenced
left join switches
    on
        sequenced.as_at_quarter = switches.as_at_quarter
        and sequenced.borough_code = switches.borough_code
        and sequenced.person_id = switches.person_id
        and sequenced.spell_number = switches.spell_number
