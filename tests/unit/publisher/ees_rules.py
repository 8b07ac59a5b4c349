"""The rules of Explore Education Statistics for a data file and its metadata, as far as they apply.

Here: one function that lists what is wrong with a pair of files, read as text. Not here: where the
numbers come from. Written from the guidance; it shares nothing with what writes the files.

Source: Department for Education, “Open data standards”, and the checks of its data screener.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

META = [
    "col_name", "col_type", "label", "indicator_grouping", "indicator_unit", "indicator_dp",
    "filter_hint", "filter_grouping_column",
]  # fmt: skip
MANDATORY = {"time_period", "time_identifier", "geographic_level", "country_code", "country_name"}
REGION = ["region_code", "region_name"]
AUTHORITY = ["old_la_code", "new_la_code", "la_name"]
QUARTERS = {f"Financial year Q{number}" for number in range(1, 5)}
SIX_DIGITS = {"Academic year", "Financial year", *QUARTERS}
UNITS = {"", "%", "pp", "£", "£m"}
OBSOLETE = {"", "~", ":", "-", "NULL", "NA"}
SNAKE = re.compile(r"[a-z][a-z0-9_]*")

Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def broken_rules(data: Path) -> list[str]:
    """Return a sentence for each rule that a data file breaks, with its `.meta.csv` beside it.

    Where a column has a wrong name, its cells are not looked at.
    """
    meta_path = data.with_name(f"{data.stem}.meta.csv")
    if not meta_path.is_file():
        return [f"{data.name} has no metadata"]
    rows, meta = read(data), read(meta_path)
    if not rows or not meta:
        return [f"{data.name} or its metadata is empty"]
    return list(_names(data, rows, meta)) or [
        *_times(rows),
        *_places(rows),
        *_filters(rows, meta),
        *_indicators(rows, meta),
    ]


def _names(data: Path, rows: Rows, meta: Rows) -> Iterator[str]:
    columns = list(rows[0])
    if not re.fullmatch(r"[a-z0-9_-]+", data.stem) or len(data.stem) > 50:
        yield f"file name {data.stem}"
    if list(meta[0]) != META:
        yield f"metadata columns {list(meta[0])}"
    yield from (f"{name} is missing" for name in MANDATORY - set(columns))
    yield from (f"column name {name}" for name in columns if not SNAKE.fullmatch(name))
    yield from (f"{name} is twice there" for name in set(columns) if columns.count(name) > 1)
    for line in meta:
        if line["col_name"] not in columns:
            yield f"{line['col_name']} is in the metadata alone"
        if line["col_type"] not in ("Filter", "Indicator"):
            yield f"{line['col_name']} is a {line['col_type']}"
    labels = [line["label"] for line in meta]
    yield from (f"label “{one}”" for one in labels if not one or labels.count(one) > 1)


def _times(rows: Rows) -> Iterator[str]:
    identifiers = {row["time_identifier"] for row in rows}
    if len(identifiers) > 1 and not identifiers <= QUARTERS:
        yield f"kinds of time are mixed: {identifiers}"
    for period, identifier in {(row["time_period"], row["time_identifier"]) for row in rows}:
        if identifier == "Calendar year":
            is_right = re.fullmatch(r"\d{4}", period) is not None
        else:
            found = re.fullmatch(r"(\d{4})(\d{2})", period)
            is_right = identifier in SIX_DIGITS and found is not None
            is_right = is_right and (int(found[1]) + 1) % 100 == int(found[2]) if found else False
        if not is_right:
            yield f"{period} is no {identifier}"


def _places(rows: Rows) -> Iterator[str]:
    for row in rows:
        level = row["geographic_level"]
        if (row["country_code"], row["country_name"]) != ("E92000001", "England"):
            yield f"country {row['country_code']}"
        filled = [name for name in REGION + AUTHORITY if row[name]]
        expected = {"Regional": REGION, "Local authority": REGION + AUTHORITY}.get(level)
        if filled != expected:
            yield f"{level} has {filled}"
    pairs = {(row["new_la_code"], row["la_name"]) for row in rows if row["new_la_code"] != "z"}
    for place in (0, 1):
        values = [pair[place] for pair in pairs]
        yield from (f"two names of {one}" for one in set(values) if values.count(one) > 1)


def _filters(rows: Rows, meta: Rows) -> Iterator[str]:
    for name in (line["col_name"] for line in meta if line["col_type"] == "Filter"):
        items = {row[name] for row in rows}
        if len(items) < 2:
            yield f"filter {name} has one item and is in the metadata"
        yield from (f"{name} has “{one}”" for one in items if not one or one != one.strip())
    indicators = {line["col_name"] for line in meta if line["col_type"] == "Indicator"}
    keys = [tuple(cell for name, cell in row.items() if name not in indicators) for row in rows]
    if len(set(keys)) != len(keys):
        yield "two rows are of the same time, place and filters"


def _indicators(rows: Rows, meta: Rows) -> Iterator[str]:
    for line in meta:
        if line["col_type"] != "Indicator":
            continue
        name = line["col_name"]
        if line["indicator_unit"] not in UNITS:
            yield f"unit of {name}: {line['indicator_unit']}"
        if not line["indicator_dp"].isdecimal():
            yield f"decimals of {name}: {line['indicator_dp']}"
        for cell in {row[name] for row in rows}:
            if cell in OBSOLETE or not re.fullmatch(r"-?\d+(\.\d+)?|[a-z]|low", cell):
                yield f"{name} has “{cell}”"
