"""The return that every awkward file starts from, and how one is described.

Here: a valid return of two tables from the specification's own rows, cells by field name, and
what is expected of a file. Not here: the faults (`awkward_*`), writing bytes (`make_files`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from ingest.grid import column_letters
from specification.load import load_collection
from specification.model import Field
from synthetic.learner_numbers import learner_number
from tests.data.make_files import Cell, Rows, csv_file, xlsx_file

COLLECTION = load_collection()
RETURN, APPRENTICES = COLLECTION.tables["return"], COLLECTION.tables["apprentices"]
Changes = Mapping[int, Mapping[str, Cell]]
Found = tuple[str, str]
COUNT = 4
LEARNER_NUMBERS = [learner_number(place) for place in range(950_000, 950_010)]


@dataclass(frozen=True, slots=True)
class Awkward:
    """One awkward file and what the check must say of it.

    `findings` are rule and cell; `repairs` how many normalisations of each reason there are.
    """

    content: bytes
    verdict: str
    findings: tuple[Found, ...] = ()
    repairs: Mapping[str, int] = field(default_factory=dict[str, int])
    sentence: str = ""
    with_cover: bool = False


def labels(table: str = "apprentices") -> list[Cell]:
    """Return the headings of a table."""
    return [one.label for one in COLLECTION.tables[table].fields]


def at(name: str, row: int, table: str = "apprentices") -> str:
    """Return the cell of a field on a row, as Excel calls it."""
    names = [one.name for one in COLLECTION.tables[table].fields]
    return f"{column_letters(names.index(name))}{row}"


def cover() -> Rows:
    """Return the Return sheet: every other table than the apprentices is nil."""
    nil = [one.name for one in RETURN.fields if one.name.startswith("nil_")]
    row = RETURN.valid_row | dict.fromkeys(nil, "Y") | {"nil_apprentices": "N"}
    return [labels("return"), [row.get(one.name, "") for one in RETURN.fields]]


def people(changes: Changes | None = None, *, count: int = COUNT) -> list[list[Cell]]:
    """Return rows of apprentices, the first on row 2; changes are by row and field."""
    rows: list[list[Cell]] = [labels()]
    for number in range(count):
        row: dict[str, Cell] = dict(APPRENTICES.valid_row)
        row |= {"apprentice_ref": f"HCK-{100 + number:04}", "uln": LEARNER_NUMBERS[number]}
        row |= {"planned_otj_hours": str(560 + number)}
        row |= dict((changes or {}).get(number + 2, {}))
        rows.append([row.get(one.name, "") for one in APPRENTICES.fields])
    return rows


def typed(rows: Rows, table: str = "apprentices") -> Rows:
    """Return rows with the true dates and numbers that Excel stores."""
    fields = COLLECTION.tables[table].fields
    return [
        rows[0],
        *([_typed(c, f) for c, f in zip(row, fields, strict=True)] for row in rows[1:]),
    ]


def _typed(cell: Cell, one: Field) -> Cell:
    if not isinstance(cell, str) or not cell:
        return cell
    if one.type == "date":
        return day_of(cell)
    if one.type in ("integer", "decimal"):
        return float(cell)
    return cell


def serial(text: str, epoch: date = date(1899, 12, 30)) -> int:
    """Return Excel's number of a day written dd/mm/yyyy."""
    return (day_of(text) - epoch) // timedelta(days=1)


def day_of(text: str) -> date:
    """Return the day written dd/mm/yyyy."""
    day, month, year = text.split("/")
    return date(int(year), int(month), int(day))


def book(changes: Changes | None = None, **sheets: Rows) -> bytes:
    """Return a whole return as an .xlsx, with other sheets after it."""
    return xlsx_file({"Return": cover(), "Apprentices": people(changes), **sheets})


def plain_csv(changes: Changes | None = None) -> bytes:
    """Return the apprentices as a CSV."""
    return csv_file(people(changes))
