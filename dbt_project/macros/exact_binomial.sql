{#-
    The two-sided exact binomial probability, by adding up every outcome that is not more likely
    than the one observed, as scipy's binomtest does (with its tolerance of 1 in 10 million for
    outcomes equally likely).
-#}

{#- The natural logarithm of the gamma function. A second target overrides this. -#}
{% macro log_gamma(number) -%} lgamma({{ number }}) {%- endmacro %}

{#- The value under which a share of the rows lies, between two values by straight line. -#}
{% macro quantile(column, share) -%} quantile_cont({{ column }}, {{ share }}) {%- endmacro %}

{#- A column `number`: 0, 1, 2 up to the greatest value of a column of a relation. -#}
{% macro whole_numbers_to_greatest(relation, column) -%}
    select unnest(range(0, (select max({{ column }}) + 1 from {{ relation }}))) as number
{%- endmacro %}

{#- Of a target strictly between 0 and 1. -#}
{% macro log_binomial(outcome, denominator, target) -%}
    {{ log_gamma(denominator ~ ' + 1') }}
    - {{ log_gamma(outcome ~ ' + 1') }}
    - {{ log_gamma(denominator ~ ' - ' ~ outcome ~ ' + 1') }}
    + {{ outcome }} * ln({{ target }})
    + ({{ denominator }} - {{ outcome }}) * ln(1 - {{ target }})
{%- endmacro %}

{#-
    The body of a step: a row for each size of `sizes` (comparison key, denominator, target) and
    each outcome it could have, with its probability. Where everybody or nobody of the region has
    the outcome, chance leaves one outcome only.
-#}
{% macro exact_probabilities(sizes, numbers) -%}
    {%- set key = comparison_key() | join(', ') -%}
    select
        {{ key }},
        denominator,
        outcome,
        least(
            1.0,
            -- Added as decimals: the order of threads must not show.
            cast(
                sum(cast(exp(log_probability) as decimal(38, 30))) over (
                    partition by {{ key }}, denominator
                    order by log_probability
                    range between unbounded preceding and 0.0000001 following
                ) as double
            )
        ) as probability
    from (
        select
            {% for column in comparison_key() -%}
            {{ sizes }}.{{ column }},
            {% endfor -%}
            {{ sizes }}.denominator,
            {{ numbers }}.number as outcome,
            case
                when {{ sizes }}.target > 0 and {{ sizes }}.target < 1
                    then
                        {{ log_binomial(numbers ~ '.number', sizes ~ '.denominator',
                            sizes ~ '.target') }}
                when {{ numbers }}.number = {{ sizes }}.target * {{ sizes }}.denominator
                    then cast(0 as double)
                else cast(-745 as double)
            end as log_probability
        from {{ sizes }}
        inner join {{ numbers }} on {{ sizes }}.denominator >= {{ numbers }}.number
    ) as outcomes
{%- endmacro %}

{#- The body of a step: the outermost shares that the exact test does not call unlikely. -#}
{% macro exact_limits(probabilities) -%}
    {%- set key = comparison_key() | join(', ') -%}
    select
        {{ key }},
        denominator,
        {% for name, least_probability in [('95', '0.05'), ('998', '0.002')] -%}
        cast(min(outcome) filter (where probability >= {{ least_probability }}) as double)
        / denominator as limit_low_{{ name }},
        cast(max(outcome) filter (where probability >= {{ least_probability }}) as double)
        / denominator as limit_high_{{ name }}{{ "," if not loop.last }}
        {% endfor -%}
    from {{ probabilities }}
    group by {{ key }}, denominator
{%- endmacro %}
