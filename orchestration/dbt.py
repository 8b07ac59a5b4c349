"""The dbt project as Dagster sees it: its manifest, its assets, its environment.

Here: one asset a model, one check a test, mapped onto the lake. Not here: the models.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    dbt_assets,
)
from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from ingest.compaction import compact
from ingest.context import ensure_context
from ingest.home import Home
from ingest.lake import export_register
from ingest.pseudonym import Pseudonymiser
from ingest.register import Register
from ingest.warehouse import building_path, model_fingerprint, start_building
from orchestration.resources import HomeResource

PROJECT = Path(__file__).parent.parent / "dbt_project"
SPECIFICATION = PROJECT.parent / "specification"
# Unit tests are about the models, not about the data: `make test` runs them.
BUILD = ("build", "--exclude-resource-type", "unit_test")


def set_environment(home: Home) -> None:
    """Point dbt at a home: where it reads, where it builds, and where its own output goes."""
    os.environ |= {
        "COHORT_LAKE": str(home.lake),
        "COHORT_ACCEPTED": str(home.lake / "compacted"),
        "COHORT_WAREHOUSE_BUILD": str(building_path(home)),
        "DBT_TARGET_PATH": str(home.root / "dbt" / "target"),
        "DBT_LOG_PATH": str(home.root / "dbt" / "logs"),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def run_dbt(arguments: Sequence[str], manifest: Manifest | None = None) -> dbtRunnerResult:
    """Run dbt in this process, and let go of the warehouse's file when it ends."""
    try:
        return dbtRunner(manifest=manifest).invoke(list(arguments))
    finally:
        DuckDBConnectionManager.close_all_connections()


def manifest_path(home: Home) -> Path:
    """Return dbt's manifest, made anew when a file of the project is newer.

    Raises:
        RuntimeError: the project does not parse; the message is dbt's own.
    """
    set_environment(home)
    manifest = home.root / "dbt" / "target" / "manifest.json"
    sources = [path for path in PROJECT.rglob("*") if path.suffix in {".sql", ".yml", ".csv"}]
    newest = max(path.stat().st_mtime for path in sources)
    if not manifest.is_file() or manifest.stat().st_mtime < newest:
        arguments = ["parse", "--quiet", "--project-dir", str(PROJECT)]
        outcome = run_dbt(arguments)
        if not outcome.success:
            raise RuntimeError(f"the dbt project does not parse: {outcome.exception}")
    return manifest


class Translator(DagsterDbtTranslator):
    """Sources of accepted returns are the asset `accepted_return`; groups follow the layers."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """Return the asset of a dbt node."""
        if dbt_resource_props["resource_type"] == "source":
            if dbt_resource_props["source_name"] == "apprenticeships":
                return dg.AssetKey("accepted_return")
            return dg.AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the layer that a model lies in."""
        return "warehouse"


def build_dbt_assets(home: Home) -> dg.AssetsDefinition:
    """Return the assets of every model, built aside in one dbt run."""
    # The four accepted tables are one asset: a return is accepted whole or not at all.
    settings = DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)

    @dbt_assets(
        manifest=manifest_path(home),
        dagster_dbt_translator=Translator(settings=settings),
        name="dbt_models",
    )
    def dbt_models(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, home: HomeResource
    ) -> Iterator[Any]:
        set_environment(home.home)
        export_register(Register(home.home.register_url).submissions(), home.home)
        ensure_context(home.home)
        compact(home.home)
        # A new key gives people other pseudonyms: nothing of the snapshot before can stay.
        key = Pseudonymiser.from_file(home.home.key_file).name()
        fingerprint = model_fingerprint(PROJECT, SPECIFICATION, home.home.context)
        start_building(home.home, f"{fingerprint} {key}")
        yield from dbt.cli(list(BUILD), context=context).stream()

    return dbt_models


def dbt_resource(home: Home) -> DbtCliResource:
    """Return the dbt command line on our project."""
    set_environment(home)
    return DbtCliResource(
        project_dir=str(PROJECT),
        profiles_dir=str(PROJECT),
        dbt_executable=str(Path(sys.executable).with_name("dbt")),
    )
