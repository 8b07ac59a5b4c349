"""`cohort explain`: one rule in full.

Here: the same facts as the rule's page in docs/rules. Not here: the rule.
"""

from __future__ import annotations

import typer
from rich.markup import escape

from cli.speak import Exit, result, stop
from specification.generate.rule_pages import say_example, sheet_label, steps_of
from specification.load import asked_since, load_years
from specification.rules import Rule


def register(app: typer.Typer) -> None:
    """Put the command on the command line."""
    app.command()(explain)


def explain(rule: str) -> None:
    """Say what a rule asks, what to do about it, and what it accepts and refuses."""
    newest = load_years()[-1]
    found = _rule(rule.upper())
    kind = f"new {found.severity}" if found.stage == "beta" else found.severity
    facts = f"{found.id} · {kind} · {sheet_label(found, newest)} · since {asked_since(found.id)}"
    result.print(f"[bold]{escape(found.title)}[/bold]")
    result.print(facts, markup=False)
    result.print(f"\nWhat we say:  {found.message}", markup=False)
    result.print(f"What to do:   {found.fix}", markup=False)
    if found.expected:
        result.print(f"Expected:     {found.expected}", markup=False)
    for first, last, value in steps_of(found):
        result.print(f"In force:     {value} from {first}" + (f" to {last}" if last else ""))
    result.print(f"\nAccepted:     {say_example(found.accepted)}.", markup=False)
    result.print(f"Refused:      {say_example(found.refused)}.", markup=False)
    if found.equivalent:
        result.print(f"The same in the national data: {found.equivalent}", markup=False)


def _rule(rule_id: str) -> Rule:
    for collection in reversed(load_years()):
        for rule in collection.rules:
            if rule.id == rule_id:
                return rule
    known = ", ".join(rule.id for rule in load_years()[-1].rules)
    stop(f"There is no rule {rule_id}. Allowed: {known}.", Exit.WRONG_USE)
