select
    reference as standard_ref,
    title,
    level,
    route,
    coalesce(route = 'Digital', false) as is_digital_route,
    minimum_hours
from {{ ref('standards') }}
