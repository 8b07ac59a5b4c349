with source as (
    {{ from_lake('known', 'providers') }}
),

typed as (
    select
        cast(ukprn as varchar) as ukprn,
        cast(name as varchar) as name
    from source
)

select * from typed
