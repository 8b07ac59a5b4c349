"""Which sheet is which table, and which column is which field.

Here: exact matching of names, labels and aliases, apart from case, spaces and punctuation, and the
headings that are only nearly one. Not here: guessing; a near heading is asked about, and mapped
only once the borough has confirmed it.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from ingest.grid import Sheet
from ingest.plain import plain
from specification.model import Collection, Field, Table

HEADER_ROWS = 25
_NEAR = 0.82
Confirmed = Mapping[str, Mapping[str, str]]
NOTHING_CONFIRMED: Confirmed = {}


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


def names_of(field: Field) -> frozenset[str]:
    """Return every heading that means this field."""
    return frozenset(plain(name) for name in (field.name, field.label, *field.aliases))


def headings_of(collection: Collection, confirmed: Confirmed = NOTHING_CONFIRMED) -> frozenset[str]:
    """Return every plain heading that any table of the return knows."""
    fields = [field for table in collection.tables.values() for field in table.fields]
    known = [heading for headings in confirmed.values() for heading in headings]
    return frozenset(name for field in fields for name in names_of(field)) | frozenset(known)


def match_sheets(
    sheets: Sequence[Sheet], collection: Collection, confirmed: Confirmed = NOTHING_CONFIRMED
) -> tuple[dict[str, Sheet], dict[str, Sheet]]:
    """Return the sheet of each table, by its name or else by its headings, and any second one.

    A sheet that is called otherwise is taken for a table when at least half of that table's
    headings are there. Visible sheets come first: a hidden one never displaces or doubles them.
    """
    found: dict[str, Sheet] = {}
    second: dict[str, Sheet] = {}
    taken: set[int] = set()
    for is_hidden in (False, True):
        level = [sheet for sheet in sheets if sheet.is_hidden == is_hidden]
        for table, sheet in _pairs(level, collection, confirmed, taken):
            if id(sheet) in taken:
                continue
            if table not in found:
                found[table] = sheet
                taken.add(id(sheet))
            elif not is_hidden and table not in second:
                second[table] = sheet
                taken.add(id(sheet))
    return found, second


def _pairs(
    sheets: Sequence[Sheet], collection: Collection, confirmed: Confirmed, taken: Container[int]
) -> Iterator[tuple[str, Sheet]]:
    yield from _by_name(sheets, collection)
    # By now those are taken, and nobody looks at their headings for other tables.
    left = [sheet for sheet in sheets if id(sheet) not in taken]
    yield from _by_headings(left, collection, confirmed)


def _by_name(sheets: Sequence[Sheet], collection: Collection) -> list[tuple[str, Sheet]]:
    return [
        (table.name, sheet)
        for table in collection.tables.values()
        for sheet in sheets
        if plain(sheet.name) in (plain(table.name), plain(table.label))
    ]


def _by_headings(
    sheets: Sequence[Sheet], collection: Collection, confirmed: Confirmed
) -> list[tuple[str, Sheet]]:
    scored: list[tuple[float, str, Sheet]] = []
    for sheet in sheets:
        for table in collection.tables.values():
            columns = match_columns(sheet, table, confirmed.get(table.name, {}))
            share = len(columns.fields) / len(table.fields)
            if share >= 0.5:
                scored.append((share, table.name, sheet))
    scored.sort(key=lambda one: -one[0])
    return [(table, sheet) for _, table, sheet in scored]


def match_columns(
    sheet: Sheet, table: Table, confirmed: Mapping[str, str] | None = None
) -> Columns:
    """Return the mapping of the row, of the first 25, where most headings are found.

    Two rows are taken together where that finds more: a heading may be split over both, or stand
    below the heading of a group.

    Args:
        confirmed: plain headings that the borough said mean a field.
    """
    known = {field.name for field in table.fields}
    wanted = {heading: name for heading, name in (confirmed or {}).items() if name in known}
    wanted |= {name: field.name for field in table.fields for name in names_of(field)}
    top = sheet.rows[:HEADER_ROWS]
    best = Columns(0, {}, {}, {})
    for index, row in enumerate(top):
        best = _better(_candidate(index, row, wanted), best)
        if len(best.fields) == len(known):
            return best  # no other row can have more
    for index in range(len(top) - 1):
        upper = _spread(index, top[index], sheet)
        for joined in (_joined(upper, top[index + 1]), _joined(top[index + 1], upper)):
            best = _better(_candidate(index + 1, joined, wanted), best)
    return best


def _better(candidate: Columns, best: Columns) -> Columns:
    return candidate if len(candidate.fields) > len(best.fields) else best


def _candidate(index: int, row: Sequence[str], wanted: Mapping[str, str]) -> Columns:
    candidate = Columns(index, {}, {}, {})
    for column, heading in enumerate(row):
        field = wanted.get(plain(heading)) if heading else None
        if field is None:
            if heading.strip():
                candidate.unknown[column] = heading.strip()
        elif field in candidate.fields:
            candidate.twice[field] = column
        else:
            candidate.fields[field] = column
    return candidate


def _spread(index: int, row: Sequence[str], sheet: Sheet) -> list[str]:
    """Return a row in which the text of a merged heading stands over each of its columns."""
    spread = list(row)
    for (first_row, first), (_, last) in sheet.merged:
        if first_row == index and first < len(spread) and last - first < 100:
            spread.extend([""] * (last + 1 - len(spread)))
            spread[first : last + 1] = [spread[first]] * (last + 1 - first)
    return spread


def _joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    width = max(len(first), len(second))
    pairs = [
        (first[at] if at < len(first) else "", second[at] if at < len(second) else "")
        for at in range(width)
    ]
    return [f"{one} {other}".strip() for one, other in pairs]


def near_headings(columns: Columns, table: Table, excluded: Container[int] = ()) -> dict[str, int]:
    """Return the columns whose heading is nearly that of a field that was not found.

    Args:
        excluded: columns that are never taken for a field.
    """
    scored = [
        (_likeness(heading, field), field.name, at)
        for at, heading in columns.unknown.items()
        if at not in excluded
        for field in table.fields
        if field.name not in columns.fields
    ]
    near: dict[str, int] = {}
    for likeness, name, at in sorted(scored, key=lambda one: (-one[0], one[2])):
        if likeness >= _NEAR and name not in near and at not in near.values():
            near[name] = at
    return near


def _likeness(heading: str, field: Field) -> float:
    bare = plain(heading[:80])
    return max(SequenceMatcher(None, bare, name).ratio() for name in names_of(field))


def without(columns: Columns, unknown: Container[int]) -> Columns:
    """Return the mapping without some of its unknown headings."""
    kept = {at: heading for at, heading in columns.unknown.items() if at not in unknown}
    return replace(columns, unknown=kept)
