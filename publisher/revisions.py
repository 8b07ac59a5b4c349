"""Which numbers of a release are revised, and which are provisional.

Here: when a period is settled, and finding the figures of the same people and period in two
releases. Not here: what is said of the changes (changes), or how a mark looks (page).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from publisher.codes import Codes, months
from publisher.figures import Cell, Column, Figures, Table
from publisher.meaning import PERIOD, Count, Key, Limit, OfNobody, People, Share, until
from publisher.remarks import Mark
from publisher.structure import boroughs_of
from specification.periods import Quarter

UNSETTLED_QUARTERS = 2
"""A quarter's figures are provisional in its own release and until so many quarters have ended."""

COUNTED_ONCE_IN = 2
"""The quarter of a financial year in which an academic year ends, and its outcomes are counted."""

_EVERY_MONTH = Quarter(9000, 1)

Signature = tuple[object, ...]
"""What a number says of whom, the same in two releases where they can be compared."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One number or the symbol in its place, where it stands, and of whom it says what."""

    table: Table
    row_place: int
    column_place: int
    signature: Signature
    period: str
    as_at: Quarter

    @property
    def cell(self) -> Cell:
        """What is published there: a number, a symbol, or nothing."""
        return self.table.rows[self.row_place][self.column_place]

    @property
    def column(self) -> Column:
        """The column that it stands in."""
        return self.table.columns[self.column_place]

    @property
    def place(self) -> tuple[str, tuple[str, ...], str]:
        """Where a reader finds it: the table, the row's keys and the column."""
        return self.table.table_id, row_key(self.table, self.row_place), self.column.name

    @property
    def is_number(self) -> bool:
        """Whether it is shown."""
        return isinstance(self.cell, int | float)


@dataclass(frozen=True, slots=True)
class Marked:
    """The marks of one table.

    `cells`: by place of the row and name of the column, the marks of a shown number, revised
    first. `columns` and `rows`: those of whose numbers every one is provisional.
    """

    cells: Mapping[tuple[int, str], tuple[Mark, ...]] = field(
        default_factory=dict[tuple[int, str], tuple[Mark, ...]]
    )
    columns: frozenset[str] = frozenset()
    rows: frozenset[int] = frozenset()


def settled_from(period: str) -> Quarter:
    """Return the first quarter as at whose end the figures of a period are no longer provisional.

    A quarter, and a year or more of quarters, is settled two quarters after its last: the two
    newest quarters of a release are provisional. Outcomes, destinations and starts of academic
    years are counted once a year, when the second financial quarter has ended and with it the
    academic year, and are settled then. What is settled changes by correction only.

    Args:
        period: a code of the dimension period, `2026-27Q2`, `2023/24 to 2025/26`, `to 2026-27Q2`.
    """
    year, month = (int(part) for part in months(period, _EVERY_MONTH)[-1].split("-"))
    last = Quarter.containing(date(year, month, 1))
    if "/" in period or period.startswith(until("")):
        while last.number != COUNTED_ONCE_IN:
            last = last.next()
        return last
    for _ in range(UNSETTLED_QUARTERS):
        last = last.next()
    return last


def figures_of(release: Figures) -> Iterator[Figure]:
    """Yield every figure of a release, in the order of its tables."""
    boroughs = boroughs_of(release)
    for table in release.tables():
        as_at = Quarter.parse(table.as_at or release.quarter)
        codes = Codes(as_at, boroughs, {}, areas=release.areas)
        for place, row in enumerate(table.rows):
            keys = _keys(table, row)
            for column_place, column in enumerate(table.columns):
                found = _meant(table, column, keys, codes) or _of_nobody(
                    table, place, column, codes
                )
                if found is not None:
                    yield Figure(table, place, column_place, *found, as_at)


def row_key(table: Table, place: int) -> tuple[str, ...]:
    """Return the cells of a row's key columns; its first cell where a table has none."""
    return tuple(str(table.rows[place][number]) for number in key_places(table))


def key_places(table: Table) -> tuple[int, ...]:
    """Return the places of a table's key columns, or of its first column where it has none."""
    keys = [n for n, column in enumerate(table.columns) if isinstance(column.means, Key)]
    return tuple(keys) or (0,)


def same_figures(now: Figures, before: Figures) -> Iterator[tuple[Figure, Cell]]:
    """Yield each figure of a release that an earlier one has too, with what it said then.

    The same place is asked first; where a table was renamed or joined, the people are found.
    """
    there: dict[tuple[object, ...], Cell] = {}
    elsewhere: dict[Signature, Cell] = {}
    for figure in figures_of(before):
        there[figure.signature, *figure.place] = figure.cell
        elsewhere.setdefault(figure.signature, figure.cell)
    for figure in figures_of(now):
        if figure.signature in elsewhere:
            place = figure.signature, *figure.place
            yield figure, there.get(place, elsewhere[figure.signature])


