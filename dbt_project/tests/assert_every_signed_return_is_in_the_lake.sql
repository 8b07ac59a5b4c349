-- A return the register calls signed, whose `return` table the lake does not hold: its borough
-- would look as if it had nobody.
select
    signed.borough_code,
    signed.quarter,
    signed.submission_id
from {{ ref('int_returns_signed') }} as signed
left join {{ ref('stg_apprenticeships__returns') }} as returns
    on signed.submission_id = returns.submission_id
where returns.submission_id is null
