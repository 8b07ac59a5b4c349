with source as (
    {{ from_lake('register', 'submissions') }}
),

typed as (
    select
        cast(submission_id as varchar) as submission_id,
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(version as integer) as version,
        cast(state as varchar) as state,
        cast(received_at as timestamp) as received_at,
        cast(signed_at as timestamp) as signed_at,
        cast(error_count as integer) as error_count,
        cast(query_count as integer) as query_count,
        cast(sha256 as varchar) as sha256
    from source
)

select * from typed
