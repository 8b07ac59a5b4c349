"""From a finished build to a live snapshot, and from a snapshot to a release.

Here: `warehouse_snapshot` and `comparative_release`. Not here: switching or drawing them.
"""

from typing import Any

import dagster as dg

from ingest.home import Home, Settings
from ingest.snapshots import Retention
from ingest.warehouse import current_warehouse, switch_in
from orchestration.dbt import PROJECT
from orchestration.partitions import QUARTERS
from orchestration.reasons import reasons_given
from orchestration.resources import HomeResource
from publisher.release import Release, publish_release
from specification.load import load_calendar
from specification.periods import Quarter


@dg.asset(
    group_name="warehouse",
    kinds={"duckdb"},
    deps=["fct_metric_values", "fct_metric_changes", "fct_comparisons", "fct_comparison_bands"],
)
def warehouse_snapshot(home: HomeResource) -> dg.MaterializeResult[Any]:
    """The finished build as a new immutable file, and the pointer switched to it."""
    snapshot = switch_in(home.home, Retention.of(Settings()), beside=[PROJECT / "lineage.csv"])
    rows = {f"{table}_rows": count for table, count in snapshot.rows.items()}
    return dg.MaterializeResult(
        metadata={
            "file": snapshot.path.name,
            "bytes": snapshot.size_bytes,
            "incremental": snapshot.is_incremental,
            **rows,
        }
    )


@dg.asset(
    group_name="publication",
    kinds={"html", "parquet"},
    partitions_def=QUARTERS,
    deps=[warehouse_snapshot],
)
def comparative_release(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[Any]:
    """The comparative report of one quarter as a release bundle."""
    release = publish(home.home, Quarter.parse(context.partition_key))
    return dg.MaterializeResult(metadata={"report": str(release.report.name)})


def publish(home: Home, quarter: Quarter) -> Release:
    """Return the release of a quarter, drawn from the live snapshot.

    It is dated by the collection calendar, so that publishing twice gives the same bytes. What
    comes from a synthetic London says so: the demo's truth file lies in its home.
    """
    published_on = {one.quarter: one.published_on for one in load_calendar()}
    warehouse = current_warehouse(home)
    return publish_release(
        warehouse,
        home.releases / str(quarter),
        quarter=quarter,
        is_synthetic=home.is_synthetic,
        generated_on=published_on[quarter],
        explanations=reasons_given(home, warehouse, quarter),
    )
