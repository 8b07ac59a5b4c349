-- The cases of metrics 6.4, to four places.
with published as (
    select
        8 as numerator,
        10 as denominator,
        0.4902 as low_95,
        0.9433 as high_95
    union all
    select
        0 as numerator,
        10 as denominator,
        0.0 as low_95,
        0.2775 as high_95
    union all
    select
        10 as numerator,
        10 as denominator,
        0.7225 as low_95,
        1.0 as high_95
    union all
    select
        3 as numerator,
        5 as denominator,
        0.2307 as low_95,
        0.8824 as high_95
    union all
    select
        1 as numerator,
        1 as denominator,
        0.2065 as low_95,
        1.0 as high_95
    union all
    select
        16 as numerator,
        25 as denominator,
        0.4452 as low_95,
        0.7975 as high_95
    union all
    select
        19 as numerator,
        29 as denominator,
        0.4734 as low_95,
        0.8006 as high_95
),

computed as (
    select
        *,
        {{ wilson_low('numerator', 'denominator') }} as computed_low_95,
        {{ wilson_high('numerator', 'denominator') }} as computed_high_95
    from published
)

select * from computed
where
    round(computed_low_95, 4) is distinct from cast(low_95 as double)
    or round(computed_high_95, 4) is distinct from cast(high_95 as double)
