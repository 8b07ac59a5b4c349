{#-
    A unit's share against its region's. Tested against scipy and statsmodels in
    tests/integration/test_comparison.py. Source: Spiegelhalter (2005), funnel plots on the
    arcsine-root scale with an additive variance between units; Byar's limits of observed over
    expected; Newcombe (1998), method 10.
-#}

{#- 1.96 and 3.09 carry 95% and 99.8% of a normal distribution. -#}
{% macro score_95() -%} 1.96 {%- endmacro %}
{% macro score_998() -%} 3.09 {%- endmacro %}

{#- The columns that name one comparison: its units lie against one target. -#}
{% macro comparison_key() -%}
    {{ return(['as_at_quarter', 'population', 'metric_id', 'unit_type']) }}
{%- endmacro %}

{#- How far a unit lies from the target, in standard errors of the arcsine-root scale. -#}
{% macro funnel_score(numerator, denominator, target) -%}
    (asin(sqrt(cast({{ numerator }} as double) / {{ denominator }})) - asin(sqrt({{ target }})))
    * 2 * sqrt({{ denominator }})
{%- endmacro %}

{#-
    The share that a unit of this size reaches at a score: the one source of a chart's band, of the
    flag and of the table. `score` is signed, such as -1.96.
-#}
{% macro funnel_limit(target, denominator, between_variance, score) -%}
    power(
        sin(
            least(
                pi() / 2,
                greatest(
                    0.0,
                    asin(sqrt({{ target }}))
                    + {{ score }} * sqrt(1.0 / (4.0 * {{ denominator }}) + {{ between_variance }})
                )
            )
        ),
        2
    )
{%- endmacro %}

{#-
    Observed over expected, 95%, after Byar. It is conservative: a count of people with the outcome
    cannot pass the count of people. Null without an expectation.
-#}
{% macro byar_low(observed, expected) -%}
    case
        when {{ expected }} > 0 and {{ observed }} = 0 then cast(0 as double)
        when {{ expected }} > 0
            then
                {{ observed }}
                * power(1 - 1.0 / (9.0 * {{ observed }}) - 1.96 / (3 * sqrt({{ observed }})), 3)
                / {{ expected }}
    end
{%- endmacro %}

{% macro byar_high(observed, expected) -%}
    case
        when {{ expected }} > 0
            then
                ({{ observed }} + 1)
                * power(
                    1
                    - 1.0 / (9.0 * ({{ observed }} + 1))
                    + 1.96 / (3 * sqrt({{ observed }} + 1)),
                    3
                )
                / {{ expected }}
    end
{%- endmacro %}

{#- One end of the interval of a difference of two shares, from each share's Wilson limits. -#}
{% macro newcombe_low(first, second) -%}
    {{ first }}_rate - {{ second }}_rate
    - sqrt(
        power({{ first }}_rate - {{ first }}_low_95, 2)
        + power({{ second }}_high_95 - {{ second }}_rate, 2)
    )
{%- endmacro %}

{% macro newcombe_high(first, second) -%}
    {{ first }}_rate - {{ second }}_rate
    + sqrt(
        power({{ first }}_high_95 - {{ first }}_rate, 2)
        + power({{ second }}_rate - {{ second }}_low_95, 2)
    )
{%- endmacro %}

{#-
    A limit column of a size of unit, whatever the comparison's method: `limit_low_95` and so on.
    `exact` is the step that holds the exact limits of the same size.
-#}
{% macro comparison_limit(of, exact, name) -%}
    {%- set score = score_95() if name.endswith('_95') else score_998() -%}
    case
        when {{ of }}.method = 'funnel'
            then
                {{ funnel_limit(
                    of ~ '.target', of ~ '.denominator', of ~ '.between_variance',
                    ('-' if name.startswith('low') else '') ~ (score | trim)
                ) }}
        else {{ exact }}.limit_{{ name }}
    end as limit_{{ name }}
{%- endmacro %}
