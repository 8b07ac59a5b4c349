"""How a table says when, where and of what its cells speak.

Here: the codes of a row and a column, and what each code is called. Not here: which tables share a
file (families), or the cells themselves (rows).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from publisher.figures import Cell, Column, Figures, Table
from publisher.meaning import AREA, PERIOD, Count, Key, Limit, People, Share
from publisher.structure import structure
from publisher.tidy.families import FILTER_ITEMS, FILTER_LABELS, TOTAL
from publisher.tidy.places import time_of


@dataclass(frozen=True, slots=True)
class FilterColumn:
    """A filter of a table: its name and label, where its codes are, and what they are called."""

    name: str
    label: str
    place: int
    items: Mapping[str, str]


class Names:
    """What the codes of a release are called: what stands beside them, or `Total` of a sum."""

    def __init__(self, figures: Figures) -> None:
        self._atoms: dict[str, frozenset[str]] = {}
        self._names: dict[tuple[str, str], str] = {}
        for dimension, described in structure(figures)["dimensions"].items():
            if dimension not in (AREA, PERIOD):
                for code, atoms in described["codes"].items():
                    self._atoms[code] = frozenset(atoms)
        for table in figures.tables():
            for column, place, words_place in _leading(table):
                if isinstance(column.means, Key):
                    words = self._in(table, place, words_place)
                    self._names |= {
                        (column.means.dimension, code): name for code, name in words.items()
                    }
        for dimension, items in FILTER_ITEMS.items():
            self._names |= {(dimension, code): name for code, name in items.items()}

    def name(self, dimension: str, code: str) -> str:
        """Return what a code is called."""
        return self._names.get((dimension, code), code)

    def filters(self, table: Table) -> tuple[FilterColumn, ...]:
        """Return the leading columns of words that tell a table's rows apart, as filters."""
        found: list[FilterColumn] = []
        for column, place, words_place in _leading(table):
            dimension = column.means.dimension if isinstance(column.means, Key) else ""
            if dimension in (AREA, PERIOD) or _are_times(table, place):
                continue
            name = dimension or column.name.removesuffix("_code")
            label = FILTER_LABELS.get(dimension, table.columns[words_place].title)
            found.append(FilterColumn(name, label, place, self._in(table, place, words_place)))
        return tuple(found)

    def _in(self, table: Table, place: int, words_place: int) -> dict[str, str]:
        names = {str(row[place]): str(row[words_place]) for row in table.rows}
        whole = {code: self._atoms.get(code, frozenset((code,))) for code in names}
        for code, atoms in whole.items():
            if len(names) > 1 and all(other <= atoms for other in whole.values()):
                names[code] = TOTAL
        return names


def _leading(table: Table) -> Iterator[tuple[Column, int, int]]:
    """Yield each leading column of words, its place, and the place of what its codes are called."""
    place = 0
    while place < len(table.columns) and table.columns[place].datatype == "string":
        column = table.columns[place]
        is_code = isinstance(column.means, Key) or not column.is_on_page
        has_words = is_code and _is_words(table, place + 1)
        words_place = place + 1 if has_words else place
        yield column, place, words_place
        place = words_place + 1


def _is_words(table: Table, place: int) -> bool:
    column = table.columns[place] if place < len(table.columns) else None
    return column is not None and column.datatype == "string" and column.means is None


def _are_times(table: Table, place: int) -> bool:
    try:
        return all(time_of(str(row[place])) for row in table.rows)
    except ValueError:
        return False


def people_of(table: Table, column: Column) -> People | None:
    """Return whom a column counts, or whom the column counts that it is a limit of."""
    match column.means:
        case Count(people=people):
            return people
        case Share(numerator=numerator):
            return numerator
        case Limit(of=of):
            return people_of(table, next(one for one in table.columns if one.name == of))
        case _:
            return None


def codes_of(table: Table, column: Column) -> dict[str, str]:
    """Return the codes that are the same in every row of a column.

    A column that counts nobody, such as posts or pounds, is of the time of the people beside it.
    """
    people = people_of(table, column)
    if people is not None:
        return dict(people.codes)
    beside = (people_of(table, one) for one in table.columns)
    times = {one.codes[PERIOD] for one in beside if one is not None and PERIOD in one.codes}
    return {PERIOD: times.pop()} if len(times) == 1 else {}


def keys_of(table: Table, row: tuple[Cell, ...]) -> dict[str, str]:
    """Return the codes of a row: its keys, and a time that stands in it as words."""
    keys = {
        column.means.dimension: str(cell)
        for column, cell in zip(table.columns, row, strict=True)
        if isinstance(column.means, Key)
    }
    times = [
        str(row[place])
        for column, place, _ in _leading(table)
        if column.means is None and _are_times(table, place)
    ]
    return ({PERIOD: times[0]} if times else {}) | keys


def left_out(table: Table, column: Column) -> bool:
    """Whether a column of numbers is no statistic of ours: others' figures, a method's points."""
    is_of_something = any(True for _ in _leading(table))
    counts_somebody = people_of(table, column) is not None
    return not counts_somebody and (table.holds_national_figures or not is_of_something)
