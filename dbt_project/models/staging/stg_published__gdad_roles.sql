with source as (
    {{ from_lake('published', 'gdad_roles') }}
),

typed as (
    select
        cast(role_family as varchar) as role_family,
        cast(role as varchar) as role,
        cast(role_level as varchar) as role_level,
        cast(role_type as varchar) as role_type,
        cast(suggested_grade as varchar) as suggested_grade,
        cast(grade_code as varchar) as grade_code,
        cast(source_file as varchar) as source_file,
        cast(source_sha256 as varchar) as source_sha256
    from source
)

select * from typed
