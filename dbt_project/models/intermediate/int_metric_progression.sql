with followed_up as (
    select
        progression.*,
        coalesce(destinations.is_local_government, false) as is_local_government
    from {{ ref('fct_progression') }} as progression
    left join {{ ref('dim_destination') }} as destinations
        on progression.destination = destinations.destination_code
),

metrics as (
    select metric_id from {{ ref('dim_metric') }}
    where family = 'progression'
),

answered as (
    select
        followed_up.*,
        metrics.metric_id,
        case metrics.metric_id
            when 'M17' then followed_up.destination = 'PERM_SAME'
            when 'M18' then followed_up.destination = 'FTC_SAME'
            when 'M19' then followed_up.destination = 'OTHER_LDN'
            when 'M19b' then followed_up.destination in ('OTHER_LDN', 'OTHER_LA')
            when 'M20a' then followed_up.destination = 'OTHER_PUBLIC'
            when 'M20b' then followed_up.destination in ('OTHER_EMP', 'SELF_EMP')
            when 'M21' then followed_up.destination in ('STUDY', 'APPR_SAME', 'APPR_OTHER')
            when 'M22' then followed_up.is_local_government
        end as is_counted
    from followed_up
    cross join metrics
),

counted as (
    select
        as_at_quarter,
        metric_id,
        borough_code,
        checkpoint,
        count(*) as all_due,
        count(*) filter (where is_known = 1) as all_known,
        count(*) filter (where is_counted) as all_counted,
        count(*) filter (where is_digital = 1) as digital_due,
        count(*) filter (where is_digital = 1 and is_known = 1) as digital_known,
        count(*) filter (where is_digital = 1 and is_counted) as digital_counted
    from answered
    group by as_at_quarter, metric_id, borough_code, checkpoint
),

cells as (
    select * from {{ ref('int_metric_cells') }}
    where family = 'progression'
)

select
    cells.*,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(counted.all_counted, 0)
        when cells.is_returned then coalesce(counted.digital_counted, 0)
    end as numerator,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(counted.all_known, 0)
        when cells.is_returned then coalesce(counted.digital_known, 0)
    end as denominator,
    case
        when cells.is_returned and cells.population = 'ALL' then coalesce(counted.all_due, 0)
        when cells.is_returned then coalesce(counted.digital_due, 0)
    end as due_count
from cells
left join counted
    on
        cells.as_at_quarter = counted.as_at_quarter
        and cells.metric_id = counted.metric_id
        and cells.borough_code = counted.borough_code
        and cells.period = counted.checkpoint
