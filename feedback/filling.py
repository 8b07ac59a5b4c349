"""What a template is filled with before the officer starts: cells by field, and what to tell.

Here: the shape that imports and earlier returns share, and what carries over from a quarter to the
next. Not here: drawing the template (`template`), reading downloads (`das`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from feedback.wording import counted
from ingest.parse import ParsedReturn, ParsedTable
from specification.model import Collection, Table

Cell = str | int | Decimal | date | None
_STATUS_CODES, _LIVE = "comp_status", ("1", "6")
# What the specification does not say: a table that is not named is sent anew each quarter.
_WHOLE_ROWS, _KEYS_ONLY = ("readiness",), ("workforce", "provider_feedback")


@dataclass(frozen=True, slots=True)
class Filling:
    """Rows for a template, by table: each a cell by field name.

    A cell has the type of its field, or is the text that an officer has to look at. `told` are
    paragraphs for the first sheet, under `title`.
    """

    title: str
    rows: Mapping[str, tuple[Mapping[str, Cell], ...]]
    told: tuple[str, ...] = field(default_factory=tuple)


def still_to_report(last: ParsedReturn, collection: Collection) -> Filling:
    """Return what carries over from a borough's last signed return into the next one.

    Rows of people are kept while their status is continuing or on a break; teams that were thinking
    of an apprentice are kept whole; counts start with their keys only, because they change. Every
    column that this year's collection still has is kept.
    """
    rows: dict[str, tuple[Mapping[str, Cell], ...]] = {}
    told: list[str] = []
    for name, table in collection.tables.items():
        parsed = last.tables.get(name)
        if parsed is None or table.is_single_row:
            continue
        kept = _kept(parsed, table)
        if kept:
            rows[name] = kept
            told.append(_sentence(table, kept, last))
    return Filling("What is filled in already", rows, tuple(told))


def _kept(parsed: ParsedTable, table: Table) -> tuple[Mapping[str, Cell], ...]:
    status = next((one.name for one in table.fields if one.codes == _STATUS_CODES), None)
    if status is not None and status in parsed.rows.column_names:
        live = [row for row in _cells(parsed, table) if row.get(status) in _LIVE]
        return tuple(live)
    if table.name in _WHOLE_ROWS:
        return tuple(_cells(parsed, table))
    if table.name in _KEYS_ONLY:
        return tuple({name: row.get(name) for name in table.key} for row in _cells(parsed, table))
    return ()


def _cells(parsed: ParsedTable, table: Table) -> list[dict[str, Cell]]:
    known = [one.name for one in table.fields if one.name in parsed.rows.column_names]
    values = parsed.rows.select(known).to_pylist()
    texts = parsed.texts.select(known).to_pylist()
    return [
        {name: text[name] or None if row[name] is None else row[name] for name in known}
        for row, text in zip(values, texts, strict=True)
    ]


def _sentence(table: Table, kept: tuple[Mapping[str, Cell], ...], last: ParsedReturn) -> str:
    quarter, rows = last.declared.quarter, counted(len(kept), "row")
    if table.name in _KEYS_ONLY:
        return f"{table.label}: {rows} as in {quarter}, with the figures to be filled in."
    were = "that was" if len(kept) == 1 else "that were"
    return (
        f"{table.label}: {rows} {were} still open in the signed return of {quarter}. Bring each up "
        "to date, and add the new ones."
    )
