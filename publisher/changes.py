"""What changed since the release before: a pure function of two releases' numbers files.

Here: every figure that is another one now, boroughs, definitions and tables that came or went, the
sentences of it, and the files `changes.json` and `revisions.csv`. Not here: which figures are the
same people and period (revisions), or the page.

Everything in it can be read in the two releases by anybody. A number that only one of them shows
is not repeated here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from publisher.figures import SYMBOLS, Cell, Figures, Table
from publisher.files import LICENCE_URL, SYNTHETIC_NOTE
from publisher.meaning import REGION
from publisher.remarks import MARK_MEANINGS, Change, ChangeName, Changes
from publisher.revisions import Figure, key_places, row_key, same_figures
from publisher.wording import joined, per_cent, plural

NAMED_REVISIONS = 3
"""So many revised figures of a table are named on the page; the rest are in the file."""

_NOT_THERE: tuple[Cell, ...] = (None, *(symbol for symbol in SYMBOLS if symbol != "c"))

_OTHERWISE: dict[ChangeName, str] = {
    "hidden now": "hidden now",
    "shown now": "shown now and hidden before",
    "not available now": "not available now",
    "available now": "available now and not before",
}
"""What becomes of a figure but another number, in words."""

_COLUMNS = (
    ("table", "The table that the figure stands in."),
    ("row", "The cells of the row's key columns, joined by a slash; * for every row."),
    ("column", "The column that the figure stands in."),
    ("row_words", "The row in words; “every row” for a whole column."),
    ("column_title", "The heading of the column."),
    ("mark", "; ".join(f"{mark}: {meaning}" for mark, meaning in MARK_MEANINGS.items())),
    (
        "change",
        "What became of the figure, such as revised or hidden now; or provisional.",
    ),
    ("before", "The number of the release before, or the symbol in its place."),
    ("now", "The number of this release, or the symbol in its place."),
)


def changes_between(now: Figures, before: Figures | None) -> Changes | None:
    """Return what changed since the release before; none where there is none before."""
    if before is None:
        return None
    pairs = tuple(same_figures(now, before))
    found = tuple(change for one, then in pairs if (change := _change(one, then)) is not None)
    present, past = set(_absent(now)), set(_absent(before))
    titles_now = {table.table_id: table.title for table in now.tables()}
    titles_before = {table.table_id: table.title for table in before.tables()}
    return Changes(
        previous_quarter=before.quarter,
        previous_label=before.quarter_label,
        is_correction=before.quarter == now.quarter,
        compared=len(pairs),
        figures=found,
        returned_now=tuple(name for name in _absent(before) if name not in present),
        missing_now=tuple(name for name in _absent(now) if name not in past),
        definitions_before=before.definition_versions,
        definitions_now=now.definition_versions,
        tables_new=tuple(t for key, t in titles_now.items() if key not in titles_before),
        tables_gone=tuple(t for key, t in titles_before.items() if key not in titles_now),
    )


def row_words(table: Table, place: int) -> str:
    """Return what a reader calls a row: the words that stand beside its keys."""
    words: list[str] = []
    columns = table.columns
    for number in key_places(table):
        beside = columns[number + 1] if number + 1 < len(columns) else None
        has_words = beside is not None and beside.datatype == "string" and beside.means is None
        words.append(str(table.rows[place][number + 1 if has_words else number]))
    return ", ".join(words)


def summary(changes: Changes) -> tuple[str, ...]:
    """Return what changed in a few sentences, without the figures of single tables."""
    since = f"the release of {changes.previous_label}"
    if changes.is_correction:
        since = "the edition of this release before this one"
    sentences = [_of_figures(changes, since)]
    if changes.returned_now:
        verb, them = _of(changes.returned_now)
        sentences.append(
            f"{joined(changes.returned_now)} {verb} in these figures and not in those: London’s "
            f"totals of every period are now with {them}."
        )
    if changes.missing_now:
        verb, them = _of(changes.missing_now)
        sentences.append(
            f"{joined(changes.missing_now)} {verb} in those figures and not in these: London’s "
            f"totals of every period are now without {them}."
        )
    if changes.definitions_before != changes.definitions_now:
        sentences.append(
            f"The definitions are version {joined(changes.definitions_now)}; they were version "
            f"{joined(changes.definitions_before)}."
        )
    if changes.tables_new:
        sentences.append(f"New tables: {'; '.join(changes.tables_new)}.")
    if changes.tables_gone:
        sentences.append(f"No longer published: {'; '.join(changes.tables_gone)}.")
    return tuple(sentences)


def revised_tables(changes: Changes, release: Figures) -> tuple[tuple[str, str], ...]:
    """Return each table with changed figures, and a sentence of them."""
    found = [(table, _of_table(changes, table)) for table in release.tables()]
    return tuple((table.title, sentence) for table, sentence in found if sentence)


def write_changes(release: Figures, folder: Path) -> None:
    """Write `changes.json`, and `revisions.csv` with its metadata."""
    changes = release.changes
    said: dict[str, Any] = {
        "schema_version": "cohort.changes/1",
        "release": release.quarter,
        "is_synthetic": release.is_synthetic,
        "since": None if changes is None else changes.model_dump(mode="json"),
        "sentences": [] if changes is None else list(summary(changes)),
    }
    _write(folder / "changes.json", json.dumps(said, ensure_ascii=False, indent=1) + "\n")
    lines = StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(name for name, _ in _COLUMNS)
    writer.writerows(_lines(release))
    _write(folder / "revisions.csv", lines.getvalue())
    metadata = json.dumps(_metadata(release), ensure_ascii=False, indent=2)
    _write(folder / "revisions.csv-metadata.json", metadata + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="")


def _absent(release: Figures) -> tuple[str, ...]:
    return release.coverage.not_returned + release.coverage.sent_back


def _change(figure: Figure, then: Cell) -> Change | None:
    """Return what became of a figure; why it is not there, where it never was, is no change."""
    now = figure.cell
    if now == then or (now in _NOT_THERE and then in _NOT_THERE):
        return None
    change = _named(then, now)
    both = change == "revised"
    return Change(
        table_id=figure.table.table_id,
        row=row_key(figure.table, figure.row_place),
        column=figure.column.name,
        row_words=row_words(figure.table, figure.row_place),
        column_title=figure.column.title,
        change=change,
        before=then if both or then in SYMBOLS else None,
        now=now if both or now in SYMBOLS else None,
    )


def _named(then: Cell, now: Cell) -> ChangeName:
    if isinstance(now, int | float):
        if isinstance(then, int | float):
            return "revised"
        return "shown now" if then == "c" else "available now"
    return "hidden now" if now == "c" else "not available now"


def _of(names: Sequence[str]) -> tuple[str, str]:
    return ("is", "it") if len(names) == 1 else ("are", "them")


def _of_figures(changes: Changes, since: str) -> str:
    revised = sum(one.change == "revised" for one in changes.figures)
    if not changes.compared:
        return f"No figure here counts the same people and period as one in {since}."
    if not changes.figures:
        return (
            f"{since[0].upper()}{since[1:]} has {plural(changes.compared, 'figure')} of the same "
            "people and periods, and none of them is another one now."
        )
    sentence = (
        f"Of {plural(changes.compared, 'figure')} that {since} has for the same people and "
        f"periods, {_counted(revised, 'revised')}"
    )
    for change in _OTHERWISE:
        count = sum(one.change == change for one in changes.figures)
        sentence += f", {_counted(count, change)}" if count else ""
    return f"{sentence}."


def _counted(count: int, change: str) -> str:
    return f"{count:,} {'is' if count == 1 else 'are'} {change}"


def _of_table(changes: Changes, table: Table) -> str:
    parts: list[str] = []
    revised = changes.of_table(table.table_id, "revised")
    if revised:
        named = [_words(one, table) for one in _largest(revised, table)]
        rest = len(revised) - len(named)
        more = f"; and {rest:,} more" if rest else ""
        parts.append(f"{plural(len(revised), 'figure')} revised: {'; '.join(named)}{more}.")
    for change, words in _OTHERWISE.items():
        count = len(changes.of_table(table.table_id, change))
        if count:
            parts.append(f"{plural(count, 'figure')} {words}.")
    return " ".join(parts)


def _largest(revised: Sequence[Change], table: Table) -> list[Change]:
    """Return the revisions to name: London's first, then those of the most people or points."""

    def order(one: Change) -> tuple[bool, bool, float]:
        return REGION not in one.row, _datatype(one, table) != "integer", -_distance(one)

    return sorted(revised, key=order)[:NAMED_REVISIONS]


