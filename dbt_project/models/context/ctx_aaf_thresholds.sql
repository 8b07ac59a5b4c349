-- Passed on as imported: context beside our figures, never part of them.
select * from {{ ref('stg_dfe__aaf_thresholds') }}
