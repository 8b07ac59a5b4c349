with boroughs as (
    select * from {{ ref('boroughs') }}
)

select
    borough_code,
    borough_name,
    short_name,
    is_inner_london = 'Y' as is_inner_london,
    tile_row,
    tile_column
from boroughs