def _distance(one: Change) -> float:
    if isinstance(one.before, int | float) and isinstance(one.now, int | float):
        return abs(one.now - one.before)
    return 0.0


def _words(one: Change, table: Table) -> str:
    before, now = (_written(cell, _datatype(one, table)) for cell in (one.before, one.now))
    return f"{one.row_words}, {one.column_title}, {before} before and {now} now"


def _datatype(one: Change, table: Table) -> str:
    return next(column.datatype for column in table.columns if column.name == one.column)


def _written(cell: Cell, datatype: str) -> str:
    if datatype == "percent":
        return per_cent(cell)
    return f"{cell:,}" if isinstance(cell, int | float) else str(cell)


def _lines(release: Figures) -> Iterable[tuple[object, ...]]:
    for one in () if release.changes is None else release.changes.figures:
        place = "/".join(one.row)
        mark = "r" if one.change == "revised" else None
        words = one.row_words, one.column_title, mark, one.change, one.before, one.now
        yield one.table_id, place, one.column, *words
    tables = {table.table_id: table for table in release.tables()}
    for mark in (one for one in release.marks if one.mark == "p"):
        table = tables[mark.table_id]
        title = next(one.title for one in table.columns if one.name == mark.column)
        places = [n for n in range(len(table.rows)) if row_key(table, n) == mark.row]
        words = (row_words(table, places[0]) if places else "every row"), title
        place = "/".join(mark.row) or "*"
        yield mark.table_id, place, mark.column, *words, "p", "provisional", None, None


def _metadata(release: Figures) -> dict[str, Any]:
    made_up = "Synthetic data. " if release.is_synthetic else ""
    symbols = [f"{symbol}: {meaning}" for symbol, meaning in release.symbols.items()]
    numbers = {"datatype": "decimal", "null": ["", *SYMBOLS]}
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": "revisions.csv",
        "dc:title": f"{made_up}Revised and provisional figures, {release.quarter_label}",
        "dc:description": f"{release.title}, {release.quarter_label}.",
        "dc:publisher": "London Office of Technology and Innovation",
        "dc:license": {"@id": LICENCE_URL},
        "dc:issued": {"@value": release.published_on.isoformat(), "@type": "xsd:date"},
        "notes": [*([SYNTHETIC_NOTE] if release.is_synthetic else []), *symbols],
        "dialect": {"encoding": "utf-8", "header": True, "lineTerminators": ["\n"]},
        "tableSchema": {
            "columns": [
                {
                    "name": name,
                    "titles": name,
                    "dc:description": description,
                    **(numbers if name in ("before", "now") else {"datatype": "string"}),
                }
                for name, description in _COLUMNS
            ],
            "primaryKey": ["table", "row", "column", "change"],
        },
    }
