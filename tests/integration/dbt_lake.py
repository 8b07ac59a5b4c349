"""Small lakes for the warehouse's tests, and dbt run on them in this process.

Here: writing accepted tables and a register, and one way of building. Not here: what is in a lake,
which each test says itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.lake import SUBMISSIONS
from orchestration import dbt
from specification.generate.dbt_staging import lake_columns
from specification.load import load_collection

PROJECT = Path(__file__).parents[2] / "dbt_project"
Line = dict[str, Any]


def arrow_type(data_type: str) -> pa.DataType:
    """Return the Arrow type of a column of the lake."""
    if data_type.startswith("decimal"):
        precision, scale = data_type[len("decimal(") : -1].split(",")
        return pa.decimal128(int(precision), int(scale))
    names = {
        "varchar": pa.string(),
        "integer": pa.int32(),
        "bigint": pa.int64(),
        "date": pa.date32(),
    }
    return names[data_type]


def write_table(
    lake: Path, table: str, borough: str, quarter: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Write one accepted table as ingest does: every column of the specification, in order."""
    leading = {
        "borough_code": borough,
        "quarter": quarter,
        "submission_id": f"{borough}-{quarter}",
    }
    full = [{**leading, "row_number": 2 + at, **row} for at, row in enumerate(rows)]
    columns = lake_columns(load_collection().tables[table])
    arrays = [
        pa.array([row.get(one.name) for row in full], arrow_type(one.data_type)) for one in columns
    ]
    path = lake / "accepted" / table / quarter / f"{borough}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(arrays, names=[one.name for one in columns]), path)


def submission(borough: str, quarter: str, state: str = "signed") -> Line:
    """Return one line of the register, received on 20 October 2026."""
    return {
        "submission_id": f"{borough}-{quarter}",
        "borough_code": borough,
        "quarter": quarter,
        "version": 1,
        "state": state,
        "received_at": datetime(2026, 10, 20, 9, 0),
        "signed_at": datetime(2026, 10, 20, 10, 0) if state == "signed" else None,
        "error_count": 0,
        "query_count": 0,
        "sha256": "0" * 64,
    }


def write_register(lake: Path, lines: Sequence[Line]) -> None:
    """Write the register as ingest exports it."""
    path = lake / "register" / "submissions.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(list(lines), SUBMISSIONS), path)


def run_dbt(lake: Path, built: Path, *options: str) -> None:
    """Build into a file; dbt's own output goes beside it.

    A new path makes dbt parse the project again: build under one name where it is done twice.
    """
    folders = ("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT))
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COHORT_ACCEPTED", raising=False)
        patch.setenv("COHORT_LAKE", str(lake))
        patch.setenv("COHORT_WAREHOUSE_BUILD", str(built))
        patch.setenv("DBT_TARGET_PATH", str(built.parent / "target"))
        patch.setenv("DBT_LOG_PATH", str(built.parent / "logs"))
        result = dbt.run_dbt(["--quiet", "build", *folders, *options])
    assert result.success, result.exception


def build(folder: Path, name: str, *options: str) -> Path:
    """Build the lake of a folder as `building.duckdb`, and return the file under its own name."""
    built = folder / "building.duckdb"
    run_dbt(folder / "lake", built, *options)
    return built.rename(folder / f"{name}.duckdb")
