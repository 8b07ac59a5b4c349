"""National context: the tables that DfE publishes, imported as they are.

Here: recognising a file by its headings, `low` kept apart from a number, the source's hash kept
beside. Not here: comparing them with our figures (`publisher`).
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from ingest.home import Home
from ingest.lake import write_parquet

_COUNTS = ("starts", "enrolments", "achievements")


@dataclass(frozen=True, slots=True)
class ContextTable:
    """A published table: its headings in the source file, and our names for the text columns."""

    name: str
    texts: dict[str, str]
    has_provider_count: bool

    @property
    def headings(self) -> set[str]:
        """Every heading that the source file must have."""
        counts = {f"{name}_r10" for name in _COUNTS}
        return set(self.texts) | counts | ({"providers"} if self.has_provider_count else set())

    @property
    def schema(self) -> pa.Schema:
        """The Parquet columns, in order."""
        fields = [pa.field(name, pa.string()) for name in self.texts.values()]
        for name in _COUNTS:
            fields += [pa.field(name, pa.int32()), pa.field(f"{name}_is_low", pa.bool_())]
        if self.has_provider_count:
            fields.append(pa.field("provider_count", pa.int32()))
        return pa.schema([*fields, ("source_file", pa.string()), ("source_sha256", pa.string())])


TABLES = (
    ContextTable(
        "dfe_london_borough_totals",
        {
            "academic_year": "academic_year",
            "geography_basis": "geography_basis",
            "gss_code": "borough_code",
            "borough": "borough_name",
        },
        has_provider_count=True,
    ),
    ContextTable(
        "dfe_digital_provider_standard",
        {
            "academic_year": "academic_year",
            "ukprn": "ukprn",
            "provider_name": "provider_name",
            "provider_type": "provider_type",
            "standard_or_framework": "standard_title",
            "level_band": "level_band",
            "ssa_tier1": "ssa_tier1",
            "ssa_tier2": "ssa_tier2",
        },
        has_provider_count=False,
    ),
)


class NotAContextFile(ValueError):
    """The file is none of the published tables we know; the message says which those are."""


def import_context(path: Path, home: Home) -> dict[str, int]:
    """Import one published CSV, or every one of a folder.

    Returns: rows imported, by table.

    Raises:
        NotAContextFile: no file there is one of the tables, or a count is no number; nothing was
            imported then.
    """
    files = sorted(path.glob("dfe_*.csv")) if path.is_dir() else [path]
    read = [(table, rows) for file in files if (found := _read(file)) for table, rows in [found]]
    if not read:
        wanted = "; ".join(
            f"{table.name} ({', '.join(sorted(table.headings))})" for table in TABLES
        )
        raise NotAContextFile(f"{path} is none of the published tables. Known are: {wanted}.")
    for table, rows in read:
        write_parquet(_place(table, home), rows)
    return {table.name: rows.num_rows for table, rows in read}


def ensure_context(home: Home) -> None:
    """Write an empty table for each one that was not imported, so that the warehouse builds."""
    for table in TABLES:
        if not _place(table, home).is_file():
            write_parquet(_place(table, home), table.schema.empty_table())


def _place(table: ContextTable, home: Home) -> Path:
    return home.context / f"{table.name}.parquet"


def _read(file: Path) -> tuple[ContextTable, pa.Table] | None:
    try:
        content = file.read_bytes()
        lines = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    except (OSError, UnicodeDecodeError):
        return None
    headings = set(lines.fieldnames or ())
    for table in TABLES:
        if table.headings <= headings:
            sha256 = hashlib.sha256(content).hexdigest()
            rows = [
                _row(line, table, file.name, sha256, number)
                for number, line in enumerate(lines, start=2)
            ]
            return table, pa.Table.from_pylist(rows, schema=table.schema)
    return None


def _row(
    line: dict[str, str], table: ContextTable, name: str, sha256: str, number: int
) -> dict[str, object]:
    def whole(heading: str) -> int:
        if not line[heading].isdecimal():
            raise NotAContextFile(
                f"{name} line {number}: “{line[heading]}” in {heading} is not a whole number. "
                "Download the file again; nothing was imported."
            )
        return int(line[heading])

    row: dict[str, object] = {ours: line[theirs] for theirs, ours in table.texts.items()}
    for count in _COUNTS:
        is_low = line[f"{count}_r10"] == "low"
        row[count] = None if is_low else whole(f"{count}_r10")
        row[f"{count}_is_low"] = is_low
    if table.has_provider_count:
        row["provider_count"] = whole("providers")
    return row | {"source_file": name, "source_sha256": sha256}
