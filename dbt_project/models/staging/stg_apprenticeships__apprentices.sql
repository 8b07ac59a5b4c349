-- Generated from the specification by specification/generate/dbt_staging.py; do not edit.
with source as (
    {{ from_lake('apprenticeships', 'apprentices') }}
),

typed as (
    select
        cast(borough_code as varchar) as borough_code,
        cast(quarter as varchar) as quarter,
        cast(submission_id as varchar) as submission_id,
        cast(row_number as integer) as row_number,
        cast(apprentice_ref as varchar) as apprentice_ref,
        cast(programme_no as bigint) as programme_no,
        cast(person_key as varchar) as person_key,
        cast(standard_ref as varchar) as standard_ref,
        cast(provider_ukprn as varchar) as provider_ukprn,
        cast(epa_org as varchar) as epa_org,
        cast(route as varchar) as route,
        cast(entry_route as varchar) as entry_route,
        cast(discipline as varchar) as discipline,
        cast(team_ref as varchar) as team_ref,
        cast(cohort_label as varchar) as cohort_label,
        cast(contract_type as varchar) as contract_type,
        cast(weekly_hours as decimal(12, 2)) as weekly_hours,
        cast(start_date as date) as start_date,
        cast(restart as varchar) as restart,
        cast(original_start_date as date) as original_start_date,
        cast(planned_end_date as date) as planned_end_date,
        cast(status as varchar) as status,
        cast(training_end_date as date) as training_end_date,
        cast(outcome as varchar) as outcome,
        cast(achievement_date as date) as achievement_date,
        cast(grade as varchar) as grade,
        cast(withdraw_reason as varchar) as withdraw_reason,
        cast(withdraw_reason_detail as varchar) as withdraw_reason_detail,
        cast(expected_return_date as date) as expected_return_date,
        cast(planned_otj_hours as bigint) as planned_otj_hours,
        cast(actual_otj_hours as bigint) as actual_otj_hours,
        cast(otj_pattern as varchar) as otj_pattern,
        cast(total_price as decimal(12, 2)) as total_price,
        cast(funding as varchar) as funding,
        cast(age_at_start as bigint) as age_at_start,
        cast(sex as varchar) as sex,
        cast(ethnicity as varchar) as ethnicity,
        cast(disability as varchar) as disability,
        cast(prior_attainment as varchar) as prior_attainment,
        cast(care_leaver_or_ehcp as varchar) as care_leaver_or_ehcp,
        cast(home_borough as varchar) as home_borough,
        cast(local_school as varchar) as local_school
    from source
)

select * from typed
