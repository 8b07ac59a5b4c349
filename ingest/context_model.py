"""What a published table is made of, and how one line of it is read.

Here: `ContextTable` and `Cells`. Not here: the tables themselves (`ingest/context_tables.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa

from ingest.context_values import UnreadableCell

Value = TypeVar("Value")
Row = dict[str, object]
Headings = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Cells:
    """One line of a source file, read by our words for its headings."""

    line: Mapping[str, str | None]
    found: Mapping[str, str]

    def text(self, word: str) -> str:
        """Return a cell as written, without the blanks around it; "" where there is none."""
        return (self.line.get(self.found.get(word, "")) or "").strip()

    def read(self, word: str, reader: Callable[[str], Value]) -> Value:
        """Return what a reader makes of a cell.

        Raises:
            UnreadableCell: with the heading that the file gives the cell.
        """
        try:
            return reader(self.text(word))
        except UnreadableCell as problem:
            raise UnreadableCell(f"{problem}, in {self.found.get(word, word)}") from problem


def as_read(rows: list[Row]) -> list[Row]:
    """Return the rows as they are: most tables need no look at the whole."""
    return rows


@dataclass(frozen=True, slots=True)
class ContextTable:
    """A published table.

    `headings`: our word for each column that the file must have, with the headings that are
    accepted for it, the published one first. `optional`: the same, read where the file has them.
    `grain`: columns of which no two rows may have the same. `read`: one line as a row, or None for
    a line that is left out. `finish`: what only the whole table can say; it raises UnreadableCell.
    """

    name: str
    headings: Headings
    columns: Mapping[str, pa.DataType]
    grain: tuple[str, ...]
    read: Callable[[Cells], Row | None]
    optional: Headings = field(default_factory=dict[str, tuple[str, ...]])
    finish: Callable[[list[Row]], list[Row]] = as_read

    @property
    def published(self) -> list[str]:
        """The published heading of each column that a file must have."""
        return sorted(accepted[0] for accepted in self.headings.values())

    @property
    def schema(self) -> pa.Schema:
        """The Parquet columns, in order."""
        fields = [pa.field(name, kind) for name, kind in self.columns.items()]
        source = [pa.field(name, pa.string()) for name in ("source_file", "source_sha256")]
        return pa.schema([*fields, *source])

    def missing(self, headings: Collection[str]) -> list[str]:
        """Return the published headings that a file has under none of the accepted names."""
        return sorted(
            accepted[0]
            for accepted in self.headings.values()
            if not any(one in headings for one in accepted)
        )

    def found(self, headings: Collection[str]) -> dict[str, str]:
        """Return the file's own heading for each of our words."""
        return {
            word: next(one for one in accepted if one in headings)
            for word, accepted in {**self.headings, **self.optional}.items()
            if any(one in headings for one in accepted)
        }


def as_published(*headings: str) -> Headings:
    """Return headings that are accepted only as they are published, under the same words."""
    return {one: (one,) for one in headings}
