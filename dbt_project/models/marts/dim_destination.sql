with destinations as (
    select * from {{ ref('destination') }}
)

select
    code as destination_code,
    label as destination_label,
    code <> 'UNKNOWN' as is_known,
    -- Empty for "not known": whether it is positive is not known either.
    case is_positive when 'Y' then true when 'N' then false end as is_positive,
    is_same_council = 'Y' as is_same_council,
    is_london_local_government = 'Y' as is_london_local_government,
    is_local_government = 'Y' as is_local_government,
    is_public_sector = 'Y' as is_public_sector
from destinations
