"""The way of a return: check, submit, sign, withdraw, status.

Here: options, and what is printed. Not here: what the steps do (`expectations.intake`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.speak import Exit, declared_quarter, declared_return, result, stop, talk, uploaded
from ingest.home import Home
from ingest.register import NotAllowed, Register
from specification.load import load_boroughs

Files = Annotated[list[Path], typer.Argument(help="The workbook, or the CSV files, of one return.")]
Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]
Actor = Annotated[str, typer.Option(help="Who does this, as the register will show it.")]
Marked = Annotated[
    Path | None, typer.Option("--marked", help="Write your workbook, marked, to this .xlsx.")
]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    for command in (check, submit, sign, withdraw, status):
        app.command()(command)


def check(
    files: Files,
    borough: Borough,
    quarter: InQuarter,
    as_json: Annotated[bool, typer.Option("--json", help="Print cohort.check/1.")] = False,
    marked: Marked = None,
) -> None:
    """Check a return without sending it."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from cli.findings import print_fix_list, write_marked
    from expectations.intake import check_files
    from ingest.workers import ReadingPool, ToRead

    home = Home.from_environment()
    known = Register(home.register_url) if home.has_register else None
    with ReadingPool(workers=1) as pool:
        checked = check_files([ToRead(content, declared)], home, pool, known)[0]
    if as_json:
        typer.echo(checked.result.model_dump_json(by_alias=True, indent=2))
    if checked.result.verdict == "unreadable":
        stop(checked.sentence, Exit.UNREADABLE)
    if not as_json:
        print_fix_list(checked.result, result)
    if marked is not None:
        write_marked(marked, content, checked.result)
    if checked.result.findings:
        raise typer.Exit(int(Exit.FINDINGS))


def submit(files: Files, borough: Borough, quarter: InQuarter, actor: Actor = "cli") -> None:
    """Send a return: keep its bytes, register it, check it, say what changed."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from cli.differences import difference_lines
    from cli.findings import print_fix_list
    from expectations.intake import Sent, receive
    from ingest.workers import ReadingPool

    home = Home.from_environment()
    sent = Sent(declared, content, actor, datetime.now(UTC))
    known = Register(home.register_url)
    with ReadingPool(workers=1) as pool:
        received = receive([sent], home, known, pool)[0]
        changes = difference_lines(received, home, known, pool)
    if received.submission is None:
        stop(received.checked.sentence, Exit.UNREADABLE)
    print_fix_list(received.checked.result, talk)
    for line in filter(None, (received.sent_before, *changes)):
        talk.print(line, markup=False)
    result.print(f"submission: {received.submission.submission_id}", markup=False)
    result.print(f"state: {received.submission.state}", markup=False)
    if received.checked.result.findings:
        raise typer.Exit(int(Exit.FINDINGS))


def sign(submission: str, actor: Actor = "cli") -> None:
    """Sign a submission that is ready; only then does it replace the version before it."""
    try:
        signed = Register(Home.from_environment().register_url).sign(
            submission, actor=actor, at=datetime.now(UTC)
        )
    except NotAllowed as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{signed.submission_id} is signed.", markup=False)


def withdraw(
    submission: str,
    reason: Annotated[str, typer.Option(help="Why, in 10 to 500 characters.")],
    actor: Actor = "cli",
) -> None:
    """Take back a version that is not signed; the signed one, if any, stays live."""
    try:
        withdrawn = Register(Home.from_environment().register_url).withdraw(
            submission, reason=reason, actor=actor, at=datetime.now(UTC)
        )
    except NotAllowed as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{withdrawn.submission_id} is withdrawn.", markup=False)


def status(quarter: InQuarter) -> None:
    """Say where each borough's return for a quarter stands."""
    wanted = declared_quarter(quarter)
    newest = Register(Home.from_environment().register_url).newest(wanted)
    table = Table("Borough", "State", "Version", "To fix", "To explain", box=None)
    for borough in sorted(load_boroughs(), key=lambda one: one.borough_name):
        one = newest.get(borough.borough_code)
        cells = ("not sent", "", "", "")
        if one is not None:
            counts = (one.error_count, one.open_query_count)
            cells = (one.state, str(one.version), *(str(count or 0) for count in counts))
        table.add_row(borough.borough_name, *cells)
    result.print(table)
