"""One column of texts to one column of values, with each fault and repair at its own cell.

Here: distinct texts read once, the order of a column's dates, the log. Not here: what one text
means (`values`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import pyarrow as pa

from ingest.dates import Order, is_month_first, order_of
from ingest.reading import Reading, unreadable
from ingest.values import reader_of
from specification.findings import Normalisation
from specification.model import Collection, Field, Table
from specification.rules import CheckDigitRule, PatternRule

HIDDEN = "(hidden)"
_LEARNER_NUMBER = re.compile(r"(?<![0-9])[1-9](?:[ \u00a0-]?[0-9]){9}(?![0-9])")
_LOGGED_ONE_BY_ONE = 1_000
_ARROW = {
    "text": pa.string(),
    "code": pa.string(),
    "yes_no": pa.string(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "month": pa.date32(),
}


@dataclass(frozen=True, slots=True)
class ReadingFault:
    """Something that reading found: the `fault` names a readable rule, the rest its cell.

    `row` is None for a fault of a whole sheet; `value` is the text that was found; `why` says in a
    few words what is the matter with it, if that is known.
    """

    fault: str
    row: int | None
    field: str
    cell: str
    value: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entered:
    """The texts of one column, with the row that Excel shows for each.

    `letters` is the Excel column, None where the sheet has none for the field; `epoch` day 0 of
    the workbook's numbers for dates.
    """

    texts: pa.Array
    rows: list[int]
    letters: str | None
    epoch: date | None = None


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """The values of one column; `unreadable` are the places whose text has no value."""

    values: pa.Array
    faults: list[ReadingFault]
    normalised: list[Normalisation]
    unreadable: list[int]


def without_learner_numbers(text: str) -> str:
    """Return a text with each ten-digit number hidden: it may be a learner number anywhere."""
    return _LEARNER_NUMBER.sub(HIDDEN, text)


def arrow_type(field: Field) -> pa.DataType:
    """Return the Arrow type that a field's values have."""
    if field.type == "decimal":
        return pa.decimal128(10 + field.decimals, field.decimals)
    return _ARROW[field.type]


def read_column(
    field: Field, table: Table, sheet: str, entered: Entered, patterns: Sequence[str]
) -> ReadColumn:
    """Return one column typed; a text that cannot be read is null and has a fault at its cell.

    Args:
        patterns: what the field's values look like, of `patterns_of`.
    """
    encoded = entered.texts.dictionary_encode()
    texts: list[str] = encoded.dictionary.to_pylist()
    indices: list[int] = encoded.indices.to_pylist()
    read = reader_of(field, entered.epoch, patterns)
    readings = [read(text) for text in texts]
    if field.type == "date":
        _refuse_month_first(texts, indices, readings)
    readings = [_with_default(reading, field) for reading in readings]
    values = pa.array([one.value for one in readings], arrow_type(field)).take(encoded.indices)
    column = ReadColumn(values, [], [], [])
    flagged = [not one.is_readable or bool(one.repair) for one in readings]
    if any(flagged):
        _report(column, field, table, sheet, entered, texts, readings, indices, flagged)
    return column


def patterns_of(table: Table, collection: Collection) -> dict[str, list[str]]:
    """Return, by field of a table, the patterns that rules want its values to match."""
    found: dict[str, list[str]] = {}
    for rule in collection.rules:
        if isinstance(rule, (PatternRule, CheckDigitRule)) and rule.table == table.name:
            found.setdefault(rule.field, []).append(rule.matches)
    return found


def _refuse_month_first(texts: list[str], indices: list[int], readings: list[Reading]) -> None:
    orders: dict[int, Order] = {
        at: order for at, text in enumerate(texts) if (order := order_of(text)) is not None
    }
    if "month" not in orders.values():
        return
    counts = Counter(indices)
    if is_month_first((order, counts[at]) for at, order in orders.items()):
        for at, order in orders.items():
            if order != "same":
                readings[at] = unreadable(fault="date_order")


def _with_default(reading: Reading, field: Field) -> Reading:
    if reading.is_readable and reading.value is None and field.default is not None:
        return replace(reading, value=field.default, repair="empty means the default")
    return reading


def _report(
    column: ReadColumn,
    field: Field,
    table: Table,
    sheet: str,
    entered: Entered,
    texts: list[str],
    readings: list[Reading],
    indices: list[int],
    flagged: list[bool],
) -> None:
    def shown(text: str) -> str:
        return HIDDEN if field.confidential and text else without_learner_numbers(text)

    def log(row: int | None, index: int, reason: str) -> None:
        value = readings[index].value
        column.normalised.append(
            Normalisation(
                table=table.name,
                sheet=sheet,
                row=row,
                column=field.name,
                cell=f"{entered.letters}{row}" if entered.letters and row else "",
                before=shown(texts[index]),
                after=shown("" if value is None else str(value)),
                reason=reason,
            )
        )

    counts = Counter(index for index in indices if flagged[index])
    for place, index in enumerate(indices):
        if not flagged[index]:
            continue
        row, reading = entered.rows[place], readings[index]
        if not reading.is_readable:
            column.unreadable.append(place)
            fault = reading.fault or ("code" if field.codes else field.type)
            cell = f"{entered.letters}{row}"
            column.faults.append(
                ReadingFault(fault, row, field.name, cell, shown(texts[index]), reading.why)
            )
        elif counts[index] < _LOGGED_ONE_BY_ONE:
            log(row, index, reading.repair)
    for index, count in counts.items():
        if count >= _LOGGED_ONE_BY_ONE and readings[index].is_readable:
            log(None, index, f"{readings[index].repair}, in {count:,} rows")
