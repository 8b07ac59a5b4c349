with source as (
    {{ from_lake('published', 'london_councils_totals') }}
),

typed as (
    select
        cast(period as varchar) as period,
        cast(financial_year as varchar) as financial_year,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(category as varchar) as category,
        cast(is_total as boolean) as is_total,
        cast(apprentices as integer) as apprentices,
        cast(source as varchar) as source,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
