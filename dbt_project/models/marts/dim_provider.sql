select
    ukprn as provider_ukprn,
    min(name) as provider_name
from {{ ref('stg_known__providers') }}
where ukprn is not null and name is not null
group by ukprn
