with ratings as (
    select
        *,
        case when a1 = 'S' then 1 else 0 end
        + case when a2 = 'S' then 1 else 0 end
        + case when a3 = 'S' then 1 else 0 end
        + case when a4 = 'S' then 1 else 0 end
        + case when a5 = 'S' then 1 else 0 end
        + case when a6 = 'S' then 1 else 0 end
        + case when a7 = 'S' then 1 else 0 end
        + case when a8 = 'S' then 1 else 0 end
        + case when a9 = 'S' then 1 else 0 end as strengths,
        case when a1 = 'W' then 1 else 0 end
        + case when a2 = 'W' then 1 else 0 end
        + case when a3 = 'W' then 1 else 0 end
        + case when a4 = 'W' then 1 else 0 end
        + case when a5 = 'W' then 1 else 0 end
        + case when a6 = 'W' then 1 else 0 end
        + case when a7 = 'W' then 1 else 0 end
        + case when a8 = 'W' then 1 else 0 end
        + case when a9 = 'W' then 1 else 0 end as weaknesses
    from {{ ref('int_provider_ratings_known') }}
)

select
    ratings.as_at_quarter,
    ratings.borough_code,
    ratings.provider_ukprn,
    ratings.standard_ref,
    standards.level,
    ratings.rated_in_quarter,
    ratings.overall,
    ratings.overall * ratings.overall as overall_squared,
    cast(ratings.would_use_again = 'Y' as integer) as would_use_again,
    cast(ratings.strengths as integer) as strengths,
    cast(ratings.weaknesses as integer) as weaknesses
from ratings
left join {{ ref('dim_standard') }} as standards
    on ratings.standard_ref = standards.standard_ref
