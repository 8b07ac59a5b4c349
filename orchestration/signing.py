"""The figures that signing officers see before they sign.

Here: the asset, and the sensor that asks for what is missing. Not here: counting (candidates), or
signing (portal).
"""

from datetime import UTC, datetime
from typing import Any

import dagster as dg

from ingest.home import Home
from ingest.register import Register, State, Submission
from ingest.signing_figures import figures_to_sign, keep_figures
from orchestration.candidates import count_candidates
from orchestration.partitions import RETURNS, Key, range_tags, return_of
from orchestration.resources import HomeResource


@dg.asset(
    group_name="signing",
    kinds={"json"},
    partitions_def=RETURNS,
    backfill_policy=dg.BackfillPolicy.single_run(),
)
def signing_figures(
    context: dg.AssetExecutionContext, home: HomeResource
) -> dg.MaterializeResult[Any]:
    """The metrics of each version that waits for a signature, as if it were signed."""
    due = due_versions(home.home, {return_of(key) for key in context.partition_keys})
    counted = count_candidates(home.home, due) if due else []
    for one in counted:
        keep_figures(home.home, one)
    return dg.MaterializeResult(
        metadata={"versions": len(counted), "figures": sum(len(one.figures) for one in counted)}
    )


signing_job = dg.define_asset_job(
    "figures_to_sign",
    selection=dg.AssetSelection.groups("signing"),
    partitions_def=RETURNS,
    description="What each version that waits for a signature would say.",
)


@dg.sensor(
    job=signing_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def ready_versions(home: HomeResource) -> dg.RunRequest | dg.SkipReason:
    """Asks for the figures of every version that waits for a signature without them."""
    due = due_versions(home.home, {return_of(key) for key in RETURNS.get_partition_keys()})
    if not due:
        return dg.SkipReason("Every version that waits for a signature has its figures.")
    return dg.RunRequest(
        # Asked for again in the next hour where a run was killed.
        run_key=" ".join([f"{datetime.now(UTC):%Y-%m-%dT%H}", *(one.submission_id for one in due)]),
        tags=range_tags([(one.borough_code, one.quarter) for one in due]),
    )


def due_versions(home: Home, keys: set[Key]) -> list[Submission]:
    """Return the versions among these keys that could be signed and have no figures yet.

    Of each borough one: its oldest quarter first.
    """
    ready = Register(home.register_url).submissions(state=State.READY)
    found: dict[str, Submission] = {}
    for one in sorted(ready, key=lambda one: (one.quarter, one.version), reverse=True):
        is_wanted = (one.borough_code, one.quarter) in keys
        if is_wanted and figures_to_sign(home, one.submission_id) is None:
            found[one.borough_code] = one
    return sorted(found.values(), key=lambda one: one.borough_code)
