{#-
    Empty the as-at quarters that this build makes anew, and any that are no longer collected, before
    their rows are added: a quarter that comes out with no row at all must not keep its old ones.
    Both models are named outside the condition, so that dbt knows of them before it builds.
-#}
{% macro delete_what_is_made_anew() -%}
    {%- set changed = ref('int_quarters_changed') -%}
    {%- set expected = ref('int_returns_expected') -%}
    {%- if is_incremental() -%}
        delete from {{ this }}
        where
            as_at_quarter in (select as_at_quarter from {{ changed }})
            or as_at_quarter not in (select quarter from {{ expected }})
    {%- endif -%}
{%- endmacro %}
