"""Drafts that were asked for, made as Dagster's daemon makes them: the sensor, then its runs.

Here: one tick in this process. Not here: any test.
"""

from __future__ import annotations

import dagster as dg

from ingest.home import Home
from orchestration.build import instance_of
from orchestration.draft_sensor import asked_drafts, draft_job
from orchestration.publication import comparative_release
from orchestration.resources import HomeResource


def tick(home: Home, instance: dg.DagsterInstance) -> list[dg.RunRequest]:
    """Return the runs that the sensor asks for."""
    found = asked_drafts(dg.build_sensor_context(instance=instance), home=HomeResource.of(home))
    assert isinstance(found, list | dg.SkipReason)
    return found if isinstance(found, list) else []


def make_asked_drafts(home: Home) -> list[bool]:
    """Run what the sensor asks for, and return whether each run succeeded."""
    definitions = dg.Definitions(  # without the models, which dbt would read for seconds
        assets=[comparative_release],
        jobs=[draft_job],
        resources={"home": HomeResource.of(home)},
    )
    job = definitions.resolve_job_def("draft")
    with instance_of(home) as instance:
        return [
            job.execute_in_process(
                instance=instance,
                partition_key=one.partition_key,
                run_config=one.run_config,
                tags={**one.tags, "dagster/run_key": str(one.run_key)},
                raise_on_error=False,
            ).success
            for one in tick(home, instance)
        ]
