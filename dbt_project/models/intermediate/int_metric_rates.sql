{%- set is_journey_end =
    "journey_exit in ('achieved', 'completed_not_achieved', 'withdrawn', 'lost')" -%}

with spells as (
    select * from {{ ref('fct_apprenticeships') }}
),

provider_years as (
    select
        as_at_quarter,
        borough_code,
        is_digital,
        hybrid_year as year_number,
        sum(is_leaver) as leavers,
        sum(is_completer) as completers,
        sum(is_achiever) as achievers
    from spells
    group by as_at_quarter, borough_code, is_digital, hybrid_year
),

journey_years as (
    select
        as_at_quarter,
        borough_code,
        is_digital,
        exit_year as year_number,
        count(*) as journeys_ended,
        count(*) filter (where journey_exit = 'achieved') as journeys_achieved
    from spells
    where is_last_of_journey = 1 and {{ is_journey_end }}
    group by as_at_quarter, borough_code, is_digital, exit_year
),

yearly as (
    select
        'M05' as metric_id,
        as_at_quarter,
        borough_code,
        is_digital,
        year_number,
        achievers as numerator,
        leavers as denominator
    from provider_years
    union all
    select
        'M06' as metric_id,
        as_at_quarter,
        borough_code,
        is_digital,
        year_number,
        completers as numerator,
        leavers as denominator
    from provider_years
    union all
    select
        'M07' as metric_id,
        as_at_quarter,
        borough_code,
        is_digital,
        year_number,
        achievers as numerator,
        completers as denominator
    from provider_years
    union all
    select
        'M08' as metric_id,
        as_at_quarter,
        borough_code,
        is_digital,
        year_number,
        journeys_achieved as numerator,
        journeys_ended as denominator
    from journey_years
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_type in ('academic_year', 'three_academic_years')
),

rated as (
    select
        yearly.as_at_quarter,
        yearly.metric_id,
        yearly.borough_code,
        periods.period_type,
        periods.period,
        sum(yearly.numerator) as all_numerator,
        sum(yearly.numerator * yearly.is_digital) as digital_numerator,
        sum(yearly.denominator) as all_denominator,
        sum(yearly.denominator * yearly.is_digital) as digital_denominator
    from yearly
    inner join periods
        on
            yearly.as_at_quarter = periods.as_at_quarter
            and yearly.year_number between periods.first_year and periods.last_year
    group by
        yearly.as_at_quarter,
        yearly.metric_id,
        yearly.borough_code,
        periods.period_type,
        periods.period
),

cells as (
    select * from {{ ref('int_metric_cells') }}
    where family = 'rates'
)

select
    cells.*,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(rated.all_numerator, 0)
        when cells.is_returned then coalesce(rated.digital_numerator, 0)
    end as numerator,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(rated.all_denominator, 0)
        when cells.is_returned then coalesce(rated.digital_denominator, 0)
    end as denominator,
    cast(null as bigint) as due_count
from cells
left join rated
    on
        cells.as_at_quarter = rated.as_at_quarter
        and cells.metric_id = rated.metric_id
        and cells.borough_code = rated.borough_code
        and cells.period_type = rated.period_type
        and cells.period = rated.period
