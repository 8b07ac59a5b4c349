-- Five questions to a snapshot, for the DuckDB command line. From the folder that holds .cohort:
--
--   duckdb -readonly ".cohort/warehouse/$(cat .cohort/warehouse/current)" < examples/query.sql
--
-- A snapshot never changes and takes any number of readers. What a column means:
--   select column_name, comment from duckdb_columns() where table_name = 'fct_metric_values';

-- 1. What is there? Each table, its rows, and what one row is.
select
    table_name,
    estimated_size as row_count,
    split_part(comment, '. ', 1) as one_row_is
from duckdb_tables()
order by table_name;

-- 2. The achievement rate of each borough, with its interval, in the newest quarter.
--    Without a figure, value_state says why. In the order of the alphabet: no league table.
select
    dim_borough.borough_name,
    figures.period,
    figures.numerator,
    figures.denominator,
    round(figures.value, 2) as rate,
    round(figures.low_95, 2) as low_95,
    round(figures.high_95, 2) as high_95,
    figures.value_state
from fct_metric_values as figures
inner join dim_borough on figures.area_code = dim_borough.borough_code
where
    figures.as_at_quarter = (select max(as_at_quarter) from fct_metric_values)
    and figures.metric_id = 'M05'
    and figures.population = 'DIGITAL'
    and figures.slice_type = 'all' -- leave this out and every part is counted again
    and figures.period_type = 'three_academic_years'
order by dim_borough.borough_name;

-- 3. Starts of one borough by quarter: as-was (known at the quarter's own end) and as-is (now).
select
    period as quarter,
    max(value) filter (where as_at_quarter = period) as as_was,
    max(value_state) filter (where as_at_quarter = period) as state_then,
    max(value) filter (where as_at_quarter = newest) as as_is
from (
    select *, max(as_at_quarter) over () as newest
    from fct_metric_values
    where
        metric_id = 'M01'
        and population = 'DIGITAL'
        and area_code = 'E09000012'
        and slice_type = 'all'
        and period_type = 'quarter'
)
group by period
order by period;

-- 4. How complete is each quarter? Who returned, who was late, and rows that cannot be joined up.
select
    as_at_quarter,
    boroughs_returned,
    boroughs_expected,
    boroughs_late,
    rows_without_number,
    rows_carried
from fct_metric_values
where
    metric_id = 'M01'
    and population = 'DIGITAL'
    and area_code = 'REGION'
    and slice_type = 'all'
    and period_type = 'quarter'
    and period = as_at_quarter
order by as_at_quarter;

-- 5. Which way is the region going? Only boroughs that returned both times are compared.
select
    changes.metric_id,
    dim_metric.metric_label,
    changes.earlier_quarter,
    round(changes.earlier_value, 3) as earlier_value,
    changes.as_at_quarter as later_quarter,
    round(changes.value, 3) as later_value,
    changes.borough_count
from fct_metric_changes as changes
inner join dim_metric on changes.metric_id = dim_metric.metric_id
where
    changes.as_at_quarter = (select max(as_at_quarter) from fct_metric_changes)
    and changes.compared_with = 'year_before'
    and changes.population = 'DIGITAL'
    and changes.period_type in ('quarter', 'three_academic_years')
order by changes.metric_id, changes.period_type;
