"""A build in this process: the same definitions, without a Dagster server.

Here: running the build job and making one draft. Not here: the steps.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import datetime
from pathlib import Path

import dagster as dg

from ingest.home import Home
from ingest.pseudonym import Pseudonymiser
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from ingest.warehouse import current_warehouse
from orchestration.definitions import definitions_for
from orchestration.partitions import range_tags
from orchestration.servers import write_settings
from publisher.editions import folder_of
from publisher.steps import pending_edition
from specification.periods import Quarter

_QUIET = {"loggers": {"console": {"config": {"log_level": "ERROR"}}}}


class BuildFailed(RuntimeError):
    """A step or a blocking check failed; the live snapshot is unchanged. The message names it."""


class NothingSigned(RuntimeError):
    """No return is signed, so there is nothing to build."""


def build(home: Home) -> Path:
    """Build every signed return into a new live snapshot and return its file.

    Raises:
        NothingSigned: the register holds no signed return.
        NoPseudonymKey: nothing runs without a key.
        BuildFailed: nothing public changed.
    """
    Pseudonymiser.from_file(home.key_file)
    keys = Register(home.register_url).signed().keys()
    if not keys:
        raise NothingSigned("No return is signed yet. Send one with `cohort submit`, then sign it.")
    with instance_of(home) as instance, _talk_to_a_log(home):
        _run(home, "build", instance, range_tags(keys))
    return current_warehouse(home)


def publish(
    home: Home,
    quarter: Quarter,
    *,
    actor: str,
    at: datetime | None = None,
    reason: str = "",
) -> Path:
    """Make the draft of one quarter's release through its asset and return the bundle's folder.

    Args:
        home: the installation.
        quarter: the as-at quarter.
        actor: who makes it.
        at: when, in the story of a synthetic London; now, where it is none.
        reason: what it corrects, where the quarter is published.

    Raises:
        BuildFailed: there is no draft; what is published stays.
        StepRefused, UnfitWords: the register does not take it.
    """
    config = {"actor": actor, "at": at.isoformat() if at else "", "reason": reason}
    with instance_of(home) as instance, _talk_to_a_log(home):
        definitions = definitions_for(home)
        job = definitions.resolve_implicit_global_asset_job_def()
        outcome = job.execute_in_process(
            instance=instance,
            partition_key=str(quarter),
            asset_selection=[dg.AssetKey("comparative_release")],
            run_config=_QUIET | {"ops": {"comparative_release": {"config": config}}},
            raise_on_error=True,
        )
        if not outcome.success:
            raise BuildFailed(f"publishing {quarter} failed")
    return folder_of(home, pending_edition(ReleaseRegister(home.register_url).releases(), quarter))


def instance_of(home: Home) -> dg.DagsterInstance:
    """Return the Dagster instance that keeps its runs in this home, with telemetry off."""
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    write_settings(home)
    return dg.DagsterInstance.from_config(str(home.dagster))


@contextmanager
def _talk_to_a_log(home: Home) -> Generator[None]:
    """Send what dbt and Dagster print to a file: a command's own lines are what people read."""
    log = home.root / "build.log"
    with log.open("a", encoding="utf-8") as out, redirect_stdout(out), redirect_stderr(out):
        yield


def _run(home: Home, job_name: str, instance: dg.DagsterInstance, tags: dict[str, str]) -> None:
    job = definitions_for(home).resolve_job_def(job_name)
    outcome = job.execute_in_process(
        instance=instance, tags=tags, run_config=_QUIET, raise_on_error=False
    )
    failed = [
        f"{one.check_name} of {one.asset_key.to_user_string()}"
        for one in outcome.get_asset_check_evaluations()
        if not one.passed
    ]
    if not outcome.success or failed:
        steps = [event.step_key or "" for event in outcome.get_step_failure_events()]
        raise BuildFailed(
            f"The build failed at {', '.join(failed + steps)}. Nothing was switched; "
            f"{home.root / 'build.log'} says why."
        )
