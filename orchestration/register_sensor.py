"""The sensor on the register: signed versions that the lake lacks.

Here: one run request for everything that is due. Correctness rests on the register, not on what
Dagster remembers: after a killed run the same versions are due again. Not here: how they are built.
"""

import dagster as dg

from ingest.register import Register
from orchestration.partitions import RETURNS, range_tags, return_of
from orchestration.resources import HomeResource
from orchestration.returns import due_submissions

build_job = dg.define_asset_job(
    "build",
    selection=dg.AssetSelection.all() - dg.AssetSelection.groups("publication", "signing"),
    partitions_def=RETURNS,
    description="Every signed return that is due, then the warehouse, then the switch.",
)


@dg.sensor(
    job=build_job,
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def signed_versions(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> dg.RunRequest | dg.SkipReason:
    """Asks for one build when the register holds signed versions that the lake lacks."""
    keys = {return_of(key) for key in RETURNS.get_partition_keys()}
    due = due_submissions(home, keys)
    if not due:
        return dg.SkipReason("The lake holds every signed version.")
    event = Register(home.home.register_url).last_event()
    return dg.RunRequest(
        run_key=f"event-{event}",
        tags=range_tags([(one.borough_code, one.quarter) for one in due]),
    )
