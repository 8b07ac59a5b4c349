-- A family serves several disciplines and a discipline takes several families. Our list ends some
-- family names with "roles", which the framework's file leaves out.
with families as (
    select distinct
        role_family,
        source_file,
        source_sha256
    from {{ ref('stg_published__gdad_roles') }}
),

disciplines as (
    select
        code as discipline,
        label as discipline_label,
        '; ' || gdad_families || ';' as families
    from {{ ref('discipline') }}
)

select
    families.role_family,
    disciplines.discipline,
    disciplines.discipline_label,
    families.source_file,
    families.source_sha256
from families
inner join disciplines
    on
        disciplines.families like '%; ' || families.role_family || ';%'
        or disciplines.families like '%; ' || families.role_family || ' roles;%'
