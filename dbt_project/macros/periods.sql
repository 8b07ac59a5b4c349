{#- The arithmetic of dates. A second target overrides these and nothing else. -#}

{#- 2025 for every day of the academic year 2025/26 (1 August to 31 July). -#}
{% macro academic_year(day) -%}
    cast(extract(year from {{ day }} - interval 7 month) as integer)
{%- endmacro %}

{#- 2025 for every day of the financial year 2025-26 (1 April to 31 March). -#}
{% macro financial_year(day) -%}
    cast(extract(year from {{ day }} - interval 3 month) as integer)
{%- endmacro %}

{% macro academic_year_label(year) -%}
    cast({{ year }} as varchar) || '/' || right(cast({{ year }} + 1 as varchar), 2)
{%- endmacro %}

{% macro financial_year_label(year) -%}
    cast({{ year }} as varchar) || '-' || right(cast({{ year }} + 1 as varchar), 2)
{%- endmacro %}

{#- Days from the first to the last, both counted, as the national service counts them. -#}
{% macro days_inclusive(first_day, last_day) -%}
    (date_diff('day', {{ first_day }}, {{ last_day }}) + 1)
{%- endmacro %}

{% macro add_months(day, months) -%}
    cast({{ day }} + to_months({{ months }}) as date)
{%- endmacro %}

{% macro add_days(day, days) -%}
    cast({{ day }} + to_days({{ days }}) as date)
{%- endmacro %}

{#- Whole days from one day to a later one: 1 for the day before. -#}
{% macro days_since(earlier_day, later_day) -%}
    date_diff('day', {{ earlier_day }}, {{ later_day }})
{%- endmacro %}

{% macro first_of_month(day) -%}
    cast(date_trunc('month', {{ day }}) as date)
{%- endmacro %}

{#- The middle value; halfway between the two middle ones of an even number. -#}
{% macro median_of(values) -%}
    median({{ values }})
{%- endmacro %}
