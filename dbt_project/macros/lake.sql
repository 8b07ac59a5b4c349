{#-
    Read a lake table, or an empty table of the model's own columns when the lake holds no file of
    it yet: read_parquet refuses a pattern that matches nothing, and a table that no borough has
    sent is no fault. COHORT_ACCEPTED names the accepted tables where a build has compacted them.
-#}
{% macro from_lake(source_name, table_name) -%}
    {%- set relation = source(source_name, table_name) -%}
    {%- set found = namespace(files=1) -%}
    {%- if execute and flags.WHICH in ('build', 'run', 'test', 'compile', 'show') -%}
        {%- set pattern = model.columns | length and lake_pattern(source_name, table_name) -%}
        {%- set answer = run_query("select count(*) from glob('" ~ pattern ~ "')") -%}
        {%- set found.files = answer.columns[0].values()[0] -%}
    {%- endif -%}
    {%- if found.files > 0 -%}
        select * from {{ relation }}
    {%- else -%}
        select
        {%- for column in model.columns.values() %}
            cast(null as {{ column.data_type }}) as {{ column.name }}{{ "," if not loop.last }}
        {%- endfor %}
        where false
    {%- endif -%}
{%- endmacro %}

{% macro lake_pattern(source_name, table_name) -%}
    {%- set lake = env_var('COHORT_LAKE') -%}
    {%- if source_name == 'apprenticeships' -%}
        {{ env_var('COHORT_ACCEPTED', lake ~ '/accepted') }}/{{ table_name }}/*/*.parquet
    {%- elif source_name == 'register' -%}
        {{ lake }}/register/{{ table_name }}.parquet
    {%- elif source_name == 'known' -%}
        {{ lake }}/context/{{ table_name }}*.parquet
    {%- else -%}
        {{ lake }}/context/{{ table_name }}.parquet
    {%- endif -%}
{%- endmacro %}
