"""What changed since another return, as an officer reads it in a terminal.

Here: the counts first, then a few rows of each kind; and the one line for `cohort submit`. Not
here: finding the differences (`feedback.differences`).
"""

from __future__ import annotations

from collections.abc import Iterable

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from expectations.intake import Received, landed_return
from feedback.differences import Differences, RowChange, TableDifferences, compare
from ingest.home import Home
from ingest.landing import Landing
from ingest.parse import ParsedReturn
from ingest.register import Register
from ingest.workers import ReadingPool
from specification.load import collection_for

_SHOWN = 20


def difference_lines(
    received: Received, home: Home, register: Register, pool: ReadingPool
) -> list[str]:
    """Return one line for each of: what changed since the version before, since last quarter."""
    submission, checked = received.submission, received.checked
    if submission is None or checked.parsed is None:
        return []
    collection = collection_for(submission.quarter)
    lines: list[str] = []
    versions = register.versions(submission.borough_code, submission.quarter)
    earlier = [one for one in versions if one.version < submission.version]
    if earlier:
        landed = landed_return(earlier[-1], Landing(home.landing), register)
        before = next(pool.read([landed]))
        if isinstance(before, ParsedReturn):
            summary = compare(checked.parsed, before, collection).summary
            lines.append(f"Since version {earlier[-1].version}: {summary}.")
    if checked.before is not None:
        differences = compare(checked.parsed, checked.before, collection)
        lines.append(f"Since {differences.before.quarter.label}: {differences.summary}.")
    return lines


def print_differences(differences: Differences, against: str, console: Console) -> None:
    """Print what changed: counts, moves of status, columns emptied or filled, then rows."""
    borough, quarter = differences.now.borough, differences.now.quarter
    console.print(f"[bold]{borough.borough_name}[/bold], {quarter.label} · against {against}")
    console.print(f"{differences.summary[:1].upper()}{differences.summary[1:]}.")
    if differences.is_empty:
        return
    console.print(_counts(differences))
    if differences.moves:
        console.print("\n[bold]Moves of status[/bold]")
        for one in differences.moves:
            console.print(f"  {one.count:>5,}  {one.label_before} → {one.label_now}")
    _print_fields(differences, console)
    for table in differences.tables:
        _print_rows(table, console)


def _counts(differences: Differences) -> Table:
    counts = _grid("Sheet")
    for heading in ("Rows added", "Gone", "Changed", "As they were"):
        counts.add_column(heading, justify="right")
    for one in differences.tables:
        numbers = (len(one.added), len(one.gone), len(one.changed), one.same)
        counts.add_row(escape(one.label), *(f"{number:,}" for number in numbers))
    return counts


def _grid(*headings: str) -> Table:
    return Table(*headings, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)


def _print_fields(differences: Differences, console: Console) -> None:
    fields = [(table.label, one) for table in differences.tables for one in table.fields]
    if not fields:
        return
    console.print("\n[bold]Cells emptied or filled[/bold]")
    grid = _grid("Sheet", "Column")
    grid.add_column("Emptied", justify="right")
    grid.add_column("Filled", justify="right")
    most = sorted(fields, key=lambda one: -one[1].emptied - one[1].filled)
    for sheet, one in most[:_SHOWN]:
        grid.add_row(escape(sheet), escape(one.label), f"{one.emptied:,}", f"{one.filled:,}")
    console.print(grid)
    _print_rest(len(fields), console)


def _print_rows(table: TableDifferences, console: Console) -> None:
    for heading, references in (("added", table.added), ("gone", table.gone)):
        if references:
            console.print(f"\n[bold]{escape(table.label)}, rows {heading}[/bold]")
            shown = (one or "(no reference)" for one in references[:_SHOWN])
            console.print(escape("  " + ", ".join(shown)))
            _print_rest(len(references), console)
    if table.changed:
        console.print(f"\n[bold]{escape(table.label)}, rows changed[/bold]")
        console.print(_changes(table.changed[:_SHOWN]))
        _print_rest(len(table.changed), console)


def _changes(rows: Iterable[RowChange]) -> Table:
    grid = _grid("Row", "Column", "Was", "Is now")
    for row in rows:
        for at, cell in enumerate(row.cells):
            texts = (row.reference if at == 0 else "", cell.label, cell.before, cell.now)
            reference, label, before, now = (escape(text) for text in texts)
            grid.add_row(reference, label, before or "(empty)", now or "(empty)")
    return grid


def _print_rest(count: int, console: Console) -> None:
    if count > _SHOWN:
        console.print(f"  and {count - _SHOWN:,} more")
