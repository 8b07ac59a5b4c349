-- At most one version of a borough's quarter is the current one.
select
    borough_code,
    quarter,
    count(*) as signed_versions
from {{ ref('stg_register__submissions') }}
where state = 'signed'
group by borough_code, quarter
having count(*) > 1
