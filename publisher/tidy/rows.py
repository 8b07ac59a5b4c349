"""From protected tables to tidy files: which cell is whose, when, where and of what.

Here: the position of each cell, worked out from what its column means. No number is: a cell is
moved, or it is not there. Not here: which tables share a file (families), or the files (write).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.figures import Cell, Column, Figures, Table
from publisher.files import WrittenCell, written
from publisher.meaning import AREA, PERIOD, REGION, Count, Key, Limit, People, Share
from publisher.tidy.families import (
    FAMILIES,
    FILTER_ITEMS,
    FILTER_LABELS,
    Family,
    Indicator,
    Source,
    indicator,
)
from publisher.tidy.places import Time, place_of, time_of

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
    names = _item_names(figures)
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
    own = _of_table(table, table.as_at or _SOME_QUARTER, {})
    return (*dict.fromkeys(families), *(one.name for one in _made(own, {})))


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


def left_out(table: Table, column: Column) -> bool:
    """Whether a column of numbers is no statistic of ours: others' figures, a method's points."""
    has_keys = any(isinstance(one.means, Key) for one in table.columns)
    counts_somebody = _people(table, column) is not None
    return not counts_somebody and (table.holds_national_figures or not has_keys)


def _of_families(figures: Figures, names: dict[tuple[str, str], str]) -> Iterator[_Gathered]:
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
    names: dict[tuple[str, str], str],
) -> None:
    table, quarter = of
    for place, column in enumerate(table.columns):
        name = source.indicator_name(column)
        if name is None:
            continue
        one = indicator(name, *family.labels[name], column)
        for row in table.rows:
            codes = {**_codes(table, column), **source.codes, **_keys(table, row)}
            items = tuple(names.get((each, codes[each]), codes[each]) for each in family.filters)
            position = _position(codes, items, table, quarter)
            gathered.add(position, one, written(row[place], column), table)


def _of_other_tables(figures: Figures, names: dict[tuple[str, str], str]) -> Iterator[_Gathered]:
    """Yield a file for each table with numbers that no family takes."""
    for table in figures.tables():
        yield _of_table(table, figures.quarter, names)


def _of_table(table: Table, quarter: str, names: dict[tuple[str, str], str]) -> _Gathered:
    taken, filters = claimed(table), _filters_of(table)
    labels = {name: label for name, label, _ in filters}
    gathered = _Gathered(table.table_id, table.title, table.made_up_words(), labels)
    for place, column in enumerate(table.columns):
        is_taken = column.datatype == "string" or column.name in taken
        if is_taken or left_out(table, column):
            continue
        one = indicator(column.name, column.title, "", column)
        for row in table.rows:
            codes = {**_codes(table, column), **_keys(table, row)}
            items = tuple(names.get((name, str(row[at])), str(row[at])) for name, _, at in filters)
            position = _position(codes, items, table, quarter)
            gathered.add(position, one, written(row[place], column), table)
    return gathered


def _filters_of(table: Table) -> list[tuple[str, str, int]]:
    """Return name, label and place of each leading column of words that tells the rows apart."""
    found: list[tuple[str, str, int]] = []
    named = False
    for place, column in enumerate(table.columns):
        if column.datatype != "string":
            break
        if isinstance(column.means, Key):
            named = True
            if column.means.dimension not in (AREA, PERIOD):
                label = FILTER_LABELS.get(column.means.dimension, column.title)
                found.append((column.means.dimension, label, place))
        elif named:
            named = False
        else:
            found.append((column.name, column.title, place))
    return found


def _position(
    codes: dict[str, str], items: tuple[str, ...], table: Table, quarter: str
) -> Position:
    time = time_of(codes.get(PERIOD) or table.as_at or quarter)
    return Position(time, codes.get(AREA, REGION), items)


def _people(table: Table, column: Column) -> People | None:
    """Return whom a column counts, or whom the column counts that it is a limit of."""
    match column.means:
        case Count(people=people):
            return people
        case Share(numerator=numerator):
            return numerator
        case Limit(of=of):
            return _people(table, next(one for one in table.columns if one.name == of))
        case _:
            return None


def _codes(table: Table, column: Column) -> dict[str, str]:
    people = _people(table, column)
    return {} if people is None else dict(people.codes)


def _keys(table: Table, row: tuple[Cell, ...]) -> dict[str, str]:
    return {
        column.means.dimension: str(cell)
        for column, cell in zip(table.columns, row, strict=True)
        if isinstance(column.means, Key)
    }


def _item_names(figures: Figures) -> dict[tuple[str, str], str]:
    """Return the name of each code: what stands beside it in a table, or what a family says."""
    names: dict[tuple[str, str], str] = {}
    for table in figures.tables():
        for place, (column, beside) in enumerate(
            zip(table.columns, table.columns[1:], strict=False)
        ):
            if isinstance(column.means, Key) and beside.datatype == "string" and not beside.means:
                for row in table.rows:
                    names[column.means.dimension, str(row[place])] = str(row[place + 1])
    return names | {
        (dimension, code): name
        for dimension, items in FILTER_ITEMS.items()
        for code, name in items.items()
    }


def _made(gathered: _Gathered, names: dict[tuple[str, str], str]) -> Iterator[TidyFile]:
    """Yield a file for each kind of time: quarters and years may not stand in one."""
    kinds = dict.fromkeys(position.time.kind for position in gathered.cells)
    for number, kind in enumerate(kinds):
        ending = "" if not number else f"-{kind.lower().replace(' ', '-')}"
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
            name=f"{gathered.name}{ending}",
            title=gathered.title,
            made_up_words=gathered.made_up_words,
            filters=filters,
            indicators=indicators,
            rows=tuple(
                TidyRow(
                    position,
                    place_of(position.area, names.get((AREA, position.area), position.area)),
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
