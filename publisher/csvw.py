"""CSV on the Web: what each CSV of a release is, for programs.

Here: metadata beside each file, and one group of all files at the top of the bundle. Not here: the
files (files, tidy). Beside each file, because that is where a program that has the file alone looks
first; one group, because a release is one thing and a catalogue wants one address.

Source: W3C, “Metadata Vocabulary for Tabular Data” and “Model for Tabular Data and Metadata on the
Web”, locating metadata.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from publisher.figures import SYMBOLS, Column, Figures, Table
from publisher.files import LICENCE_URL, SYNTHETIC_NOTE, notes_of
from publisher.meaning import OfNobody
from publisher.sheets import AUTHOR
from publisher.tidy.places import PLACE_COLUMNS, TIME_COLUMNS
from publisher.tidy.rows import TidyFile
from publisher.tidy.write import PERIOD_COUNTED, header

GROUP = "csv-metadata.json"
_TYPES = {
    "string": "string", "integer": "integer", "percent": "decimal", "decimal": "decimal",
}  # fmt: skip
_PERCENT = {"base": "decimal", "minimum": 0}
_PLACE_WORDS = {
    "time_period": "Year, as EES writes it: 202526.",
    "time_identifier": "What kind of year, or which quarter of it.",
    PERIOD_COUNTED: "All that is counted, where it is more than the time of the row.",
    "geographic_level": "Regional: London. Local authority: a borough, as employer.",
    "country_code": "GSS code of the country.",
    "country_name": "Name of the country.",
    "region_code": "GSS code of the region.",
    "region_name": "Name of the region.",
    "old_la_code": "The Department for Education’s number of the local authority.",
    "new_la_code": "GSS code of the local authority.",
    "la_name": "Name of the local authority.",
}


@dataclass(frozen=True, slots=True)
class Described:
    """One CSV: its path in the bundle, its title, what must be read with it, and its columns."""

    path: str
    title: str
    notes: tuple[str, ...]
    columns: tuple[dict[str, Any], ...]
    key: tuple[str, ...]


def write_metadata(figures: Figures, tidy: Iterable[TidyFile], folder: Path) -> None:
    """Write the metadata of every CSV of a bundle.

    Args:
        figures: the protected figures, whose CSV files are in `data`.
        tidy: the tidy files, which are in `tidy`.
        folder: the bundle.
    """
    described = [
        *(_table(table, figures) for table in figures.tables()),
        *(_tidy_file(one, figures) for one in tidy),
    ]
    for one in described:
        path = folder / f"{one.path}-metadata.json"
        alone = {**_release(figures), **_described(one, Path(one.path).name)}
        _write(path, alone)
    made_up = f"{SYNTHETIC_NOTE} " if figures.is_synthetic else ""
    group = {
        **_release(figures),
        "dc:title": f"{figures.title}, {figures.quarter_label}",
        "dc:description": f"{made_up}Every table of the release, as on its pages and as tidy data.",
        "tables": [_described(one, one.path) for one in described],
    }
    _write(folder / GROUP, group)


def _release(figures: Figures) -> dict[str, Any]:
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "dc:description": f"{figures.title}, {figures.quarter_label}.",
        "dc:publisher": AUTHOR,
        "dc:license": {"@id": LICENCE_URL},
        "dc:issued": {"@value": figures.published_on.isoformat(), "@type": "xsd:date"},
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
    }


def _described(one: Described, url: str) -> dict[str, Any]:
    return {
        "url": url,
        "dc:title": one.title,
        "notes": list(one.notes),
        "tableSchema": {"columns": list(one.columns), "primaryKey": list(one.key)},
    }


def _table(table: Table, figures: Figures) -> Described:
    title = f"{table.made_up_words()} {table.title}" if figures.is_synthetic else table.title
    return Described(
        path=f"data/{table.table_id}.csv",
        title=title,
        notes=tuple(notes_of(table, figures)),
        columns=tuple(_column(column) for column in table.columns),
        key=tuple(_primary_key(table)),
    )


def _column(column: Column) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "titles": [column.name, column.title],
        "dc:description": column.description,
        "datatype": _TYPES[column.datatype],
    }
    if column.datatype != "string":
        described["null"] = list(SYMBOLS)
    if column.datatype == "percent":
        described["datatype"] = _percent(is_of_people=not isinstance(column.means, OfNobody))
    return described


def _percent(*, is_of_people: bool) -> dict[str, Any]:
    """Return the type of a share: of money it can be over 100, as what was left is used too."""
    return {**_PERCENT, "maximum": 100} if is_of_people else _PERCENT


def _primary_key(table: Table) -> list[str]:
    """Return the fewest leading columns that tell the rows apart."""
    for width in range(1, len(table.columns) + 1):
        if len({row[:width] for row in table.rows}) == len(table.rows):
            key = [column.name for column in table.columns[:width]]
            return [name for name in key if name not in ("destination",)]
    return [column.name for column in table.columns]


def _tidy_file(one: TidyFile, figures: Figures) -> Described:
    made_up = f"{one.made_up_words} " if figures.is_synthetic else ""
    symbols = [f"{symbol}: {meaning}" for symbol, meaning in figures.symbols.items()]
    synthetic = [SYNTHETIC_NOTE] if figures.is_synthetic else []
    filters = tuple(each.name for each in one.filters)
    return Described(
        path=f"tidy/{one.name}.csv",
        title=f"{made_up}{one.title}, tidy",
        notes=(*synthetic, *symbols),
        columns=tuple(_tidy_columns(one)),
        key=(*TIME_COLUMNS, "geographic_level", "la_name", *filters),
    )


def _tidy_columns(one: TidyFile) -> Iterator[dict[str, Any]]:
    """Yield the columns of a tidy file, in its order."""
    labels = {each.name: each.label for each in one.filters}
    indicators = {each.name: each for each in one.indicators}
    for name in header(one):
        if name not in indicators:
            words = _PLACE_WORDS.get(name) or labels[name]
            described = {"name": name, "titles": name, "dc:description": words}
            # Only a place has empty cells: those of levels below the row's own.
            empty = {"null": "", "default": ""} if name in PLACE_COLUMNS else {}
            yield {**described, "datatype": "string", **empty}
            continue
        found = indicators[name]
        datatype: object = "decimal" if found.datatype == "decimal" else "integer"
        if found.datatype == "percent":
            datatype = _percent(is_of_people=found.is_of_people)
        yield {
            "name": name,
            "titles": [name, found.label],
            "dc:description": found.label,
            "datatype": datatype,
            "null": list(SYMBOLS),
        }


def _write(path: Path, metadata: dict[str, Any]) -> None:
    text = json.dumps(metadata, ensure_ascii=False, indent=2)
    path.write_text(text + "\n", "utf-8", newline="")
