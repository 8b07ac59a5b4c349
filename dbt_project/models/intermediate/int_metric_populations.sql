-- DIGITAL is the default of every metric: employed by the council in a digital discipline.
select 'DIGITAL' as population
union all
select 'ALL' as population
