"""The release's data files: CSV and Parquet of each table.

Here: writing protected tables, byte for byte the same each time. Not here: their metadata (csvw),
the page, or which counts may be written.
"""

from __future__ import annotations

import csv
import hashlib
from io import StringIO
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from publisher.figures import SYMBOLS, Cell, Column, Figures, Symbol, Table

LICENCE_URL = "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/"
SYNTHETIC_NOTE = (
    "Synthetic data: the boroughs’ figures are made up to show how the release works. None "
    "describes a real person or a real borough."
)
NOT_APPLICABLE: Symbol = "z"
"""What stands in every file where a column of numbers has nothing."""

WrittenCell = int | float | str
"""A cell as the files have it: a number, a symbol in its place, or words."""


def write_tables(figures: Figures, folder: Path) -> None:
    """Write each table two ways into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in figures.tables():
        (folder / f"{table.table_id}.csv").write_text(_csv(table), "utf-8", newline="")
        pq.write_table(_arrow(table, figures), folder / f"{table.table_id}.parquet")


def notes_of(table: Table, figures: Figures) -> list[str]:
    """Return what must be read with a table: that it is made up, its notes, and the symbols."""
    symbols = [f"{symbol}: {meaning}" for symbol, meaning in figures.symbols.items()]
    synthetic = [SYNTHETIC_NOTE] if figures.is_synthetic else []
    return [*synthetic, *table.notes, *symbols]


def written(cell: Cell, column: Column) -> WrittenCell:
    """Return a cell as every file has it: none is empty in a column of numbers."""
    if cell is None:
        return "" if column.datatype == "string" else NOT_APPLICABLE
    return cell


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _csv(table: Table) -> str:
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(column.name for column in table.columns)
    writer.writerows(
        [written(cell, column) for cell, column in zip(row, table.columns, strict=True)]
        for row in table.rows
    )
    return buffer.getvalue()


def _arrow(table: Table, figures: Figures) -> pa.Table:
    """Return the table as Arrow: numbers with nulls, and a column of symbols beside each."""
    arrays: dict[str, pa.Array] = {}
    for place, column in enumerate(table.columns):
        cells = [written(row[place], column) for row in table.rows]
        if column.datatype == "string":
            arrays[column.name] = pa.array(cells, pa.string())
            continue
        kind = pa.int64() if column.datatype == "integer" else pa.float64()
        arrays[column.name] = pa.array([_number(cell) for cell in cells], kind)
        arrays[f"{column.name}_symbol"] = pa.array([_symbol(cell) for cell in cells], pa.string())
    metadata = {"title": table.title, "notes": "\n".join(notes_of(table, figures))}
    return pa.table(arrays).replace_schema_metadata(metadata)


def _number(cell: WrittenCell) -> int | float | None:
    return cell if isinstance(cell, int | float) else None


def _symbol(cell: WrittenCell) -> str | None:
    return cell if isinstance(cell, str) and cell in SYMBOLS else None