def marks_between(now: Figures, before: Figures | None) -> tuple[Mark, ...]:
    """Return the marks of a release: revised against the one before, and provisional.

    A number that was hidden, or is hidden now, has no mark: whether it is another one is not said.
    """
    found = [
        Mark(
            table_id=figure.table.table_id,
            row=row_key(figure.table, figure.row_place),
            column=figure.column.name,
            mark="r",
            before=then,
        )
        for figure, then in (() if before is None else same_figures(now, before))
        if figure.is_number and isinstance(then, int | float) and then != figure.cell
    ]
    return (*found, *_provisional(now))


def marks_of(release: Figures, table: Table) -> Marked:
    """Return the marks of one table of a release, for whoever draws it."""
    places = {row_key(table, place): place for place in range(len(table.rows))}
    datatypes = {column.name: place for place, column in enumerate(table.columns)}
    cells: dict[tuple[int, str], tuple[Mark, ...]] = {}
    for mark in release.marks:
        if mark.table_id != table.table_id or mark.column not in datatypes:
            continue
        wanted = [places[mark.row]] if mark.row in places else []
        for place in places.values() if not mark.row else wanted:
            if isinstance(table.rows[place][datatypes[mark.column]], int | float):
                cells[place, mark.column] = (*cells.get((place, mark.column), ()), mark)
    return Marked(cells, *_wholly_provisional(table, cells))


def _wholly_provisional(
    table: Table, cells: Mapping[tuple[int, str], tuple[Mark, ...]]
) -> tuple[frozenset[str], frozenset[int]]:
    numbers = [
        (place, column.name)
        for place, row in enumerate(table.rows)
        for column, cell in zip(table.columns, row, strict=True)
        if column.datatype != "string" and isinstance(cell, int | float)
    ]
    unsettled = {where for where, marks in cells.items() if any(one.mark == "p" for one in marks)}
    settled = [where for where in numbers if where not in unsettled]
    columns = {name for _, name in unsettled} - {name for _, name in settled}
    rows = {place for place, _ in unsettled} - {place for place, _ in settled}
    return frozenset(columns), frozenset(rows)


def _provisional(release: Figures) -> Iterator[Mark]:
    """Yield a mark for each provisional column, or cell where the rows are periods."""
    seen: set[Mark] = set()
    for figure in figures_of(release):
        if not figure.period or not figure.as_at < settled_from(figure.period):
            continue
        by_row = any(
            isinstance(one.means, Key) and one.means.dimension == PERIOD
            for one in figure.table.columns
        )
        if by_row and not figure.is_number:
            continue
        mark = Mark(
            table_id=figure.table.table_id,
            row=row_key(figure.table, figure.row_place) if by_row else (),
            column=figure.column.name,
            mark="p",
        )
        if mark not in seen:
            seen.add(mark)
            yield mark


def _keys(table: Table, row: tuple[Cell, ...]) -> dict[str, str]:
    return {
        column.means.dimension: str(cell)
        for column, cell in zip(table.columns, row, strict=True)
        if isinstance(column.means, Key)
    }


def _meant(
    table: Table, column: Column, keys: Mapping[str, str], codes: Codes
) -> tuple[Signature, str] | None:
    """Return what a number of a column says of whom, and its period; none of words and keys."""
    if column.datatype == "string":
        return None
    match column.means:
        case Count(people=people):
            said, period = _people(people, keys, codes)
            return ("count", said), period
        case Share(numerator=numerator, denominator=denominator):
            said, period = _people(numerator, keys, codes)
            of, of_period = _people(denominator, keys, codes)
            return ("share", said, of), period or of_period
        case Limit(of=of):
            other = next(one for one in table.columns if one.name == of)
            found = _meant(table, other, keys, codes)
            return None if found is None else (("limit", column.name, *found[0]), found[1])
        case _:
            return None


def _of_nobody(
    table: Table, row_place: int, column: Column, codes: Codes
) -> tuple[Signature, str] | None:
    """Return what a number says that counts nobody: money, ratings, national figures.

    It has no codes to say its period by, so it is known by its place in words. It is the same in
    two releases where the row is a period, or both are as at the same quarter. Points of a method,
    in tables without words, are no figures.
    """
    is_method = all(one.datatype != "string" for one in table.columns)
    if column.datatype == "string" or is_method or not isinstance(column.means, OfNobody):
        return None
    is_period = any(
        isinstance(one.means, Key) and one.means.dimension == PERIOD for one in table.columns
    )
    row = tuple(codes.areas.get(one, one) for one in row_key(table, row_place))
    place = table.table_id, table.title, row, column.name, column.title
    return ("nobody", *place, None if is_period else codes.as_at), ""


def _people(people: People, keys: Mapping[str, str], codes: Codes) -> tuple[Signature, str]:
    """Return who is counted, with a period as its months: a year that is not over grows.

    Boroughs that are published together are the boroughs: others may join them.
    """
    group = dict(people.group(codes.as_at, **keys).codes)
    named = tuple(
        (name, codes.atoms(name, code) if name == PERIOD or code in codes.areas else code)
        for name, code in sorted(group.items())
    )
    return (people.universe, named), group.get(PERIOD, "")
