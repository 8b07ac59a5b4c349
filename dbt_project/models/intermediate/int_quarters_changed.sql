-- A table, made first: what it compares with is replaced later in the same build. A return changes
-- what is known at its quarter and at every later one, because a row that is gone is kept as it was
-- last seen. The newest quarter has the slices of each borough (as second quarters do), so a newest
-- quarter that no longer is the newest is made anew too.
with expected as (
    select * from {{ ref('int_returns_expected') }}
),

expected_now as (
    select
        borough_code,
        quarter,
        state,
        submission_id,
        version,
        received_at,
        signed_at,
        is_late,
        scope,
        row_count
    from expected
),

-- None in a build from nothing, so that every quarter differs.
expected_before as (
    {{ returns_before() }}
),

made as (
    select * from expected_now
    except
    select * from expected_before
),

unmade as (
    select * from expected_before
    except
    select * from expected_now
),

differences as (
    select * from made
    union all
    select * from unmade
),

newest as (
    select
        (select max(quarter) from expected_now) as newest_now,
        (select max(quarter) from expected_before) as newest_before
),

first_changed as (
    select min(changed.quarter) as quarter
    from (
        select quarter from differences
        union all
        select newest_before as quarter from newest
        where newest_now <> newest_before
    ) as changed
)

select distinct expected.quarter as as_at_quarter
from expected
inner join first_changed on expected.quarter >= first_changed.quarter
