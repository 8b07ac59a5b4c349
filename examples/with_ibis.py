"""The achievement rate of each borough, from the live snapshot, with Ibis.

Run: `python examples/with_ibis.py` (pip install "ibis-framework[duckdb]"). Ibis writes the SQL: the
same steps run later on another engine. Boroughs stand in the order of the alphabet: small numbers
do not make a league table.
"""

import os
from pathlib import Path

import ibis

# The text file `current` names the live snapshot. A snapshot never changes, so read it read-only.
warehouse = Path(os.environ.get("COHORT_HOME", ".cohort")) / "warehouse"
snapshot = warehouse / (warehouse / "current").read_text().strip()
connection = ibis.duckdb.connect(snapshot, read_only=True)

values = connection.table("fct_metric_values")
boroughs = connection.table("dim_borough")

newest = values.as_at_quarter.max().execute()
rates = (
    values.filter(
        values.as_at_quarter == newest,
        values.metric_id == "M05",  # achievement rate: see dim_metric
        values.population == "DIGITAL",
        values.slice_type == "all",  # not divided by level, provider, sex, …
        values.period_type == "three_academic_years",
    )
    .join(boroughs, values.area_code == boroughs.borough_code)
    .select(
        "borough_name",
        "period",
        "numerator",
        "denominator",
        rate=ibis._.value.round(2),
        low=ibis._.low_95.round(2),
        high=ibis._.high_95.round(2),
        state="value_state",  # why there is no figure, where there is none
    )
    .order_by("borough_name")
)

print(f"Achievement rate as known at the end of {newest} ({snapshot.stem})")
print(rates.to_pandas().to_string(index=False))
