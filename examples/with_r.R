# The achievement rate of each borough, from the live snapshot, with R.
#
# Not run in CI: the project does not install R. Written for the packages DBI and duckdb 1.5 or
# newer: install.packages(c("DBI", "duckdb")). Run it from the folder that holds .cohort.

library(DBI)

# The text file `current` names the live snapshot. A snapshot never changes, so read it read-only.
warehouse <- file.path(Sys.getenv("COHORT_HOME", ".cohort"), "warehouse")
snapshot <- file.path(warehouse, readLines(file.path(warehouse, "current"), warn = FALSE))
connection <- dbConnect(duckdb::duckdb(), dbdir = snapshot, read_only = TRUE)

rates <- dbGetQuery(connection, "
  select borough_name, period, numerator, denominator, value, low_95, high_95, value_state
  from fct_metric_values
  inner join dim_borough on area_code = borough_code
  where as_at_quarter = (select max(as_at_quarter) from fct_metric_values)
    and metric_id = 'M05' and population = 'DIGITAL' and slice_type = 'all'
    and period_type = 'three_academic_years'
  order by borough_name
")
print(rates)

dbDisconnect(connection)
