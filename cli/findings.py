"""A check result as an officer reads it in a terminal.

Here: the fix list, grouped by rule. Not here: the JSON form, which is the result itself.
"""

from __future__ import annotations

from itertools import groupby

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from specification.findings import CheckResult, Finding
from specification.load import collection_for, find_borough
from specification.periods import Quarter

_SHOWN_PER_RULE = 8


def print_fix_list(result: CheckResult, console: Console) -> None:
    """Print what to fix, cell by cell, and end with what to do next."""
    quarter = Quarter.parse(result.quarter)
    collection = collection_for(quarter)
    rows = ", ".join(f"{count} {table}" for table, count in result.rows.items())
    borough = find_borough(result.borough).borough_name
    console.print(f"[bold]{borough}[/bold], {quarter.label} · {collection.version} · rows: {rows}")
    by_rule = sorted(result.findings, key=lambda one: (one.severity, one.table, one.rule))
    for rule_id, group in groupby(by_rule, lambda one: one.rule):
        findings = list(group)
        title = collection.rule(rule_id).title
        console.print(f"\n[bold]{escape(title)}[/bold] ({len(findings)}) · {rule_id}")
        console.print(_table(findings))
        if len(findings) > _SHOWN_PER_RULE:
            console.print(f"  and {len(findings) - _SHOWN_PER_RULE} more")
    console.print(f"\n{_ending(result)}")


def _table(findings: list[Finding]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, expand=False)
    table.add_column("Cell", style="cyan", no_wrap=True)
    table.add_column("You entered", style="red", max_width=28)
    table.add_column("What we found, and what to do", max_width=72)
    if any(one.suggestion for one in findings):
        table.add_column("Did you mean", style="green")
    for one in findings[:_SHOWN_PER_RULE]:
        place = f"{one.sheet} {one.cell}".strip()
        cells = [place, one.value or "(empty)", f"{one.message} {one.fix}", one.suggestion]
        table.add_row(*[escape(cell) for cell in cells[: len(table.columns)]])
    return table


def _ending(result: CheckResult) -> str:
    passed = f"{len(result.passed)} rules passed."
    if result.verdict == "ready":
        return (
            f"[bold green]Nothing to fix.[/bold green] {passed} The return is ready to be signed."
        )
    cells = "cell" if result.errors == 1 else "cells"
    return f"[bold red]Fix {result.errors} {cells}, then check the file again.[/bold red] {passed}"
