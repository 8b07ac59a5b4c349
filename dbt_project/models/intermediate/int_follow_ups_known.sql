with returns as (
    select * from {{ ref('int_returns_signed') }}
),

changed_returns as (
    select returns.*
    from returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

answers as (
    select
        follow_ups.*,
        returns.return_number,
        lead(returns.return_number) over (
            partition by
                follow_ups.borough_code,
                follow_ups.apprentice_ref,
                follow_ups.programme_no,
                follow_ups.checkpoint
            order by returns.return_number
        ) as next_return_number
    from {{ ref('stg_apprenticeships__progressions') }} as follow_ups
    inner join returns
        on
            follow_ups.submission_id = returns.submission_id
            and follow_ups.borough_code = returns.borough_code
            and follow_ups.quarter = returns.quarter
),

known as (
    select
        returns.quarter as as_at_quarter,
        answers.quarter as last_seen_quarter,
        answers.* exclude (quarter, return_number, next_return_number) -- noqa: RF02
    from changed_returns as returns
    inner join answers
        on
            returns.borough_code = answers.borough_code
            and returns.return_number >= answers.return_number
            and (
                answers.next_return_number is null
                or returns.return_number < answers.next_return_number
            )
)

select * from known
