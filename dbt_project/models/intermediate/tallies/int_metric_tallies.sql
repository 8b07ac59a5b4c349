-- Generated from the specification by generate/tallies.py from metrics.yaml; do not edit.
select * from {{ ref('int_tallies_apprenticeships_by_start_date') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_training_end_date') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_achievement_date') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_hybrid_year') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_exit_year') }}
union all
select * from {{ ref('int_tallies_spells_active_in_years_by_active_year') }}
union all
select * from {{ ref('int_medians_apprenticeships_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_apprenticeships_by_journey_started_on') }}
union all
select * from {{ ref('int_tallies_progression_by_checkpoint') }}
union all
select * from {{ ref('int_tallies_provider_feedback_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_provider_attributes_by_as_at_quarter') }}
union all
select * from {{ ref('int_medians_apprenticeships_by_achievement_date') }}
union all
select * from {{ ref('int_tallies_skills_demand_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_levy_years_by_financial_year') }}
union all
select * from {{ ref('int_tallies_levy_forecast_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_readiness_by_as_at_quarter') }}
union all
select * from {{ ref('int_tallies_public_sector_by_financial_year') }}
union all
select * from {{ ref('int_tallies_return_status_by_quarter') }}
union all
select * from {{ ref('int_tallies_regional_share') }}
union all
select * from {{ ref('int_tallies_survival') }}
