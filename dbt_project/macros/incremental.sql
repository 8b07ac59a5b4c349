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

{#-
    The state of every return as the snapshot that this build begins from has it; no row in a build
    from nothing.
-#}
{% macro returns_before() -%}
    {%- set before = adapter.get_relation(
        database=this.database, schema=target.schema, identifier='fct_return_status'
    ) if execute and not flags.FULL_REFRESH else none -%}
    {%- set columns = 'borough_code, quarter, state, submission_id, version, received_at, signed_at, is_late, scope, row_count' -%}
    {%- if before is not none -%}
        select {{ columns }} from {{ before }}
    {%- else -%}
        select {{ columns }} from {{ ref('int_returns_expected') }} where false
    {%- endif -%}
{%- endmacro %}
