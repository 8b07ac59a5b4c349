with as_at as (
    select
        quarters.quarter as as_at_quarter,
        quarters.first_day,
        quarters.last_day,
        {{ financial_year('quarters.last_day') }} as this_financial_year,
        {{ academic_year('quarters.last_day') }} as this_academic_year
    from {{ ref('int_quarters_changed') }} as changed
    inner join {{ ref('dim_quarter') }} as quarters on changed.as_at_quarter = quarters.quarter
),

collected as (
    select
        quarters.quarter,
        quarters.first_day,
        quarters.last_day
    from {{ ref('dim_quarter') }} as quarters
    where
        quarters.quarter in (
            select returns.quarter from {{ ref('int_returns_expected') }} as returns
        )
),

years as (
    select cast(unnest(range({{ var('first_metric_year') }}, 2100)) as integer) as year_number
),

quarter_periods as (
    select
        as_at.as_at_quarter,
        'quarter' as period_type,
        earlier.quarter as period,
        earlier.first_day,
        earlier.last_day,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year,
        earlier.quarter = as_at.as_at_quarter as is_latest_complete,
        false as is_recent
    from as_at
    inner join collected as earlier on as_at.last_day >= earlier.last_day
),

financial_years as (
    select
        as_at.as_at_quarter,
        'financial_year' as period_type,
        {{ financial_year_label('years.year_number') }} as period,
        make_date(years.year_number, 4, 1) as first_day,
        make_date(years.year_number + 1, 3, 31) as last_day,
        years.year_number as first_year,
        years.year_number as last_year,
        years.year_number = as_at.this_financial_year - 1 as is_latest_complete,
        years.year_number >= as_at.this_financial_year - 1 as is_recent
    from as_at
    inner join years on as_at.this_financial_year >= years.year_number
),

academic_years as (
    select
        as_at.as_at_quarter,
        'academic_year' as period_type,
        {{ academic_year_label('years.year_number') }} as period,
        make_date(years.year_number, 8, 1) as first_day,
        make_date(years.year_number + 1, 7, 31) as last_day,
        years.year_number as first_year,
        years.year_number as last_year,
        years.year_number = as_at.this_academic_year - 1 as is_latest_complete,
        years.year_number >= as_at.this_academic_year - 1 as is_recent
    from as_at
    inner join years on as_at.this_academic_year >= years.year_number
),

three_academic_years as (
    select
        as_at_quarter,
        'three_academic_years' as period_type,
        {{ academic_year_label('(this_academic_year - 3)') }}
        || ' to '
        || {{ academic_year_label('(this_academic_year - 1)') }} as period,
        make_date(this_academic_year - 3, 8, 1) as first_day,
        make_date(this_academic_year, 7, 31) as last_day,
        this_academic_year - 3 as first_year,
        this_academic_year - 1 as last_year,
        true as is_latest_complete,
        false as is_recent
    from as_at
),

windows as (
    select
        as_at_quarter,
        'window' as period_type,
        '{{ var("regional_share_first_year") }} to {{ var("regional_share_last_year") }}' as period,
        make_date({{ var('regional_share_first_year') }}, 1, 1) as first_day,
        make_date({{ var('regional_share_last_year') }}, 12, 31) as last_day,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year,
        true as is_latest_complete,
        false as is_recent
    from as_at
),

checkpoints as (
    select
        as_at.as_at_quarter,
        'checkpoint' as period_type,
        checkpoint.code as period,
        cast(null as date) as first_day,
        cast(null as date) as last_day,
        cast(null as integer) as first_year,
        cast(null as integer) as last_year,
        false as is_latest_complete,
        false as is_recent
    from as_at
    cross join {{ ref('checkpoint') }} as checkpoint
),

periods as (
    select * from quarter_periods
    union all
    select * from financial_years
    union all
    select * from academic_years
    union all
    select * from three_academic_years
    union all
    select * from windows
    union all
    select * from checkpoints
)

select
    *,
    -- Slices are given for few periods: what lies further back is in the figures without a slice.
    cast(is_latest_complete or is_recent or period_type = 'checkpoint' as integer) as is_sliced
from periods
