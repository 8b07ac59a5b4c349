"""The tidy files of a release: CSV, and beside each the metadata that EES reads.

Here: columns in EES's order, written the same each time. Not here: the cells (rows), or metadata
for the web (csvw).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from publisher.meaning import until
from publisher.tidy.places import PLACE_COLUMNS, TIME_COLUMNS
from publisher.tidy.rows import Filter, TidyFile, TidyRow

PERIOD_COUNTED = "period_counted"
"""What a row counts, where that is more than the time it is named by: `2023/24 to 2025/26`."""

_META_COLUMNS = (
    "col_name",
    "col_type",
    "label",
    "indicator_grouping",
    "indicator_unit",
    "indicator_dp",
    "filter_hint",
    "filter_grouping_column",
)


def write_tidy(files: Iterable[TidyFile], folder: Path) -> None:
    """Write each file and its metadata into a folder, which is made."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in files:
        rows = ([*_leading(one, row), *row.cells] for row in one.rows)
        _write(folder / f"{one.name}.csv", header(one), rows)
        _write(folder / f"{one.name}.meta.csv", _META_COLUMNS, _meta(one))


def header(one: TidyFile) -> list[str]:
    """Return the names of a file's columns, in order."""
    spans = [PERIOD_COUNTED] if one.has_spans else []
    filters = [each.name for each in one.filters]
    indicators = [each.name for each in one.indicators]
    return [*TIME_COLUMNS, *PLACE_COLUMNS, *spans, *filters, *indicators]


def _leading(one: TidyFile, row: TidyRow) -> Iterator[str]:
    yield row.position.time.period
    yield row.position.time.identifier
    yield from row.place
    if one.has_spans:
        yield row.position.time.code
    yield from row.position.items


def _meta(one: TidyFile) -> Iterator[Sequence[str]]:
    """Yield a line for each filter that has a choice, and for each indicator."""
    for each in one.filters:
        if len(each.items) > 1:
            yield each.name, "Filter", each.label, "", "", "", _hint(each), ""
    for each in one.indicators:
        label = f"{each.label}{_years(one)}"
        yield each.name, "Indicator", label, each.group, each.unit, each.decimals, "", ""


def _years(one: TidyFile) -> str:
    """Return the years that an indicator counts together, which EES wants in its name."""
    spans = {row.position.time.code for row in one.rows if row.position.time.is_span}
    years = spans.pop() if len(spans) == 1 else until("")
    return "" if years.startswith(until("")) else f", {years}"


def _hint(one: Filter) -> str:
    return f"Filter by {one.label[0].lower()}{one.label[1:]}"


def _write(path: Path, heading: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(heading)
        writer.writerows(rows)
