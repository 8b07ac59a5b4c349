"""The queries of a submission, with and without a reason, as an officer reads them in a terminal.

Here: two tables, a few rows a rule. Not here: which queries have a reason (`ingest.explanations`).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ingest.explanations import Explained
from specification.findings import Finding

_SHOWN_PER_RULE = 8


def print_queries(
    unanswered: Sequence[Finding], answered: Sequence[Explained], console: Console
) -> None:
    """Print the queries that have no reason, then those that have one and since when."""
    if unanswered:
        table = Table("Rule", "Row", "What we found, and what to do", box=None)
        for _, group in groupby(sorted(unanswered, key=lambda one: one.rule), _rule):
            findings = list(group)
            for one in findings[:_SHOWN_PER_RULE]:
                _add(table, one.rule, one.reference, f"{one.message} {one.fix}")
            _add_rest(table, findings)
        console.print(f"[bold]Queries without a reason[/bold] ({len(unanswered)})", table)
    if answered:
        table = Table("Rule", "Row", "Reason", "By", "Since", box=None)
        for _, group in groupby(sorted(answered, key=lambda one: one.finding.rule), _its_rule):
            explained = list(group)
            for one in explained[:_SHOWN_PER_RULE]:
                given = one.explanation
                since = f"{given.at:%d/%m/%Y}"
                since += f" for {one.carried_from}" if one.carried_from is not None else ""
                row = (one.finding.rule, one.finding.reference, given.reason, given.actor, since)
                _add(table, *row)
            _add_rest(table, explained)
        console.print(f"[bold]Queries with a reason[/bold] ({len(answered)})", table)
    if not unanswered:
        console.print("No query is without a reason.")


def _rule(finding: Finding) -> str:
    return finding.rule


def _its_rule(explained: Explained) -> str:
    return explained.finding.rule


def _add(table: Table, *texts: str) -> None:
    table.add_row(*(escape(text) for text in texts))


def _add_rest(table: Table, shown: Sequence[object]) -> None:
    if len(shown) > _SHOWN_PER_RULE:
        table.add_row("", f"and {len(shown) - _SHOWN_PER_RULE:,} more")
