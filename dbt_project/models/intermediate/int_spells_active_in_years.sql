-- The year in progress at the as-at date, and the one before it: the accountability framework
-- counts an apprentice in every year in which training went on for a day.
with spells as (
    select
        spells.*,
        as_at.this_academic_year
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_metric_as_at') }} as as_at
        on spells.as_at_quarter = as_at.as_at_quarter
),

years_back as (
    select 0 as years_ago
    union all
    select 1 as years_ago
),

dated as (
    select
        spells.*,
        spells.this_academic_year - years_back.years_ago as active_year,
        make_date(spells.this_academic_year - years_back.years_ago, 8, 1) as first_day,
        make_date(spells.this_academic_year - years_back.years_ago + 1, 7, 31) as last_day
    from spells
    cross join years_back
)

select
    *,
    1 as is_active,
    cast(
        is_withdrawal = 1 and training_end_date between first_day and last_day as integer
    ) as is_withdrawn_in_year
from dated
where
    start_date <= last_day
    and (training_end_date is null or training_end_date >= first_day)
