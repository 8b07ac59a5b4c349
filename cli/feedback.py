"""The commands of feedback: reasons, differences, confirmed columns, rules on trial.

Here: options, and which function each command calls. Not here: what it does, how differences look
(`differences`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.table import Table

from cli.speak import Exit, declared_quarter, declared_return, result, stop, talk, uploaded
from ingest.home import Home
from specification.load import collection_for, find_borough, load_collection

if TYPE_CHECKING:
    from expectations.trial import TriedReturn
    from feedback.trial import Trial
    from ingest.parse import Declared, ParsedReturn
    from ingest.register import Register
    from ingest.sheets import UnreadableFile
    from ingest.workers import ToRead
    from specification.rules import RuleBase

columns_app = typer.Typer(help="Headings of a borough's own files, and the columns they mean.")
rules_app = typer.Typer(help="The rules of the return, and what a new one would have found.")

Files = Annotated[list[Path], typer.Argument(help="The workbook, or the CSV files, of one return.")]
Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]
Actor = Annotated[str, typer.Option(help="Who does this, as the register will show it.")]
OfTable = Annotated[str, typer.Option("--table", help="The sheet: apprentices.")]


class Against(StrEnum):
    """What a return is compared with."""

    LAST_QUARTER = "last-quarter"
    LAST_VERSION = "last-version"


def register(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(answer)
    app.command()(compare)
    app.add_typer(columns_app, name="columns")
    app.add_typer(rules_app, name="rules")


def answer(
    submission: str,
    rule: Annotated[str | None, typer.Argument(help="The rule of the query: A-033.")] = None,
    reference: Annotated[str | None, typer.Option(help="The row's own: HCK-0012/1.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Each row without a reason.")] = False,
    reason: Annotated[str, typer.Option(help="Why it is right, in 10 to 500 characters.")] = "",
    actor: Actor = "cli",
) -> None:
    """Give the reason for a query; without a rule, show which queries have one."""
    from ingest.explanations import CannotExplain, explain
    from ingest.register import Register

    home, now = Home.from_environment(), datetime.now(UTC)
    register = Register(home.register_url)
    try:
        if rule is None:
            _show_queries(register, home, submission, now)
            return
        answered = explain(
            register,
            home,
            submission,
            rule.upper(),
            reason=reason,
            actor=actor,
            at=now,
            reference=reference,
            every=every,
        )
    except CannotExplain as refused:
        stop(str(refused), Exit.WRONG_USE)
    count, after = answered.count, answered.submission
    talk.print(f"The reason is kept for {count} {'query' if count == 1 else 'queries'}.")
    result.print(f"submission: {after.submission_id}", markup=False)
    result.print(f"state: {after.state}", markup=False)
    result.print(f"queries without a reason: {after.open_query_count}", markup=False)
    if after.error_count or after.open_query_count:
        raise typer.Exit(int(Exit.FINDINGS))


def _show_queries(register: Register, home: Home, submission: str, now: datetime) -> None:
    from cli.queries import print_queries
    from ingest.explanations import explained, open_queries

    unanswered = open_queries(register, home, submission, at=now)
    print_queries(unanswered, explained(register, home, submission, at=now), result)
    if unanswered:
        raise typer.Exit(int(Exit.FINDINGS))


def compare(
    files: Files,
    borough: Borough,
    quarter: InQuarter,
    against: Annotated[
        Against, typer.Option("--with", help="The return to compare with.")
    ] = Against.LAST_QUARTER,
) -> None:
    """Show what a file changes since last quarter's signed return, or since the last version."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from cli.differences import print_differences
    from feedback.differences import compare as compare_returns
    from ingest.confirmed_columns import confirmed_headings
    from ingest.register import Register
    from ingest.workers import ReadingPool, ToRead

    home = Home.from_environment()
    register = Register(home.register_url)
    other, words = _other_return(declared, against, home, register)
    confirmed = confirmed_headings(register, declared.borough.borough_code)
    with ReadingPool() as pool:
        returns = [ToRead(content, declared, confirmed), other]
        now, before = (_readable(outcome) for outcome in pool.read(returns))
    collection = collection_for(declared.quarter)
    print_differences(compare_returns(now, before, collection), words, result)


def _readable(outcome: ParsedReturn | UnreadableFile) -> ParsedReturn:
    """Return a return that was read, or end the command saying why it was not."""
    from ingest.parse import ParsedReturn

    if not isinstance(outcome, ParsedReturn):
        stop(str(outcome), Exit.UNREADABLE)
    return outcome


def _other_return(
    declared: Declared, against: Against, home: Home, register: Register
) -> tuple[ToRead, str]:
    """Return the return to compare with, and what it is called."""
    from expectations.intake import landed_return
    from ingest.landing import Landing

    code, name = declared.borough.borough_code, declared.borough.borough_name
    if against is Against.LAST_VERSION:
        newest = register.newest(declared.quarter).get(code)
        if newest is None:
            stop(f"{name} has not sent a return for {declared.quarter} yet.", Exit.WRONG_USE)
        found, words = newest, f"version {newest.version}"
    else:
        before = declared.quarter.previous()
        signed = register.signed().get((code, before))
        if signed is None:
            stop(f"{name} has no signed return for {before} to compare with.", Exit.WRONG_USE)
        found, words = signed, f"the signed return of {before.label}"
    return landed_return(found, Landing(home.landing), register), words


