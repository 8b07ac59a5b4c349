"""The cells around a finding, as the officer sees them in the workbook.

Here: for the first finding of each rule in each column, a few columns and rows. Not here: the page.
What is confidential or personal is not repeated.
"""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, ConfigDict, TypeAdapter

from expectations.entered import Entered
from ingest.home import Home, write_durably
from ingest.parse import HIDDEN, ParsedReturn
from specification.findings import CheckResult, Finding
from specification.model import Collection

BESIDE, ABOVE = 2, 1
"""So many columns to each side, and so many rows above and below."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class NearColumn(_Model):
    """One column, by the letter and the name that the officer sees."""

    letter: str
    name: str
    is_marked: bool


class NearCell(_Model):
    """One cell; the finding is in the marked one."""

    text: str
    is_marked: bool


class NearRow(_Model):
    """One row of the workbook."""

    number: int
    cells: tuple[NearCell, ...]


class Around(_Model):
    """The cells around the first finding of a rule in a column."""

    rule: str
    table: str
    column: str
    columns: tuple[NearColumn, ...]
    rows: tuple[NearRow, ...]


_FILE = TypeAdapter(tuple[Around, ...])


def around_findings(
    parsed: ParsedReturn, result: CheckResult, collection: Collection
) -> Iterator[Around]:
    """Give the cells around the first finding of each rule in each column."""
    tables = {
        name: Entered(table, collection, collection.tables[name])
        for name, table in parsed.tables.items()
    }
    done: set[tuple[str, str, str]] = set()
    for finding in result.findings:
        key = (finding.rule, finding.table, finding.column)
        entered = tables.get(finding.table)
        if key in done or entered is None or not finding.cell or finding.row is None:
            continue
        if entered.has(finding.row):
            done.add(key)
            yield _around(entered, finding, finding.row)


def _around(entered: Entered, finding: Finding, row: int) -> Around:
    letters = entered.parsed.letters
    names = sorted(letters, key=lambda name: (len(letters[name]), letters[name]))
    at = names.index(finding.column)
    near = names[max(0, at - BESIDE) : at + BESIDE + 1]
    rows = [one for one in range(row - ABOVE, row + ABOVE + 1) if entered.has(one)]
    return Around(
        rule=finding.rule,
        table=finding.table,
        column=finding.column,
        columns=tuple(
            NearColumn(
                letter=letters[name],
                name=entered.table.field(name).label,
                is_marked=name == finding.column,
            )
            for name in near
        ),
        rows=tuple(
            NearRow(
                number=number,
                cells=tuple(
                    NearCell(
                        text=_text(entered, number, name),
                        is_marked=number == row and name == finding.column,
                    )
                    for name in near
                ),
            )
            for number in rows
        ),
    )


def _text(entered: Entered, row: int, name: str) -> str:
    text = entered.text(row, name)
    return HIDDEN if text and entered.table.field(name).confidential else text


def keep_around(home: Home, submission_id: str, found: Iterator[Around]) -> None:
    """Keep what is around the findings of a version, beside what the check said."""
    content = _FILE.dump_json(tuple(found))
    write_durably(home.check_result(submission_id).with_suffix(".around.json"), content)


def around_of(home: Home, submission_id: str) -> dict[tuple[str, str, str], Around]:
    """Return the cells around findings, by rule, table and column; none of an older version."""
    path = home.check_result(submission_id).with_suffix(".around.json")
    if not path.is_file():
        return {}
    return {
        (one.rule, one.table, one.column): one for one in _FILE.validate_json(path.read_bytes())
    }
