with metrics as (
    select * from {{ ref('dim_metric') }}
),

tallies as (
    select * from {{ ref('int_metric_tallies') }}
),

coverage as (
    select * from {{ ref('int_metric_coverage') }}
),

-- Without a slice every borough and the region has its row, whether it returned or not.
cells as (
    select
        figures.as_at_quarter,
        figures.metric_id,
        figures.collected_by,
        figures.population,
        coverage.area_code,
        figures.period_type,
        figures.period
    from {{ ref('int_metric_figures') }} as figures
    inner join coverage
        on
            figures.as_at_quarter = coverage.as_at_quarter
            and figures.collected_by = coverage.collected_by
            and figures.population = coverage.population
    where figures.slice_type = 'all'
),

added_up as (
    select
        tallies.as_at_quarter,
        tallies.metric_id,
        tallies.population,
        'REGION' as area_code,
        tallies.period_type,
        tallies.period,
        sum(tallies.numerator) as numerator,
        sum(tallies.denominator) as denominator,
        sum(tallies.due) as due,
        sum(tallies.squares) as squares,
        cast(null as double) as median
    from tallies
    inner join metrics on tallies.metric_id = metrics.metric_id
    where tallies.slice_type = 'all' and metrics.is_additive
    group by
        tallies.as_at_quarter,
        tallies.metric_id,
        tallies.population,
        tallies.period_type,
        tallies.period
),

counted as (
    select
        as_at_quarter,
        metric_id,
        population,
        area_code,
        period_type,
        period,
        numerator,
        denominator,
        due,
        squares,
        median
    from tallies
    where slice_type = 'all'
    union all
    select * from added_up
),

figures as (
    select
        cells.as_at_quarter,
        cells.metric_id,
        cells.collected_by,
        cells.population,
        cells.area_code,
        'all' as slice_type,
        'all' as slice_value,
        cells.period_type,
        cells.period,
        coalesce(counted.numerator, 0) as numerator,
        coalesce(counted.denominator, 0) as denominator,
        coalesce(counted.due, 0) as due,
        counted.squares,
        counted.median
    from cells
    left join counted
        on
            cells.as_at_quarter = counted.as_at_quarter
            and cells.metric_id = counted.metric_id
            and cells.population = counted.population
            and cells.area_code = counted.area_code
            and cells.period_type = counted.period_type
            and cells.period = counted.period
    union all
    select
        tallies.as_at_quarter,
        tallies.metric_id,
        metrics.collected_by,
        tallies.population,
        tallies.area_code,
        tallies.slice_type,
        tallies.slice_value,
        tallies.period_type,
        tallies.period,
        coalesce(tallies.numerator, 0) as numerator,
        coalesce(tallies.denominator, 0) as denominator,
        coalesce(tallies.due, 0) as due,
        tallies.squares,
        tallies.median
    from tallies
    inner join metrics on tallies.metric_id = metrics.metric_id
    where tallies.slice_type <> 'all'
),

covered as (
    select
        figures.*,
        metrics.metric_view,
        metrics.unit,
        metrics.denominator <> '' as has_denominator,
        metrics.definition_version,
        coverage.return_state,
        coverage.return_state = 'returned' as is_returned,
        coverage.boroughs_returned,
        coverage.boroughs_expected,
        coverage.boroughs_late,
        coverage.rows_without_number,
        coverage.rows_carried,
        metrics.is_followed_up
    from figures
    inner join metrics on figures.metric_id = metrics.metric_id
    inner join coverage
        on
            figures.as_at_quarter = coverage.as_at_quarter
            and figures.collected_by = coverage.collected_by
            and figures.population = coverage.population
            and figures.area_code = coverage.area_code
),

typed as (
    select
        *,
        case
            when is_returned and unit not in ('days', 'months') then cast(numerator as double)
        end as counted_numerator,
        case
            when is_returned and has_denominator then cast(denominator as double)
        end as counted_denominator,
        case when is_returned and is_followed_up then cast(due as bigint) end as due_count
    from covered
)

select
    as_at_quarter,
    metric_id,
    metric_view as view,
    population,
    area_code,
    slice_type,
    slice_value,
    period_type,
    period,
    counted_numerator as numerator,
    counted_denominator as denominator,
    case
        when unit in ('count', 'pounds') then counted_numerator
        when unit in ('days', 'months') then median
        when counted_denominator <> 0 then counted_numerator / counted_denominator
    end as value,
    case
        when unit = 'rate' then {{ wilson_low('counted_numerator', 'counted_denominator') }}
    end as low_95,
    case
        when unit = 'rate' then {{ wilson_high('counted_numerator', 'counted_denominator') }}
    end as high_95,
    case
        when unit = 'mean' and squares is not null and counted_denominator > 0
            then
                sqrt(
                    cast(squares as double) / counted_denominator
                    - (counted_numerator / counted_denominator)
                    * (counted_numerator / counted_denominator)
                )
    end as spread,
    due_count,
    case when due_count > 0 then counted_denominator / due_count end as response_rate,
    case when due_count > 0 then counted_numerator / due_count end as low_bound,
    case
        when due_count > 0
            then (counted_numerator + due_count - counted_denominator) / due_count
    end as high_bound,
    case
        when not is_returned then return_state
        when unit in ('days', 'months') and median is null then 'not_applicable'
        when has_denominator and counted_denominator = 0 then 'not_applicable'
        when counted_numerator = 0 then 'zero'
        else 'given'
    end as value_state,
    cast(boroughs_returned as integer) as boroughs_returned,
    cast(boroughs_expected as integer) as boroughs_expected,
    cast(boroughs_late as integer) as boroughs_late,
    cast(rows_without_number as bigint) as rows_without_number,
    cast(rows_carried as bigint) as rows_carried,
    definition_version
from typed
order by as_at_quarter