@columns_app.command("confirm")
def columns_confirm(
    meaning: Annotated[str, typer.Argument(help='"Weekly hrs=weekly_hours"')],
    borough: Borough,
    table: OfTable,
    actor: Actor = "cli",
) -> None:
    """Remember which column a heading of a borough's files means."""
    from ingest.confirmed_columns import CannotConfirm, confirm_column
    from ingest.register import Register

    heading, equals, field = meaning.rpartition("=")
    if not equals:
        stop(f"“{meaning}” has no “=”. Write it like “Weekly hrs=weekly_hours”.", Exit.WRONG_USE)
    where = find_borough(borough)
    register = Register(Home.from_environment().register_url)
    try:
        column = confirm_column(
            register,
            where.borough_code,
            load_collection(),
            table,
            heading,
            field,
            actor=actor,
            at=datetime.now(UTC),
        )
    except CannotConfirm as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{where.borough_name}: “{column.heading}” means {column.field}.", markup=False)


@columns_app.command("forget")
def columns_forget(
    heading: str,
    borough: Borough,
    table: OfTable,
    actor: Actor = "cli",
) -> None:
    """Forget what a heading means."""
    from ingest.confirmed_columns import CannotConfirm, forget_column
    from ingest.register import Register

    where = find_borough(borough)
    register = Register(Home.from_environment().register_url)
    now = datetime.now(UTC)
    try:
        column = forget_column(
            register, where.borough_code, load_collection(), table, heading, actor=actor, at=now
        )
    except CannotConfirm as refused:
        stop(str(refused), Exit.WRONG_USE)
    sentence = f"{where.borough_name}: “{column.heading}” no longer means {column.field}."
    result.print(sentence, markup=False)


@columns_app.command("list")
def columns_list(borough: Borough) -> None:
    """Show the headings that are remembered for a borough."""
    from ingest.confirmed_columns import remembered_columns
    from ingest.register import Register

    where = find_borough(borough)
    register = Register(Home.from_environment().register_url)
    remembered = remembered_columns(register, where.borough_code)
    if not remembered:
        talk.print(f"Nothing is remembered for {where.borough_name}.", markup=False)
        return
    table = Table("Sheet", "Heading", "Means", "By", "Since", box=None)
    for one in remembered:
        texts = (one.table, one.heading, one.field or "", one.actor, f"{one.at:%d/%m/%Y}")
        table.add_row(*(escape(text) for text in texts))
    result.print(table)


@rules_app.command("list")
def rules_list(
    beta: Annotated[bool, typer.Option("--beta", help="Only rules on trial.")] = False,
) -> None:
    """List the rules of the return."""
    table = Table("Rule", "Severity", "Stage", "Sheet", "What it checks", box=None)
    rules = [one for one in load_collection().rules if one.stage == "beta" or not beta]
    for one in rules:
        texts = (one.id, one.severity, one.stage, one.table, one.title)
        table.add_row(*(escape(text) for text in texts))
    if rules:
        result.print(table)
    else:
        talk.print("No rule is on trial.")


@rules_app.command("try")
def rules_try(
    rule: str,
    quarter: Annotated[
        str | None, typer.Option(help="The quarter to try it on; the last one signed.")
    ] = None,
) -> None:
    """Say what a rule would have found in signed returns, and what was corrected since."""
    wanted = declared_quarter(quarter) if quarter is not None else None
    from expectations.trial import newest_collection, newest_signed_quarter, try_rule
    from ingest.register import Register
    from ingest.workers import ReadingPool

    home = Home.from_environment()
    register = Register(home.register_url)
    collection = newest_collection()
    try:
        tried = collection.rule(rule.upper())
    except KeyError:
        stop(f"There is no rule {rule}. `cohort rules list` shows them all.", Exit.WRONG_USE)
    wanted = wanted or newest_signed_quarter(register)
    if wanted is None:
        stop("No return is signed yet: there is nothing to try the rule on.", Exit.WRONG_USE)
    with ReadingPool() as pool:
        returns = try_rule(tried.id, wanted, home, register, pool)
    if not returns:
        stop(f"No return for {wanted} is signed. Try another --quarter.", Exit.WRONG_USE)
    result.print(f"[bold]{tried.id}[/bold] · {tried.severity} · {tried.stage} · {wanted.label}")
    result.print(tried.title, markup=False)
    _print_trial(_trial(returns, tried))


def _trial(returns: list[TriedReturn], rule: RuleBase) -> Trial:
    from expectations.trial import newest_collection
    from feedback.trial import Trial, count_trial

    counted = (
        count_trial(
            one.parsed,
            one.findings,
            one.later,
            newest_collection(),
            is_judged=one.is_judged,
            table=rule.table,
        )
        for one in returns
    )
    return Trial(tuple(sorted(counted, key=lambda one: one.borough.borough_name)))


def _print_trial(trial: Trial) -> None:
    table = Table("Borough", box=None)
    for heading in ("Rows", "Would be found", "Sent again since", "Corrected since"):
        table.add_column(heading, justify="right")
    for one in trial.boroughs:
        if not one.is_judged:
            table.add_row(one.borough.borough_name, "not judged")
        elif one.findings:
            numbers = (one.rows, one.findings, one.followed, one.corrected)
            table.add_row(one.borough.borough_name, *(f"{number:,}" for number in numbers))
    numbers = (trial.rows, trial.findings, trial.followed, trial.corrected)
    table.add_row("All", *(f"{number:,}" for number in numbers), style="bold")
    result.print(table)
    quiet = trial.judged - trial.hit
    result.print(f"Nothing would be found in {quiet} of {trial.judged} returns judged.")
