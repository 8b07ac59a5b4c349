{#-
    Wilson's interval for a share, 95% (z = 1.96). Null without a denominator. The ends are set to
    exactly 0 and 1 where the formula reaches them, because floating point only comes near.
    Source: published cases in tests/wilson (8 of 10 is 0.4902 to 0.9433).
-#}
{% macro wilson_bound(numerator, denominator, sign) -%}
    (
        cast({{ numerator }} as double) / {{ denominator }}
        + 3.8416 / (2 * {{ denominator }})
        {{ sign }} 1.96 * sqrt(
            (cast({{ numerator }} as double) / {{ denominator }})
            * (1 - cast({{ numerator }} as double) / {{ denominator }}) / {{ denominator }}
            + 3.8416 / (4.0 * {{ denominator }} * {{ denominator }})
        )
    ) / (1 + 3.8416 / {{ denominator }})
{%- endmacro %}

{% macro wilson_low(numerator, denominator) -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} = 0 then cast(0 as double)
        when {{ denominator }} > 0
            then cast({{ wilson_bound(numerator, denominator, '-') }} as double)
    end
{%- endmacro %}

{% macro wilson_high(numerator, denominator) -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} = {{ denominator }} then cast(1 as double)
        when {{ denominator }} > 0
            then cast({{ wilson_bound(numerator, denominator, '+') }} as double)
    end
{%- endmacro %}
