with counted as (
    select
        as_at_quarter,
        borough_code,
        team_ref,
        standard_ref,
        discipline,
        decision,
        hold_reason,
        case when c1 >= 3 then 1 else 0 end
        + case when c2 >= 3 then 1 else 0 end
        + case when c3 >= 3 then 1 else 0 end
        + case when c4 >= 3 then 1 else 0 end
        + case when c5 >= 3 then 1 else 0 end
        + case when c6 >= 3 then 1 else 0 end
        + case when c7 >= 3 then 1 else 0 end
        + case when c8 >= 3 then 1 else 0 end as conditions_met,
        case when c1 is not null then 1 else 0 end
        + case when c2 is not null then 1 else 0 end
        + case when c3 is not null then 1 else 0 end
        + case when c4 is not null then 1 else 0 end
        + case when c5 is not null then 1 else 0 end
        + case when c6 is not null then 1 else 0 end
        + case when c7 is not null then 1 else 0 end
        + case when c8 is not null then 1 else 0 end as conditions_asked
    from {{ ref('int_teams_considered') }}
)

select
    counted.as_at_quarter,
    counted.borough_code,
    counted.team_ref,
    counted.standard_ref,
    counted.discipline,
    standards.level,
    counted.decision,
    counted.hold_reason,
    cast(counted.decision = 'GO' as integer) as is_go,
    cast(counted.decision = 'HOLD' as integer) as is_hold,
    cast(counted.conditions_met as integer) as conditions_met,
    cast(counted.conditions_asked as integer) as conditions_asked,
    cast(
        counted.conditions_asked > 0 and counted.conditions_met = counted.conditions_asked
        as integer
    ) as is_ready
from counted
left join {{ ref('dim_standard') }} as standards
    on counted.standard_ref = standards.standard_ref
