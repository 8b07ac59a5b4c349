"""A return's sheets to typed tables, with every cell's text and place kept beside.

Here: which sheets are the tables of the return, and which are not used. Not here: opening files
(`sheets`), one table (`tables`), rules about values (`expectations`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ingest.columns import HIDDEN, ReadingFault, arrow_type, without_learner_numbers
from ingest.grid import Sheet, UnreadableFile, UploadedFile
from ingest.headers import NOTHING_CONFIRMED, Confirmed, headings_of, match_sheets
from ingest.sheets import read_sheets
from ingest.tables import ROW, UNREADABLE, ParsedTable, empty_rows, parse_table
from ingest.workbooks import STAMP
from specification.findings import Normalisation
from specification.load import Borough
from specification.model import Collection
from specification.periods import Quarter

__all__ = [
    "HIDDEN",
    "ROW",
    "UNREADABLE",
    "Declared",
    "ParsedReturn",
    "ParsedTable",
    "ReadingFault",
    "arrow_type",
    "empty_rows",
    "parse_return",
    "parse_sheets",
    "parse_table",
    "without_learner_numbers",
]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the sender says the return is: one borough, one quarter."""

    borough: Borough
    quarter: Quarter


@dataclass(frozen=True, slots=True)
class ParsedReturn:
    """A whole return as it was sent: the tables that are there, and sheets that are none.

    `stamp` is what our own template says of itself, empty for any other file. `about_files` are
    notes on sheets that belong to no table.
    """

    declared: Declared
    tables: dict[str, ParsedTable]
    extra_sheets: tuple[str, ...]
    stamp: Mapping[str, str] = field(default_factory=dict[str, str])
    about_files: tuple[Normalisation, ...] = ()

    @property
    def normalised(self) -> tuple[Normalisation, ...]:
        """Every repair and everything left out, of the files and of each table."""
        of_tables = [one for table in self.tables.values() for one in table.normalised]
        return (*self.about_files, *of_tables)


def parse_return(
    files: Sequence[UploadedFile],
    declared: Declared,
    collection: Collection,
    confirmed: Confirmed = NOTHING_CONFIRMED,
) -> ParsedReturn:
    """Return the typed tables of the files of one return.

    Args:
        confirmed: by table, plain headings that the borough said mean a field.

    Raises:
        UnreadableFile: a file cannot be opened, or no sheet of any of them is a table of the
            return. A borough's mistake inside a sheet is never an exception.
    """
    headings = headings_of(collection, confirmed)
    sheets = [sheet for file in files for sheet in read_sheets(file, headings)]
    return parse_sheets(sheets, declared, collection, confirmed)


def parse_sheets(
    sheets: Sequence[Sheet],
    declared: Declared,
    collection: Collection,
    confirmed: Confirmed = NOTHING_CONFIRMED,
) -> ParsedReturn:
    """Return the typed tables of the sheets of one return.

    Raises:
        UnreadableFile: no sheet is a table of the return.
    """
    stamp = _stamp([sheet for sheet in sheets if sheet.name.casefold() == STAMP])
    sheets = [sheet for sheet in sheets if sheet.name.casefold() != STAMP]
    found, second = match_sheets(sheets, collection, confirmed)
    if not found:
        wanted = ", ".join(table.label for table in collection.tables.values())
        names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
        raise UnreadableFile(
            f"None of the sheets ({names}) is a sheet of the return. Its sheets are {wanted}, with "
            "the headings of the data dictionary."
        )
    made_for = stamp.get("template", "")
    is_old = bool(made_for) and made_for != collection.version
    old_template = [ReadingFault("old_template", None, "", "", made_for)] if is_old else []
    tables: dict[str, ParsedTable] = {}
    for name, table in collection.tables.items():
        if name in found:
            tables[name] = parse_table(
                found[name],
                table,
                collection,
                second.get(name),
                confirmed=confirmed.get(name, {}),
                found_before=() if tables else old_template,
            )
    used = {id(sheet) for sheet in found.values()}
    extra = [sheet for sheet in sheets if id(sheet) not in used]
    doubled = {id(sheet) for sheet in second.values()}
    unused = [_unused(sheet) for sheet in extra if sheet.rows and id(sheet) not in doubled]
    return ParsedReturn(
        declared, tables, tuple(sheet.name for sheet in extra), stamp, tuple(unused)
    )


def _stamp(sheets: Sequence[Sheet]) -> dict[str, str]:
    rows = [row for sheet in sheets for row in sheet.rows if len(row) >= 2]
    return {row[0].strip().casefold(): row[1].strip() for row in rows if row[0].strip()}


def _unused(sheet: Sheet) -> Normalisation:
    return Normalisation(
        table="",
        sheet=sheet.name,
        row=None,
        column="",
        cell="",
        before="",
        after="",
        reason="hidden sheet not used" if sheet.is_hidden else "sheet not used",
    )
