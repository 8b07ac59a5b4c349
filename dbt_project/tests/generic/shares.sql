{#- Rows in which one of the columns is no share: under 0 or over 1. A null is not judged. -#}
{% test shares(model, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where
        {%- for column in columns %}
        {{ "or " if not loop.first }}{{ column }} not between 0 and 1
        {%- endfor %}
{% endtest %}
