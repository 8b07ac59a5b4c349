"""Which sheet is which table, and which column is which field.

Here: exact matching of names, labels and aliases, apart from case, spaces and punctuation. Not
here: guessing; a heading that matches nothing is kept aside and said.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.sheets import Sheet
from specification.model import Collection, Field, Table

_HEADER_ROWS = 15


@dataclass(frozen=True, slots=True)
class Columns:
    """How the columns of a sheet map to fields.

    `header_index` is the 0-based row of the headings; `fields` maps field name to 0-based column;
    `twice` are fields whose heading appears again; `unknown` are headings that are no field.
    """

    header_index: int
    fields: dict[str, int]
    twice: dict[str, int]
    unknown: dict[int, str]


def plain(text: str) -> str:
    """Return a heading without case, punctuation and repeated spaces."""
    return re.sub(r"[\W_]+", " ", text).strip().casefold()


def names_of(field: Field) -> frozenset[str]:
    """Return every heading that means this field."""
    return frozenset(plain(name) for name in (field.name, field.label, *field.aliases))


def match_sheets(
    sheets: Sequence[Sheet], collection: Collection
) -> tuple[dict[str, Sheet], dict[str, Sheet]]:
    """Return the sheet of each table, by its name or else by its headings, and any second one.

    Where two bear a table's name, the first is taken. A sheet called otherwise is taken for a table
    when at least half of that table's headings are there and no sheet bears the table's name.
    """
    found: dict[str, Sheet] = {}
    second: dict[str, Sheet] = {}
    for table in collection.tables.values():
        names = {plain(table.name), plain(table.label)}
        for sheet in sheets:
            if plain(sheet.name) in names:
                (second if table.name in found else found)[table.name] = sheet
    taken = {id(sheet) for sheet in (*found.values(), *second.values())}
    for table in collection.tables.values():
        free = [sheet for sheet in sheets if id(sheet) not in taken]
        if table.name in found or not free:
            continue
        best = max(free, key=lambda sheet: len(match_columns(sheet, table).fields))
        if 2 * len(match_columns(best, table).fields) >= len(table.fields):
            found[table.name] = best
            taken.add(id(best))
    return found, second


def match_columns(sheet: Sheet, table: Table) -> Columns:
    """Return the mapping of the row, of the first fifteen, where most headings are found."""
    wanted = {name: field.name for field in table.fields for name in names_of(field)}
    best = Columns(0, {}, {}, {})
    for index, row in enumerate(sheet.rows[:_HEADER_ROWS]):
        candidate = Columns(index, {}, {}, {})
        for column, heading in enumerate(row):
            field = wanted.get(plain(heading))
            if field is None:
                if heading.strip():
                    candidate.unknown[column] = heading.strip()
            elif field in candidate.fields:
                candidate.twice[field] = column
            else:
                candidate.fields[field] = column
        if len(candidate.fields) > len(best.fields):
            best = candidate
    return best
