-- A table, made first: what it compares with is replaced later in the same build. A return changes
-- what is known at its quarter and at every later one, because a row that is gone is kept as it was
-- last seen. The newest quarter alone has the slices of each borough, so a newest quarter that no
-- longer is the newest is made anew too.
{%- set before = adapter.get_relation(
    database=this.database, schema=target.schema, identifier='fct_return_status'
) if execute and not flags.FULL_REFRESH else none %}

with expected as (
    select * from {{ ref('int_returns_expected') }}
),
{% if before is not none %}
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

expected_before as (
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
    from {{ before }}
),

differences as (
    (select * from expected_now except select * from expected_before)
    union all
    (select * from expected_before except select * from expected_now)
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
{% else %}
every_quarter as (
    select distinct quarter from expected
)

select quarter as as_at_quarter from every_quarter
{% endif %}
