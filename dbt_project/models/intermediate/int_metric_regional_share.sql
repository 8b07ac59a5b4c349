with starts as (
    select
        spells.as_at_quarter,
        spells.borough_code,
        periods.period_type,
        periods.period,
        count(*) as all_starts,
        sum(spells.is_digital) as digital_starts
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_metric_periods') }} as periods
        on
            spells.as_at_quarter = periods.as_at_quarter
            and spells.start_date between periods.first_day and periods.last_day
    where
        spells.is_journey_start = 1
        and periods.period_type in ('window', 'academic_year')
        and periods.is_latest_complete
    group by spells.as_at_quarter, spells.borough_code, periods.period_type, periods.period
),

cells as (
    select * from {{ ref('int_metric_cells') }}
    where family = 'regional_share'
),

counted as (
    select
        cells.*,
        case
            when cells.is_returned and cells.population = 'ALL' then coalesce(starts.all_starts, 0)
            when cells.is_returned then coalesce(starts.digital_starts, 0)
        end as numerator
    from cells
    left join starts
        on
            cells.as_at_quarter = starts.as_at_quarter
            and cells.borough_code = starts.borough_code
            and cells.period_type = starts.period_type
            and cells.period = starts.period
)

select
    *,
    case
        when is_returned
            then sum(numerator) over (
                partition by as_at_quarter, metric_id, population, period_type, period
            )
    end as denominator,
    cast(null as bigint) as due_count
from counted
