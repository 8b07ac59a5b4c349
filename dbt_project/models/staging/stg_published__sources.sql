with source as (
    {{ from_lake('published', 'sources') }}
),

typed as (
    select
        cast(table_name as varchar) as table_name,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256,
        cast(imported_at as timestamp) as imported_at,
        cast(row_count as bigint) as row_count,
        cast(is_current as boolean) as is_current
    from source
)

select * from typed
