-- Generated from the specification by generate/tallies.py from metrics.yaml; do not edit.
with facts as (
    select
        facts.as_at_quarter,
        changed.has_borough_slices,
        changed.sliced_from_day,
        changed.sliced_from_year,
        facts.borough_code,
        1 as is_digital,
        1 as is_in_all,
        facts.financial_year as placed_at,
        used as m34_numerator,
        funds_in as m34_denominator,
        expired as m34b_numerator,
        case when previous_levy is not null then transferred_out else 0 end as m35_numerator,
        previous_levy as m35_denominator
    from {{ ref('fct_levy_years') }} as facts
    inner join {{ ref('int_metric_as_at') }} as changed
        on facts.as_at_quarter = changed.as_at_quarter
    where facts.financial_year is not null
),

whole as (
    select
        as_at_quarter,
        borough_code as area_code,
        is_digital,
        is_in_all,
        placed_at,
        'all' as slice_type,
        'all' as slice_value,
        sum(m34_numerator) as m34_numerator,
        sum(m34_denominator) as m34_denominator,
        sum(m34b_numerator) as m34b_numerator,
        sum(m35_numerator) as m35_numerator,
        sum(m35_denominator) as m35_denominator
    from facts
    group by as_at_quarter, borough_code, is_digital, is_in_all, placed_at
),

tallied as (
    select * from whole
),

periods as (
    select * from {{ ref('int_metric_periods') }}
    where period_type in ('financial_year')
),

placed as (
    select
        tallied.as_at_quarter,
        tallied.area_code,
        tallied.slice_type,
        tallied.slice_value,
        populations.population,
        periods.period_type,
        periods.period,
        sum(tallied.m34_numerator) as m34_numerator,
        sum(tallied.m34_denominator) as m34_denominator,
        sum(tallied.m34b_numerator) as m34b_numerator,
        sum(tallied.m35_numerator) as m35_numerator,
        sum(tallied.m35_denominator) as m35_denominator
    from tallied
    inner join {{ ref('int_metric_populations') }} as populations
        on
            (populations.population = 'ALL' and tallied.is_in_all = 1)
            or (populations.population = 'DIGITAL' and tallied.is_digital = 1)
    inner join periods
        on
            tallied.as_at_quarter = periods.as_at_quarter
            and tallied.placed_at between periods.first_year and periods.last_year
            and (tallied.slice_type = 'all' or periods.is_sliced = 1)
    group by
        tallied.as_at_quarter,
        tallied.area_code,
        tallied.slice_type,
        tallied.slice_value,
        populations.population,
        periods.period_type,
        periods.period
),

metrics as (
    select * from {{ ref('int_metric_figures') }}
),

figures as (
    select
        placed.as_at_quarter,
        metrics.metric_id,
        placed.population,
        placed.area_code,
        placed.slice_type,
        placed.slice_value,
        placed.period_type,
        placed.period,
        cast(case metrics.metric_id
            when 'M34' then placed.m34_numerator
            when 'M34b' then placed.m34b_numerator
            when 'M35' then placed.m35_numerator
        end as decimal(18, 2)) as numerator,
        cast(case metrics.metric_id
            when 'M34' then placed.m34_denominator
            when 'M34b' then placed.m34_denominator
            when 'M35' then placed.m35_denominator
        end as decimal(18, 2)) as denominator,
        cast(null as decimal(18, 2)) as due,
        cast(null as decimal(18, 2)) as squares,
        cast(null as double) as median
    from placed
    inner join metrics
        on
            placed.as_at_quarter = metrics.as_at_quarter
            and placed.population = metrics.population
            and placed.slice_type = metrics.slice_type
            and placed.period_type = metrics.period_type
            and placed.period = metrics.period
)

select * from figures
where numerator <> 0 or denominator <> 0 or due <> 0
