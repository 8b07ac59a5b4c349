-- A reference that was given again (ST0313) is the standard that was approved last.
with standards as (
    select
        *,
        row_number() over (
            partition by reference
            order by approved_date desc, title asc
        ) as approval_rank
    from {{ ref('standards') }}
)

select
    reference as standard_ref,
    title,
    level,
    route,
    coalesce(route = 'Digital', false) as is_digital_route
from standards
where approval_rank = 1
