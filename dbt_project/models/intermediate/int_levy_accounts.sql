-- What the past leaves for the lots still held. A lot that has expired used what of it did not
-- expire, as the return itself records it; a balance from before the first month is the oldest
-- money, and what of it expired is taken as recorded until a lot of the return could expire.
-- The same rules as the check of expired levy (rule L-006).
with months as (
    select * from {{ ref('int_levy_months') }}
),

lots as (
    select * from {{ ref('int_levy_lots') }}
),

lots_by_account as (
    select
        as_at_quarter,
        borough_code,
        max(months_ago) as first_month_ago,
        min(months_until_expiry) as first_expiry,
        coalesce(sum(amount) filter (where months_until_expiry <= 0), 0) as funds_past
    from lots
    group by as_at_quarter, borough_code
),

months_placed as (
    select
        months.*,
        lots_by_account.funds_past,
        months.months_ago = lots_by_account.first_month_ago as is_first,
        -months.months_ago < lots_by_account.first_expiry as is_before_any_expiry
    from months
    inner join lots_by_account
        on
            months.as_at_quarter = lots_by_account.as_at_quarter
            and months.borough_code = lots_by_account.borough_code
),

-- Sums are cast at once: of two sums with different scales DuckDB would keep pence only.
summed as (
    select
        as_at_quarter,
        borough_code,
        max(balance_end) filter (where months_ago = 0) as balance,
        -- To six places, so that half a penny is rounded as the half that it is.
        round(
            cast(
                sum(used) filter (where months_ago < 12)
                / count(*) filter (where months_ago < 12) as decimal(18, 6)
            ),
            2
        ) as monthly_use,
        cast(sum(greatest(0, used - transferred_in)) as decimal(24, 7)) as payments,
        cast(
            max(balance_end - funds_in - transferred_in + used + expired) filter (
                where is_first
            ) as decimal(24, 7)
        ) as opening,
        cast(
            coalesce(sum(expired) filter (where is_before_any_expiry), 0) as decimal(24, 7)
        ) as expired_before,
        cast(
            coalesce(sum(expired) filter (where not is_before_any_expiry), 0) as decimal(24, 7)
        ) as expired_since,
        cast(max(funds_past) as decimal(24, 7)) as funds_past
    from months_placed
    group by as_at_quarter, borough_code
)

select
    as_at_quarter,
    borough_code,
    balance,
    monthly_use,
    -- Under zero while money older than every lot held is not spent: it takes payments first.
    cast(
        payments - (funds_past - expired_since)
        - case
            when abs(opening) > 1 then greatest(0, opening - expired_before)
            else -expired_before
        end as decimal(24, 7)
    ) as paid_towards_held
from summed
