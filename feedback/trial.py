"""What a rule tried on signed returns would have found, and how much of it was corrected since.

Here: counting, borough by borough. Not here: running the rule (`expectations.trial`). Counts only:
no row, no value.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.parse import ROW, UNREADABLE, ParsedReturn, ParsedTable
from specification.findings import Finding
from specification.load import Borough
from specification.model import Collection, Table


@dataclass(frozen=True, slots=True)
class BoroughTrial:
    """What a rule would have found in one borough's return.

    `rows` are the rows that it judged, `findings` what it found, `followed` how many of the cells
    found are in a return signed later, `corrected` how many of those hold something else there.
    `is_judged` is False where there was nothing to judge the rule by.
    """

    borough: Borough
    is_judged: bool
    rows: int
    findings: int
    followed: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Trial:
    """The same for all boroughs, with the totals."""

    boroughs: tuple[BoroughTrial, ...]

    @property
    def judged(self) -> int:
        """In how many returns the rule could be judged."""
        return sum(one.is_judged for one in self.boroughs)

    @property
    def hit(self) -> int:
        """In how many returns the rule would have found something."""
        return sum(one.findings > 0 for one in self.boroughs)

    @property
    def rows(self) -> int:
        """How many rows were judged."""
        return sum(one.rows for one in self.boroughs)

    @property
    def findings(self) -> int:
        """How many findings there would have been."""
        return sum(one.findings for one in self.boroughs)

    @property
    def followed(self) -> int:
        """How many of the cells found are in a return signed later."""
        return sum(one.followed for one in self.boroughs)

    @property
    def corrected(self) -> int:
        """How many of those hold something else there."""
        return sum(one.corrected for one in self.boroughs)


def count_trial(
    parsed: ParsedReturn,
    findings: Sequence[Finding],
    later: Iterable[ParsedReturn],
    collection: Collection,
    *,
    is_judged: bool,
    table: str,
) -> BoroughTrial:
    """Return the counts of one borough.

    Args:
        findings: those of the rule, in `parsed`.
        later: returns of the same borough that were signed after it. A cell counts as corrected
            when the row with the same key has another value in any of them.
        table: the table that the rule is about; every table with rows if it is none of them.
    """
    rows = [one.rows.num_rows for name, one in parsed.tables.items() if table in (name, "*")]
    now, after = _Places(parsed, collection), [_Places(one, collection) for one in later]
    followed = corrected = 0
    for finding in findings:
        fates = [fate for one in after if (fate := _is_other(finding, now, one)) is not None]
        followed += bool(fates)
        corrected += any(fates)
    judged = sum(rows) if is_judged else 0
    return BoroughTrial(
        parsed.declared.borough, is_judged, judged, len(findings), followed, corrected
    )


class _Places:
    """Where the rows of a return lie, by the row an officer sees and by the key of the table."""

    def __init__(self, parsed: ParsedReturn, collection: Collection) -> None:
        self._parsed, self._collection = parsed, collection
        self._keys: dict[str, list[tuple[object, ...]]] = {}
        self._by_row: dict[str, dict[int, int]] = {}
        self._by_key: dict[str, dict[tuple[object, ...], int]] = {}
        for name, table in parsed.tables.items():
            keys = _keys(table, collection.tables[name])
            self._keys[name] = keys
            self._by_row[name] = {row: at for at, row in enumerate(table.rows[ROW].to_pylist())}
            self._by_key[name] = {key: at for at, key in reversed(list(enumerate(keys)))}

    def key(self, table: str, row: int) -> tuple[object, ...] | None:
        """Return the key of a row, None where there is no such row or part of its key is empty."""
        place = self._by_row.get(table, {}).get(row)
        key = None if place is None else self._keys[table][place]
        return None if key is None or None in key else key

    def cell(self, table: str, key: tuple[object, ...], column: str) -> object:
        """Return a cell's value, or its text where it has none that can be read."""
        parsed, place = self._parsed.tables[table], self._by_key[table][key]
        if column in parsed.rows[UNREADABLE][place].as_py():
            return ("unread", parsed.texts[column][place].as_py().strip())
        return parsed.rows[column][place].as_py()

    def has(self, table: str, key: tuple[object, ...]) -> bool:
        """Return whether the table has a row of that key."""
        return key in self._by_key.get(table, {})


def _is_other(finding: Finding, now: _Places, later: _Places) -> bool | None:
    """Return whether the cell has another value later; None where it has no row there."""
    if finding.row is None or not finding.column:
        return None
    key = now.key(finding.table, finding.row)
    if key is None or not later.has(finding.table, key):
        return None
    cells = [one.cell(finding.table, key, finding.column) for one in (now, later)]
    return cells[0] != cells[1]


def _keys(parsed: ParsedTable, table: Table) -> list[tuple[object, ...]]:
    if table.is_single_row:  # its key is what was declared, and another one next quarter
        return [()] * parsed.rows.num_rows
    return list(zip(*(parsed.rows[name].to_pylist() for name in table.key), strict=True))
