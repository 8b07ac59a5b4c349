-- The record of imports as it is: which file each published table came from, and which before.
select * from {{ ref('stg_published__sources') }}
