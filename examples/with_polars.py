"""Starts in the region as first known and as known now, from the exported files, with Polars.

Run: `python examples/with_polars.py` (pip install polars). No database is needed: each table is a
Parquet file in the folder that is named like the snapshot.
"""

import os
from pathlib import Path

import polars as pl

# The text file `current` names the live snapshot; its exported files lie in the folder beside it.
warehouse = Path(os.environ.get("COHORT_HOME", ".cohort")) / "warehouse"
exports = warehouse / (warehouse / "current").read_text().strip().removesuffix(".duckdb")


def table(name: str) -> pl.LazyFrame:
    """Return a table; one of more than a million rows is a folder with a file for each quarter."""
    one_file = exports / f"{name}.parquet"
    return pl.scan_parquet(one_file if one_file.exists() else exports / name / "*.parquet")


starts = table("fct_metric_values").filter(
    pl.col("metric_id") == "M01",
    pl.col("population") == "DIGITAL",
    pl.col("area_code") == "REGION",
    pl.col("slice_type") == "all",
    pl.col("period_type") == "quarter",
)
# As-was: the quarter as it was known at its own end. As-is: as the newest returns say it.
as_was = starts.filter(pl.col("as_at_quarter") == pl.col("period"))
as_is = starts.filter(pl.col("as_at_quarter") == pl.col("as_at_quarter").max())

compared = (
    as_was.select("period", as_was="value", boroughs_then="boroughs_returned")
    .join(as_is.select("period", as_is="value", boroughs_now="boroughs_returned"), on="period")
    .with_columns(revised=pl.col("as_is") - pl.col("as_was"))
    .sort("period")
    .collect()
)

print(f"Digital starts in the region, quarter by quarter ({exports.name})")
with pl.Config(tbl_rows=40, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
    print(compared)
