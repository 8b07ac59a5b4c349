"""How long the warehouse takes to build, and how that grows: `make bench-warehouse`.

Here: full and incremental builds at several sizes, each in a process of its own. Not here: the lake
that they read (`warehouse_lake`). The figures go into docs/benchmarks.md when they change.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.warehouse_lake import RECEIVED, calendar, copy_project, write_lake
from ingest.home import Home

if TYPE_CHECKING:
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.contracts.graph.manifest import Manifest

SIZES = (1, 10, 50)
HACKNEY = "E09000012"


def build_once(folder: Path) -> dict[str, float]:
    """Build and publish in this process; return the seconds of each step and the peak memory."""
    began = time.perf_counter()
    from dbt.artifacts.schemas.results import NodeStatus

    from ingest.compaction import compact
    from ingest.warehouse import model_fingerprint, start_building, switch_in
    from orchestration.dbt import BUILD, run_dbt, set_environment  # part of dbt's start-up

    imported = time.perf_counter()
    home = Home(folder / "home")
    set_environment(home)
    compact(home)
    compacted = time.perf_counter()
    project = folder / "dbt_project"
    start = start_building(home, model_fingerprint(project, folder / "specification"))
    started = time.perf_counter()
    places = ["--project-dir", str(project), "--profiles-dir", str(project)]
    parsed = run_dbt(["parse", "--quiet", *places])
    read = time.perf_counter()
    manifest = cast("Manifest", parsed.result)
    outcome = run_dbt(["--quiet", *BUILD, *places], manifest)
    if not outcome.success:
        wrong = (NodeStatus.Error, NodeStatus.Fail)
        nodes = cast("RunExecutionResult | None", outcome.result)
        failed = [one.message for one in nodes.results if one.status in wrong] if nodes else []
        raise RuntimeError(f"the build failed: {outcome.exception or failed}")
    built = time.perf_counter()
    switch_in(home)
    ended = time.perf_counter()
    return {
        "incremental": float(start.is_incremental),
        "seconds": ended - began,
        "dbt_start_up": imported - began + read - started,
        "compact": compacted - imported,
        "copy": started - compacted,
        "models_and_tests": built - read,
        "publish": ended - built,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def sign_a_new_version(home: Home, borough: str, quarter: str) -> None:
    """Give one borough a second version of a quarter: one row fewer, and signed."""
    for file in home.lake.glob(f"accepted/*/{quarter}/{borough}.parquet"):
        rows = pq.ParquetFile(file).read()
        index = rows.schema.get_field_index("submission_id")
        ids = pa.array([f"{borough}-{quarter}-2"] * rows.num_rows, pa.string())
        rows = rows.set_column(index, "submission_id", ids)
        if file.parent.parent.name == "apprentices":
            rows = rows.slice(1)
        pq.write_table(rows, file, compression="zstd")
    register = home.lake / "register" / "submissions.parquet"
    lines = pq.read_table(register).to_pylist()
    old = next(x for x in lines if x["borough_code"] == borough and x["quarter"] == quarter)
    later = RECEIVED + timedelta(days=1)
    new = old | {"submission_id": f"{borough}-{quarter}-2", "version": 2, "signed_at": later}
    old["state"] = "superseded"
    pq.write_table(pa.Table.from_pylist([*lines, new]), register)


def measure(folder: Path) -> dict[str, float]:
    """Return what one build measured in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.check_warehouse", "build", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=7200)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout.splitlines()[-1])


def check(sizes: list[float]) -> None:
    """Print one line a build."""
    print(
        "size,spell_rows,build,seconds,dbt_start_up,compact,copy,models_and_tests,publish,peak_mb"
    )
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            copy_project(folder)
            home = Home(folder / "home")
            rows = write_lake(size, home)
            quarters = calendar()
            cases = (
                ("full", None),
                ("newest quarter", str(quarters[-1])),
                ("two years back", str(quarters[-9])),
            )
            for label, quarter in cases:
                if quarter:
                    sign_a_new_version(home, HACKNEY, quarter)
                m = measure(folder)
                if bool(m["incremental"]) is not bool(quarter):
                    raise RuntimeError(f"{label}: was not the build that it should be")
                steps = (
                    "seconds",
                    "dbt_start_up",
                    "compact",
                    "copy",
                    "models_and_tests",
                    "publish",
                )
                numbers = ",".join(f"{m[step]:.1f}" for step in steps)
                print(f"{size:g},{rows},{label},{numbers},{m['peak_mb']:.0f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["build"]:
        print(json.dumps(build_once(Path(sys.argv[2]))))
    else:
        check([float(one) for one in sys.argv[1:]] or list(SIZES))
