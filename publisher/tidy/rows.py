"""From protected tables to tidy files: which cell is whose, when, where and of what.

Here: the position of each cell, worked out from what its column means. No number is: a cell is
moved, or it is not there. Not here: which tables share a file (families), or the files (write).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.figures import Column, Figures, Table
from publisher.files import WrittenCell, written
from publisher.meaning import AREA, PERIOD, REGION
from publisher.tidy.families import FAMILIES, FILTER_LABELS, Family, Indicator, Source, indicator
from publisher.tidy.keys import Names, codes_of, keys_of, left_out
from publisher.tidy.places import Time, place_of, time_of
from publisher.units import title_without_unit

NO_SUCH_FIGURE = "x"
"""What stands where a row has no cell of an indicator: EES wants none empty."""


_SOME_QUARTER = "2000-01Q1"
"""A file's name says what kind of time it has, and not which."""


class ContradictoryTables(Exception):
    """Two tables say different things of the same people; the message names them."""


@dataclass(frozen=True, slots=True)
class Position:
    """When, where and of what a cell speaks. `items`: one of each filter, in their order."""

    time: Time
    area: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter, with its items in the order in which the tables have them."""

    name: str
    label: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TidyRow:
    """One row: its position, its place columns, and a number or a symbol for each indicator."""

    position: Position
    place: tuple[str, ...]
    cells: tuple[WrittenCell, ...]


@dataclass(frozen=True, slots=True)
class TidyFile:
    """One tidy file. `made_up_words` are what a synthetic release says before its title."""

    name: str
    title: str
    made_up_words: str
    filters: tuple[Filter, ...]
    indicators: tuple[Indicator, ...]
    rows: tuple[TidyRow, ...]

    @property
    def has_spans(self) -> bool:
        """Whether some rows count more than the time that their row is named by."""
        return any(row.position.time.is_span for row in self.rows)


@dataclass
class _Gathered:
    """A file while its cells are gathered."""

    name: str
    title: str
    made_up_words: str
    filters: dict[str, str]
    indicators: dict[str, Indicator] = field(default_factory=dict[str, Indicator])
    cells: dict[Position, dict[str, WrittenCell]] = field(
        default_factory=dict[Position, dict[str, WrittenCell]]
    )

    def add(self, position: Position, one: Indicator, cell: WrittenCell, table: Table) -> None:
        self.indicators.setdefault(one.name, one)
        found = self.cells.setdefault(position, {})
        if found.setdefault(one.name, cell) != cell:
            raise ContradictoryTables(
                f"{table.table_id} says {cell} for {one.name} of {position.area}, "
                f"{position.time.code}, {', '.join(position.items)}; another table or row says "
                f"{found[one.name]}."
            )


def tidy_files(figures: Figures) -> tuple[TidyFile, ...]:
    """Return the tidy files of a release, in the order of the families and then of the page.

    Raises:
        ContradictoryTables: a fault of the sections, which no release may be published with.
    """
    names = Names(figures)
    gathered = [*_of_families(figures, names), *_of_other_tables(figures, names)]
    return tuple(made for one in gathered if one.cells for made in _made(one, names))


def tidy_names(table: Table) -> tuple[str, ...]:
    """Return the names of the tidy files that have cells of a table."""
    if not table.rows:
        return ()
    families = (
        family.name
        for family in FAMILIES
        for source in family.sources
        if source.table_id == table.table_id
        and any(source.indicator_name(column) for column in table.columns)
    )
    kinds = dict.fromkeys(
        _time({**codes_of(table, column), **keys_of(table, row)}, table, _SOME_QUARTER).kind
        for _, column in _own_columns(table)
        for row in table.rows
    )
    own = (_file_name(table.table_id, number, kind) for number, kind in enumerate(kinds))
    return (*dict.fromkeys(families), *own)


def claimed(table: Table) -> set[str]:
    """Return the columns of a table that a family takes."""
    return {
        column.name
        for family in FAMILIES
        for source in family.sources
        if source.table_id == table.table_id
        for column in table.columns
        if source.indicator_name(column)
    }


def _of_families(figures: Figures, names: Names) -> Iterator[_Gathered]:
    tables = {table.table_id: table for table in figures.tables()}
    for family in FAMILIES:
        sources = [(one, tables[one.table_id]) for one in family.sources if one.table_id in tables]
        made_up = next((table.made_up_words() for _, table in sources), "")
        filters = {name: FILTER_LABELS[name] for name in family.filters}
        gathered = _Gathered(family.name, family.title, made_up, filters)
        for source, table in sources:
            _gather(gathered, family, source, (table, figures.quarter), names)
        yield gathered


def _gather(
    gathered: _Gathered,
    family: Family,
    source: Source,
    of: tuple[Table, str],
    names: Names,
) -> None:
    table, quarter = of
    for place, column in enumerate(table.columns):
        name = source.indicator_name(column)
        if name is None:
            continue
        one = indicator(name, *family.labels[name], column)
        for row in table.rows:
            codes = {**codes_of(table, column), **source.codes, **keys_of(table, row)}
            items = tuple(names.name(each, codes[each]) for each in family.filters)
            position = _position(codes, items, table, quarter)
            gathered.add(position, one, written(row[place], column), table)


def _of_other_tables(figures: Figures, names: Names) -> Iterator[_Gathered]:
    """Yield a file for each table with numbers that no family takes."""
    for table in figures.tables():
        yield _of_table(table, figures.quarter, names)


def _own_columns(table: Table) -> Iterator[tuple[int, Column]]:
    """Yield each column of numbers that no family takes, with its place."""
    taken = claimed(table)
    for place, column in enumerate(table.columns):
        is_taken = column.datatype == "string" or column.name in taken
        if not is_taken and not left_out(table, column):
            yield place, column


def _of_table(table: Table, quarter: str, names: Names) -> _Gathered:
    filters = names.filters(table)
    labels = {one.name: one.label for one in filters}
    gathered = _Gathered(table.table_id, table.title, table.made_up_words(), labels)
    for place, column in _own_columns(table):
        one = indicator(column.name, title_without_unit(column), "", column)
        for row in table.rows:
            codes = {**codes_of(table, column), **keys_of(table, row)}
            items = tuple(each.items[str(row[each.place])] for each in filters)
            position = _position(codes, items, table, quarter)
            gathered.add(position, one, written(row[place], column), table)
    return gathered


def _position(
    codes: dict[str, str], items: tuple[str, ...], table: Table, quarter: str
) -> Position:
    return Position(_time(codes, table, quarter), codes.get(AREA, REGION), items)


def _time(codes: dict[str, str], table: Table, quarter: str) -> Time:
    return time_of(codes.get(PERIOD) or table.as_at or quarter)


def _file_name(name: str, number: int, kind: str) -> str:
    """Return the name of the file of a kind of time; the first kind needs no word for it."""
    return f"{name}-{kind.lower().replace(' ', '-')}" if number else name


def _made(gathered: _Gathered, names: Names) -> Iterator[TidyFile]:
    """Yield a file for each kind of time: quarters and years may not stand in one."""
    kinds = dict.fromkeys(position.time.kind for position in gathered.cells)
    for number, kind in enumerate(kinds):
        positions = [one for one in gathered.cells if one.time.kind == kind]
        filters = tuple(
            Filter(name, label, tuple(dict.fromkeys(one.items[place] for one in positions)))
            for place, (name, label) in enumerate(gathered.filters.items())
        )
        indicators = tuple(
            one
            for one in gathered.indicators.values()
            if any(one.name in gathered.cells[position] for position in positions)
        )
        order = [{item: at for at, item in enumerate(one.items)} for one in filters]
        yield TidyFile(
            name=_file_name(gathered.name, number, kind),
            title=gathered.title,
            made_up_words=gathered.made_up_words,
            filters=filters,
            indicators=indicators,
            rows=tuple(
                TidyRow(
                    position,
                    place_of(position.area, names.name(AREA, position.area)),
                    _cells(gathered.cells[position], indicators),
                )
                for position in sorted(positions, key=lambda one: _place_in_file(one, order))
            ),
        )


def _place_in_file(position: Position, order: list[dict[str, int]]) -> tuple[object, ...]:
    items = tuple(at[item] for at, item in zip(order, position.items, strict=True))
    is_borough = position.area != REGION
    return position.time, is_borough, position.area, items


def _cells(
    found: dict[str, WrittenCell], indicators: tuple[Indicator, ...]
) -> tuple[WrittenCell, ...]:
    return tuple(found.get(one.name, NO_SUCH_FIGURE) for one in indicators)
