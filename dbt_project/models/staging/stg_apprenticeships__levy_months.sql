-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'levy') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(month as date) as month,
        cast(levy_declared as decimal(12, 2)) as levy_declared,
        cast(english_fraction as decimal(15, 5)) as english_fraction,
        cast(top_up as decimal(12, 2)) as top_up,
        cast(paid_to_providers as decimal(12, 2)) as paid_to_providers,
        cast(transferred_out as decimal(12, 2)) as transferred_out,
        cast(transferred_in as decimal(12, 2)) as transferred_in,
        cast(expired as decimal(12, 2)) as expired,
        cast(co_investment as decimal(12, 2)) as co_investment,
        cast(balance_end as decimal(12, 2)) as balance_end
    from source
)

select * from typed
