"""The sensor on drafts that somebody asked for in the portal.

Here: one run for each, and an answer where a run ended without one. As with signed versions, the
register says what is asked for: a draft that is there, or was refused, is asked for no more. Not
here: making it (publication), or asking (publisher.asked).
"""

from __future__ import annotations

import dagster as dg

from ingest.chain import stamp
from ingest.release_events import DraftAsked
from ingest.release_register import ReleaseRegister
from orchestration.answers import say_why_not, stopped
from orchestration.partitions import QUARTERS
from orchestration.resources import HomeResource

draft_job = dg.define_asset_job(
    "draft",
    selection=dg.AssetSelection.assets("comparative_release"),
    partitions_def=QUARTERS,
    description="The draft of one quarter's release, from the live snapshot.",
)
_RUN_KEY = "dagster/run_key"


@dg.sensor(
    job=draft_job,
    minimum_interval_seconds=10,
    default_status=dg.DefaultSensorStatus.RUNNING,
)
def asked_drafts(
    context: dg.SensorEvaluationContext, home: HomeResource
) -> list[dg.RunRequest] | dg.SkipReason:
    """Asks for a run for each draft that somebody waits for, by the name of who asked."""
    asked = ReleaseRegister(home.home.register_url).releases().asked()
    wanted: list[dg.RunRequest] = []
    for one in asked:
        run = _run_of(context.instance, one)
        if run is None:
            wanted.append(_request(one))
        elif run.is_finished:  # it was killed before it could say why
            why = stopped(run.run_id)
            say_why_not(home.home, one.quarter, asked_at=stamp(one.at), why=why)
    return wanted or dg.SkipReason("Nobody waits for a draft that is not being made.")


def _request(asked: DraftAsked) -> dg.RunRequest:
    config = {"actor": asked.actor, "reason": asked.reason, "asked_at": stamp(asked.at)}
    return dg.RunRequest(
        run_key=_key_of(asked),
        partition_key=str(asked.quarter),
        run_config={"ops": {"comparative_release": {"config": config}}},
    )


def _run_of(instance: dg.DagsterInstance, asked: DraftAsked) -> dg.DagsterRun | None:
    found = instance.get_runs(dg.RunsFilter(tags={_RUN_KEY: _key_of(asked)}), limit=1)
    return found[0] if found else None


def _key_of(asked: DraftAsked) -> str:
    return f"{asked.quarter} {stamp(asked.at)}"
