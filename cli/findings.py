"""A check result as an officer reads it in a terminal.

Here: the issues, the most useful first, and the marked copy. Not here: the JSON form, which is the
result itself; how findings become issues (`feedback`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from cli.speak import Exit, stop, talk
from feedback.issues import Issue, cells_to_fix, issues_of, notes_of, repairs_of
from feedback.wording import counted
from ingest.grid import UploadedFile
from specification.findings import CheckResult
from specification.load import collection_for, find_borough
from specification.periods import Quarter

_SHOWN_PER_ISSUE, _SHOWN_PER_COLUMN = 8, 3


def print_fix_list(result: CheckResult, console: Console) -> None:
    """Print what to do, issue by issue, what passed and was repaired, and the next step."""
    quarter = Quarter.parse(result.quarter)
    collection = collection_for(quarter)
    rows = ", ".join(f"{count:,} {table}" for table, count in result.rows.items())
    borough = find_borough(result.borough).borough_name
    console.print(f"[bold]{borough}[/bold], {quarter.label} · {collection.version} · rows: {rows}")
    for issue in issues_of(result, collection):
        _print_issue(issue, console)
    console.print()
    if repairs := repairs_of(result):
        total = counted(sum(one.count for one in repairs), "repair")
        kinds = ", ".join(f"{one.reason} ({one.count:,})" for one in repairs)
        console.print(f"{total} that lose nothing: {kinds}.", markup=False)
    for one in notes_of(result):
        console.print(f"{one.counted}: {one.example}", markup=False)
    console.print(_ending(result))


def write_marked(path: Path, files: Sequence[UploadedFile], result: CheckResult) -> None:
    """Write the marked copy of a return to a path, or end the command saying why not."""
    from feedback.apart import NoMarkedCopy, mark_apart

    if path.suffix.lower() != ".xlsx":
        stop(f"{path} must end in .xlsx, because it is an Excel workbook.", Exit.WRONG_USE)
    try:
        path.write_bytes(mark_apart(files, result))
    except NoMarkedCopy as refused:
        stop(str(refused), Exit.FINDINGS)
    except OSError as problem:
        stop(f"{path} cannot be written: {problem.strerror}.", Exit.WRONG_USE)
    talk.print(f"The marked copy is {path}. Correct it there and check it again.", markup=False)


def _print_issue(issue: Issue, console: Console) -> None:
    color = "red" if issue.severity == "error" else "yellow"
    ask = "fix" if issue.severity == "error" else "correct or explain"
    head = f"{escape(issue.title)} · {escape(issue.table_label)} · {issue.rule}"
    console.print(f"\n[bold {color}]{issue.how_many}[/] to {ask} · [bold]{head}[/bold]")
    console.print(f"{issue.message} {issue.fix}", markup=False)
    if issue.extent == "sheet" and not any(one.value or one.row for one in issue.findings):
        return
    shown = _SHOWN_PER_COLUMN if issue.extent == "column" else _SHOWN_PER_ISSUE
    console.print(_table(issue, shown))
    if len(issue.findings) > shown:
        more = len(issue.findings) - shown
        console.print(f"  and {more:,} more, down to {issue.findings[-1].cell}", markup=False)


def _table(issue: Issue, shown: int) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)
    table.add_column("Cell", style="cyan", no_wrap=True)
    table.add_column("You entered", style="red", max_width=28)
    is_said = len({one.message for one in issue.findings}) == 1
    table.add_column("Your reference" if is_said else "What we found", max_width=72)
    if any(one.suggestion for one in issue.findings):
        table.add_column("Did you mean", style="green")
    for one in issue.findings[:shown]:
        place = f"{one.sheet} {one.cell or (f'row {one.row}' if one.row else '')}".strip()
        said = one.reference if is_said else one.message
        cells = [place, one.value or "(empty)", said, one.suggestion]
        table.add_row(*[escape(cell) for cell in cells[: len(table.columns)]])
    return table


def _ending(result: CheckResult) -> str:
    passed = f"{counted(len(result.passed), 'rule')} passed."
    marked = "Add --marked OUT.xlsx for a copy of your file with each of these cells marked."
    if result.verdict == "ready":
        ready = (
            f"[bold green]Nothing to fix.[/bold green] {passed} The return is ready to be signed"
        )
        if not result.queries:
            return f"{ready}."
        return f"{ready} once {counted(result.queries, 'query', 'queries')} are explained. {marked}"
    fix = f"Fix {counted(cells_to_fix(result), 'cell')}, then check the file again."
    return f"[bold red]{fix}[/bold red] {passed} {marked}"
