"""From a finished build to a live snapshot, and from a snapshot to the draft of a release.

Here: `warehouse_snapshot` and `comparative_release`. Not here: switching or drawing them, or what
becomes of a draft (`publisher.steps`).
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from ingest.home import Home, Settings
from ingest.release_stages import RegisteredEdition
from ingest.snapshots import Retention
from ingest.warehouse import current_warehouse, switch_in
from orchestration.answers import answering
from orchestration.dbt import PROJECT
from orchestration.partitions import QUARTERS
from orchestration.reasons import reasons_given
from orchestration.resources import HomeResource
from publisher.release import publish_release
from publisher.steps import plan_draft, register_draft
from specification.periods import Quarter
from specification.publication import publication_day


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


class DraftConfig(dg.Config):
    """Who makes the draft, when in a story that is not told now, and what it corrects.

    `asked_at` is when somebody asked for it who waits for an answer, empty where nobody does.
    """

    actor: str = "dagster"
    at: str = ""
    reason: str = ""
    asked_at: str = ""


@dg.asset(
    group_name="publication",
    kinds={"html", "parquet"},
    partitions_def=QUARTERS,
    deps=[warehouse_snapshot],
)
def comparative_release(
    context: dg.AssetExecutionContext, home: HomeResource, config: DraftConfig
) -> dg.MaterializeResult[Any]:
    """The comparative report of one quarter as a draft: answered, checked and published later."""
    at = datetime.fromisoformat(config.at) if config.at else datetime.now(UTC)
    quarter = Quarter.parse(context.partition_key)
    with answering(home.home, quarter, asked_at=config.asked_at, run_id=context.run_id):
        made = make_draft(home.home, quarter, actor=config.actor, at=at, reason=config.reason)
    return dg.MaterializeResult(
        metadata={"edition": made.name, "manifest_sha256": made.manifest_sha256}
    )


def make_draft(
    home: Home, quarter: Quarter, *, actor: str, at: datetime, reason: str = ""
) -> RegisteredEdition:
    """Return the new draft of a quarter's release, drawn from the live snapshot.

    It is dated by the collection calendar, so that making it twice gives the same bytes. What
    comes from a synthetic London says so: the demo's truth file lies in its home.
    """
    plan = plan_draft(home, quarter, actor=actor, at=at, reason=reason)
    warehouse = current_warehouse(home)
    made = publish_release(
        warehouse,
        plan.folder,
        quarter=quarter,
        is_synthetic=home.is_synthetic,
        generated_on=publication_day(quarter),
        earlier=plan.earlier,
        draft=plan.draft,
        explanations=reasons_given(home, warehouse, quarter),
    )
    return register_draft(home, plan, made.sha256)
