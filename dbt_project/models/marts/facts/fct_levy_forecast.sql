-- First in, first out in closed form: with the running sum S of the lots and the payments P up to
-- a lot's month of expiry, what is used up to it is S + min(0, lowest P - S so far), and what
-- expires is the rest of the lot. Once for levy of the first term; then for levy of the second on
-- the payments that are left. No new levy comes in, and payments go on at the monthly use.
with accounts as (
    select * from {{ ref('int_levy_accounts') }}
),

held as (
    select
        lots.as_at_quarter,
        lots.borough_code,
        lots.month,
        lots.term_number,
        lots.months_until_expiry,
        lots.amount,
        sum(lots.amount) over (
            partition by lots.as_at_quarter, lots.borough_code, lots.term_number
            order by lots.month
            rows between unbounded preceding and current row
        ) as running_amount,
        greatest(
            0, accounts.paid_towards_held + accounts.monthly_use * lots.months_until_expiry
        ) as paid_by_then
    from {{ ref('int_levy_lots') }} as lots
    inner join accounts
        on
            lots.as_at_quarter = accounts.as_at_quarter
            and lots.borough_code = accounts.borough_code
    where lots.months_until_expiry > 0
),

first_term as (
    select
        *,
        running_amount + least(
            0,
            min(paid_by_then - running_amount) over (
                partition by as_at_quarter, borough_code
                order by month
                rows between unbounded preceding and current row
            )
        ) as used_so_far
    from held
    where term_number = 1
),

spent_on_first_term as (
    select
        as_at_quarter,
        borough_code,
        max(used_so_far) as used
    from first_term
    group by as_at_quarter, borough_code
),

left_for_second_term as (
    select
        held.*,
        greatest(0, held.paid_by_then - coalesce(spent_on_first_term.used, 0)) as paid_left_by_then
    from held
    left join spent_on_first_term
        on
            held.as_at_quarter = spent_on_first_term.as_at_quarter
            and held.borough_code = spent_on_first_term.borough_code
    where held.term_number = 2
),

second_term as (
    select
        *,
        running_amount + least(
            0,
            min(paid_left_by_then - running_amount) over (
                partition by as_at_quarter, borough_code
                order by month
                rows between unbounded preceding and current row
            )
        ) as used_so_far
    from left_for_second_term
),

both_terms as (
    select
        as_at_quarter,
        borough_code,
        month,
        term_number,
        months_until_expiry,
        amount,
        used_so_far
    from first_term
    union all
    select
        as_at_quarter,
        borough_code,
        month,
        term_number,
        months_until_expiry,
        amount,
        used_so_far
    from second_term
),

expiries as (
    select
        as_at_quarter,
        borough_code,
        months_until_expiry,
        amount - used_so_far + coalesce(
            lag(used_so_far) over (
                partition by as_at_quarter, borough_code, term_number
                order by month
            ),
            0
        ) as expiring
    from both_terms
),

summed as (
    select
        as_at_quarter,
        borough_code,
        sum(expiring) filter (where months_until_expiry <= 3) as expiring_3m,
        sum(expiring) filter (where months_until_expiry <= 12) as expiring_12m
    from expiries
    group by as_at_quarter, borough_code
)

select
    accounts.as_at_quarter,
    accounts.borough_code,
    cast(accounts.balance as decimal(18, 2)) as balance,
    cast(accounts.monthly_use as decimal(18, 2)) as monthly_use,
    cast(round(coalesce(summed.expiring_3m, 0), 2) as decimal(18, 2)) as expiring_3m,
    cast(round(coalesce(summed.expiring_12m, 0), 2) as decimal(18, 2)) as expiring_12m
from accounts
left join summed
    on
        accounts.as_at_quarter = summed.as_at_quarter
        and accounts.borough_code = summed.borough_code
