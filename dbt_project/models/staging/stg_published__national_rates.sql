with source as (
    {{ from_lake('published', 'national_rates') }}
),

typed as (
    select
        cast(measure as varchar) as measure,
        cast(measure_name as varchar) as measure_name,
        cast(academic_year as varchar) as academic_year,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        cast(value_text as varchar) as value_text,
        cast(value as decimal(18, 4)) as value,
        cast(unit as varchar) as unit,
        cast(source as varchar) as source,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
