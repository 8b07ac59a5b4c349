with ratings as (
    select * from {{ ref('int_provider_ratings_known') }}
),

answers as (
    select
        ratings.as_at_quarter,
        ratings.borough_code,
        ratings.provider_ukprn,
        ratings.standard_ref,
        ratings.rated_in_quarter,
        attributes.attribute,
        case attributes.attribute
            when 'a1' then ratings.a1
            when 'a2' then ratings.a2
            when 'a3' then ratings.a3
            when 'a4' then ratings.a4
            when 'a5' then ratings.a5
            when 'a6' then ratings.a6
            when 'a7' then ratings.a7
            when 'a8' then ratings.a8
            when 'a9' then ratings.a9
        end as answer
    from ratings
    cross join (
        values ('a1'), ('a2'), ('a3'), ('a4'), ('a5'), ('a6'), ('a7'), ('a8'), ('a9')
    ) as attributes (attribute)
)

select
    answers.as_at_quarter,
    answers.borough_code,
    answers.provider_ukprn,
    answers.standard_ref,
    standards.level,
    answers.rated_in_quarter,
    answers.attribute,
    case when answers.answer = 'S' then 1 else 0 end as is_strength,
    case when answers.answer = 'W' then 1 else 0 end as is_weakness,
    case when answers.answer = 'S' then 1 when answers.answer = 'W' then -1 else 0 end as net
from answers
left join {{ ref('dim_standard') }} as standards
    on answers.standard_ref = standards.standard_ref
