"""The release's data files: CSV, Parquet and CSV-on-the-web metadata for each table.

Here: writing protected tables, byte for byte the same each time. Not here: the page, or which
counts may be written.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from publisher.figures import SYMBOLS, Cell, Column, Figures, Table

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SYNTHETIC_NOTE = (
    "Synthetic data: the boroughs’ figures are made up to show how the release works. None "
    "describes a real person or a real borough."
)
_CSVW_TYPES = {
    "string": "string", "integer": "integer", "percent": "decimal", "decimal": "decimal",
}  # fmt: skip


def write_tables(figures: Figures, folder: Path) -> None:
    """Write each table three ways into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in figures.tables():
        (folder / f"{table.table_id}.csv").write_text(_csv(table), "utf-8", newline="")
        metadata = json.dumps(_csv_metadata(table, figures), ensure_ascii=False, indent=2)
        path = folder / f"{table.table_id}.csv-metadata.json"
        path.write_text(metadata + "\n", "utf-8", newline="")
        pq.write_table(_arrow(table, figures), folder / f"{table.table_id}.parquet")


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_manifest(figures: Figures, folder: Path, *, not_made: Mapping[str, str]) -> Path:
    """Write the list of a release's files with their SHA-256; return its path.

    Args:
        figures: the protected figures.
        folder: the bundle, whole but for its manifest.
        not_made: the files that a release has and this one lacks, each with the reason.
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    manifest = {
        "schema_version": "cohort.release/1",
        "quarter": figures.quarter,
        "is_synthetic": figures.is_synthetic,
        "generated_on": figures.generated_on.isoformat(),
        "warehouse_build": figures.warehouse_build,
        "specification_version": ", ".join(figures.definition_versions),
        "files": [
            {
                "path": path.relative_to(folder).as_posix(),
                "bytes": path.stat().st_size,
                "sha256": sha256(path),
            }
            for path in files
        ],
        "not_made": [{"path": name, "reason": reason} for name, reason in not_made.items()],
    }
    path = folder / "manifest.json"
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", "utf-8", newline="")
    return path


def _csv(table: Table) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(table.rows)
    return buffer.getvalue()


def _notes(table: Table, figures: Figures) -> list[str]:
    symbols = [f"{symbol}: {meaning}" for symbol, meaning in figures.symbols.items()]
    synthetic = [SYNTHETIC_NOTE] if figures.is_synthetic else []
    return [*synthetic, *table.notes, *symbols]


def _csv_metadata(table: Table, figures: Figures) -> dict[str, Any]:
    title = f"{table.made_up_words()} {table.title}" if figures.is_synthetic else table.title
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": f"{table.table_id}.csv",
        "dc:title": title,
        "dc:description": f"{figures.title}, {figures.quarter_label}.",
        "dc:publisher": "London Office of Technology and Innovation",
        "dc:license": {"@id": LICENCE_URL},
        "dc:issued": {"@value": figures.published_on.isoformat(), "@type": "xsd:date"},
        "notes": _notes(table, figures),
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {
            "columns": [_csv_column(column) for column in table.columns],
            "primaryKey": _primary_key(table),
        },
    }


def _csv_column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.description,
        "datatype": _CSVW_TYPES[column.datatype],
    }
    if column.datatype != "string":
        described["null"] = ["", *SYMBOLS]
    if column.datatype == "percent":
        described["datatype"] = {"base": "decimal", "minimum": 0, "maximum": 100}
    return described


def _primary_key(table: Table) -> list[str]:
    """Return the fewest leading columns that tell the rows apart."""
    for width in range(1, len(table.columns) + 1):
        if len({row[:width] for row in table.rows}) == len(table.rows):
            key = [column.name for column in table.columns[:width]]
            return [name for name in key if name not in ("destination",)]
    return [column.name for column in table.columns]


def _arrow(table: Table, figures: Figures) -> pa.Table:
    """Return the table as Arrow: numbers with nulls, and a column of symbols beside each."""
    arrays: dict[str, pa.Array] = {}
    for place, column in enumerate(table.columns):
        cells = [row[place] for row in table.rows]
        if column.datatype == "string":
            arrays[column.name] = pa.array(cells, pa.string())
            continue
        kind = pa.int64() if column.datatype == "integer" else pa.float64()
        arrays[column.name] = pa.array([_number(cell) for cell in cells], kind)
        arrays[f"{column.name}_symbol"] = pa.array([_symbol(cell) for cell in cells], pa.string())
    metadata = {"title": table.title, "notes": "\n".join(_notes(table, figures))}
    return pa.table(arrays).replace_schema_metadata(metadata)


def _number(cell: Cell) -> int | float | None:
    return cell if isinstance(cell, int | float) else None


def _symbol(cell: Cell) -> str | None:
    return cell if isinstance(cell, str) and cell in SYMBOLS else None
