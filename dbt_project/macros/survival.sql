{#-
    Limits of a Kaplan-Meier estimate, 95%: Greenwood's variance on the log-log scale (Kalbfleisch
    and Prentice). Null where the scale has no value: nobody or everybody has had the event.
    `score` is signed: minus gives the lower limit of survival.
-#}
{% macro survival_limit(survival, greenwood_sum, score) -%}
    case
        when {{ survival }} > 0 and {{ survival }} < 1
            then
                exp(
                    -exp(ln(-ln({{ survival }})) + {{ score }} * sqrt({{ greenwood_sum }})
                    / ln({{ survival }}))
                )
    end
{%- endmacro %}
