-- A lot is what is left of one month's levy after corrections. Seen as a pile to which each month
-- adds and from which a negative month takes the top off, what stays of a month is what the lowest
-- later height of the pile leaves of its layer. Nothing can be taken from an empty pile.
with months as (
    select * from {{ ref('int_levy_months') }}
),

terms as (
    select * from {{ ref('levy_terms') }}
),

summed as (
    select
        *,
        sum(funds_in) over (
            partition by as_at_quarter, borough_code
            order by month
            rows between unbounded preceding and current row
        ) as running_funds
    from months
),

piled as (
    select
        *,
        running_funds - least(
            0,
            min(running_funds) over (
                partition by as_at_quarter, borough_code
                order by month
                rows between unbounded preceding and current row
            )
        ) as height
    from summed
),

layered as (
    select
        *,
        coalesce(
            lag(height) over (partition by as_at_quarter, borough_code order by month), 0
        ) as height_before,
        min(height) over (
            partition by as_at_quarter, borough_code
            order by month
            rows between current row and unbounded following
        ) as lowest_height
    from piled
)

select
    layered.as_at_quarter,
    layered.borough_code,
    layered.month,
    layered.months_ago,
    terms.term_number,
    terms.months_to_expiry - layered.months_ago as months_until_expiry,
    cast(greatest(0, layered.lowest_height - layered.height_before) as decimal(24, 7)) as amount
from layered
inner join terms on layered.month between terms.valid_from and terms.valid_to
