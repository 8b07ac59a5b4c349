"""What Dagster loads: `dagster dev -m orchestration.definitions`.

Here: the parts put together for one home. Not here: anything else.
"""

import dagster as dg

from ingest.home import Home
from orchestration.dbt import build_dbt_assets, dbt_resource
from orchestration.draft_sensor import asked_drafts, draft_job
from orchestration.letters import each_morning, letters
from orchestration.publication import comparative_release, warehouse_snapshot
from orchestration.register_sensor import build_job, signed_versions
from orchestration.resources import HomeResource
from orchestration.returns import accepted_return, signed_return
from orchestration.signing import ready_versions, signing_figures, signing_job


def definitions_for(home: Home) -> dg.Definitions:
    """Return every asset, check, job, schedule and sensor, bound to one home."""
    return dg.Definitions(
        assets=[
            signed_return,
            accepted_return,
            build_dbt_assets(home),
            warehouse_snapshot,
            comparative_release,
            signing_figures,
        ],
        jobs=[build_job, draft_job, signing_job, letters],
        schedules=[each_morning],
        sensors=[signed_versions, asked_drafts, ready_versions],
        resources={"home": HomeResource.of(home), "dbt": dbt_resource(home)},
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions of the home that the environment names."""
    return definitions_for(Home.from_environment())
