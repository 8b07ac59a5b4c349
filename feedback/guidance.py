"""The first sheet of a template: what the return is and how to fill it in.

Here: the words, and the table of states that go together. Not here: the sheets to fill
(`template`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from feedback.filling import Filling
from specification.load import Borough, load_calendar, load_code_list
from specification.model import Collection, Field, Table
from specification.periods import Quarter


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One line or wrapped paragraph of the sheet, in one of its styles."""

    text: str
    style: str = "text"


@dataclass(frozen=True, slots=True)
class Grid:
    """A small table: headings and rows. `links` names the sheet that the first cell jumps to."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    links: tuple[str, ...] = ()


# Source: ILR 2026-27, completion status and outcome; the fields are those of the specification.
_STATE_FIELDS = (
    "status",
    "training_end_date",
    "outcome",
    "achievement_date",
    "grade",
    "withdraw_reason",
)
_EMPTY, _DATE = "empty", "a date"
_STATES = (
    ("Training goes on", "1", _EMPTY, _EMPTY, _EMPTY, _EMPTY, _EMPTY),
    ("Training is over, waiting for assessment", "1", _DATE, "8", _EMPTY, _EMPTY, _EMPTY),
    ("Passed", "2", _DATE, "1", _DATE, "PA ME DS", _EMPTY),
    ("Assessed and not passed", "2", _DATE, "3", _DATE, "FL empty", _EMPTY),
    ("Left before the end", "3", _DATE, "3", _EMPTY, _EMPTY, "a reason"),
    ("On an agreed break", "6", _DATE, "3", _EMPTY, _EMPTY, _EMPTY),
)


def guidance(
    collection: Collection, borough: Borough, quarter: Quarter, filling: Filling | None
) -> list[Paragraph | Grid]:
    """Return what the first sheet says, from top to bottom."""
    content: list[Paragraph | Grid] = [
        Paragraph(collection.title, "title"),
        Paragraph(f"{borough.borough_name} · {quarter.label} ({quarter})", "subtitle"),
        Paragraph(_what_and_when(quarter), "text"),
        Paragraph("How to fill it in", "heading"),
    ]
    content += [
        Paragraph(f"{at}.  {step}", "step") for at, step in enumerate(_steps(borough, quarter), 1)
    ]
    if filling is not None:
        content.append(Paragraph(filling.title, "heading"))
        content += [Paragraph(sentence) for sentence in filling.told]
    content += [Paragraph("The sheets", "heading"), _sheets(collection, quarter)]
    for table in collection.tables.values():
        if {one.name for one in table.fields}.issuperset(_STATE_FIELDS):
            content.append(Paragraph("Which status, outcome and dates go together", "heading"))
            content.append(_states(table))
    content.append(Paragraph("Never in this workbook", "heading"))
    content.append(Paragraph(_NEVER))
    return content


_NEVER = (
    "No name, date of birth, postcode, e-mail address, telephone or National Insurance number of "
    "anybody, in any sheet or comment. Use your own reference for each person: one that only your "
    "team can trace. The learner number belongs in its own column only; it is turned into a keyed "
    "code when the return arrives and then dropped."
)


def _what_and_when(quarter: Quarter) -> str:
    due = {one.quarter: one.due_date for one in load_calendar()}.get(quarter)
    when = f" Send it by {_long_date(due)}." if due else ""
    return (
        f"This workbook is your return for the quarter. Everything in it is as it was on "
        f"{_long_date(quarter.last_day)}, the last day of the quarter.{when} It holds the whole "
        "register each time, not only what changed."
    )


def _long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _steps(borough: Borough, quarter: Quarter) -> Sequence[str]:
    return (
        "Fill in one row for each thing that a sheet asks about. A dark heading must be filled in, "
        "a light one only where it applies. Leave a cell empty rather than write “n/a”.",
        "Click a cell to see what it asks and an example. Where there is a list, choose from it. "
        "Its code is accepted too.",
        "Write dates as day, month, year: 30/09/2026. Keep the headings and the sheet names.",
        "When you paste from elsewhere, use Paste Special and Values, so that the lists stay.",
        "Where there is nothing to report, write Yes for that sheet in the first one and leave it "
        "empty.",
        f"Check it before you send it: cohort check FILE --borough {borough.borough_code} "
        f"--quarter {quarter}, or upload it. You are told each cell to correct.",
    )


def _sheets(collection: Collection, quarter: Quarter) -> Grid:
    rows = [
        (
            table.label,
            table.grain,
            str(sum(one.required for one in table.fields)),
            _when_due(table, quarter),
        )
        for table in collection.tables.values()
    ]
    labels = tuple(row[0] for row in rows)
    headings = ("Sheet", "What a row is", "Required columns", "This quarter")
    return Grid(headings, tuple(rows), (1, 3, 1, 2), labels)


def _when_due(table: Table, quarter: Quarter) -> str:
    if quarter.number in table.due_in:
        return "Fill it in"
    return "Asked for in " + ", ".join(f"Q{number}" for number in table.due_in)


def _states(table: Table) -> Grid:
    fields = [table.field(name) for name in _STATE_FIELDS]
    rows = tuple(
        (happened, *(_in_words(field, cell) for field, cell in zip(fields, cells, strict=True)))
        for happened, *cells in _STATES
    )
    headings = ("What has happened", *(field.label for field in fields))
    return Grid(headings, rows, (1,) * len(headings))


def _in_words(field: Field, cell: str) -> str:
    labels = {one.code: one.label for one in load_code_list(field.codes)} if field.codes else {}
    if cell in labels:
        return f"{labels[cell]} ({cell})"
    parts = cell.split()
    if all(part in labels or part == _EMPTY for part in parts) and len(parts) > 1:
        words = [labels.get(part, part) for part in parts]
        return f"{', '.join(words[:-1])} or {words[-1]}"
    return cell
