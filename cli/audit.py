"""`cohort audit`: attack a release with all that is published.

Here: the command and what it prints. Not here: the attack (attacker).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.speak import Exit, result, stop

SHOWN = 20
"""So many leaks are named; the rest are counted."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(audit)


def audit(
    release: Annotated[Path, typer.Argument(help="The folder of a release.")],
    earlier: Annotated[
        list[Path] | None,
        typer.Option("--with", help="An earlier release, attacked together with it. Repeatable."),
    ] = None,
) -> None:
    """Work out what a release hides, from its published files alone; exit 1 where one can."""
    from attacker.audit import audit as attack
    from attacker.statements import UnreadableRelease, read_release

    try:
        newest = read_release(release)
        before = tuple(read_release(folder) for folder in earlier or ())
    except UnreadableRelease as problem:
        stop(str(problem), Exit.UNREADABLE)
    verdict = attack(newest, before)
    result.print(f"release: {verdict.release}", markup=False)
    if verdict.earlier:
        result.print(f"together with: {', '.join(verdict.earlier)}", markup=False)
    result.print(f"hidden counts: {verdict.hidden:,}", markup=False)
    result.print(f"counts tried: {verdict.asked:,}", markup=False)
    for finding in verdict.findings[:SHOWN]:
        result.print(f"leak: {finding}", markup=False)
    if len(verdict.findings) > SHOWN:
        result.print(f"leaks not named here: {len(verdict.findings) - SHOWN:,}", markup=False)
    result.print(f"safe: {'yes' if verdict.is_safe else 'no'}", markup=False)
    if not verdict.is_safe:
        stop(
            f"{len(verdict.findings):,} figures give hidden people away. Do not publish; the lines "
            "above name each figure.",
            Exit.FINDINGS,
        )
