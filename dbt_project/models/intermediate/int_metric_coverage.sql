-- What lies behind every figure: who returned, and in what state. A borough that reports only its
-- digital apprenticeships, or marks a table as nil, has not been collected from: that is not zero.
with returns as (
    select
        returns.*,
        returns.quarter as as_at_quarter
    from {{ ref('int_returns_expected') }} as returns
    inner join {{ ref('int_quarters_changed') }} as changed
        on returns.quarter = changed.as_at_quarter
),

tables as (
    select distinct
        collected_by,
        has_populations
    from {{ ref('dim_metric') }}
),

collected as (
    select
        as_at_quarter,
        borough_code,
        'workforce' as collected_by
    from {{ ref('fct_skills_demand') }}
    union
    select
        as_at_quarter,
        borough_code,
        'levy' as collected_by
    from {{ ref('fct_levy_years') }}
    union
    select
        as_at_quarter,
        borough_code,
        'readiness' as collected_by
    from {{ ref('fct_readiness') }}
    union
    select
        as_at_quarter,
        borough_code,
        'provider_feedback' as collected_by
    from {{ ref('fct_provider_feedback') }}
    union
    select
        as_at_quarter,
        borough_code,
        'public_sector' as collected_by
    from {{ ref('fct_public_sector') }}
),

rows_behind as (
    select
        spells.as_at_quarter,
        spells.borough_code,
        populations.population,
        sum(spells.is_without_number) as rows_without_number,
        sum(1 - spells.is_in_register) as rows_carried
    from {{ ref('fct_apprenticeships') }} as spells
    inner join {{ ref('int_metric_populations') }} as populations
        on populations.population = 'ALL' or spells.is_digital = 1
    group by spells.as_at_quarter, spells.borough_code, populations.population
),

stated as (
    select
        returns.as_at_quarter,
        tables.collected_by,
        populations.population,
        returns.borough_code,
        coalesce(returns.is_late, false) as is_late,
        case
            when tables.collected_by = 'register' then 'returned'
            when returns.state <> 'signed' then returns.state
            when
                tables.has_populations
                and populations.population = 'ALL'
                and coalesce(returns.scope, 'ALL') <> 'ALL'
                then 'not_collected'
            when tables.collected_by <> 'apprentices' and collected.borough_code is null
                then 'not_collected'
            else 'returned'
        end as return_state,
        coalesce(rows_behind.rows_without_number, 0) as rows_without_number,
        coalesce(rows_behind.rows_carried, 0) as rows_carried
    from returns
    cross join tables
    cross join {{ ref('int_metric_populations') }} as populations
    left join collected
        on
            returns.as_at_quarter = collected.as_at_quarter
            and returns.borough_code = collected.borough_code
            and tables.collected_by = collected.collected_by
    left join rows_behind
        on
            returns.as_at_quarter = rows_behind.as_at_quarter
            and returns.borough_code = rows_behind.borough_code
            and populations.population = rows_behind.population
            and tables.collected_by = 'apprentices'
),

boroughs as (
    select
        as_at_quarter,
        collected_by,
        population,
        borough_code as area_code,
        return_state,
        cast(return_state = 'returned' as integer) as boroughs_returned,
        1 as boroughs_expected,
        cast(is_late and return_state = 'returned' as integer) as boroughs_late,
        case when return_state = 'returned' then rows_without_number else 0 end
            as rows_without_number,
        case when return_state = 'returned' then rows_carried else 0 end as rows_carried
    from stated
),

region as (
    select
        as_at_quarter,
        collected_by,
        population,
        'REGION' as area_code,
        case when sum(boroughs_returned) > 0 then 'returned' else 'not_returned' end
            as return_state,
        sum(boroughs_returned) as boroughs_returned,
        sum(boroughs_expected) as boroughs_expected,
        sum(boroughs_late) as boroughs_late,
        sum(rows_without_number) as rows_without_number,
        sum(rows_carried) as rows_carried
    from boroughs
    group by as_at_quarter, collected_by, population
)

select * from boroughs
union all
select * from region
