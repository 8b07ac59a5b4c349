"""The commands.

Here: options, and which function each command calls. Not here: what it does.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from cli.speak import Exit, declared_quarter, declared_return, result, stop, talk, uploaded
from ingest.home import Home
from specification.load import UnknownName, load_boroughs, load_collection

app = typer.Typer(
    name="cohort",
    help="Collect, check, model and publish quarterly apprenticeship returns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
context_app = typer.Typer(help="National context: the tables that DfE publishes.")
app.add_typer(context_app, name="context")

Files = Annotated[list[Path], typer.Argument(help="The workbook, or the CSV files, of one return.")]
Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]
Actor = Annotated[str, typer.Option(help="Who does this, as the register will show it.")]


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another seed makes another London.")] = 2026,
    context: Annotated[Path | None, typer.Option(help="DfE tables to import as well.")] = None,
) -> None:
    """Make a synthetic London, send its returns, build the warehouse, publish the report."""
    from cli.demo import NotTheDemosHome, run_demo

    try:
        outcome = run_demo(Home.from_environment(), seed=seed, context=context, talk=talk)
    except NotTheDemosHome as refused:
        stop(str(refused), Exit.WRONG_USE)
    for key, value in outcome.lines().items():
        result.print(f"{key}: {value}", markup=False)


@app.command()
def sample(
    borough: Borough = "E09000012",
    quarter: InQuarter = "2026-27Q2",
    folder: Annotated[Path, typer.Option(help="Where to write it.")] = Path(),
    seed: int = 2026,
) -> None:
    """Write one synthetic borough's clean return, to try `cohort check` on."""
    from synthetic.snapshot import QUARTERS
    from synthetic.write import write_sample

    declared = declared_return(borough, quarter)
    if declared.quarter not in QUARTERS:
        sentence = (
            f"The synthetic London has no {quarter}. Allowed: {QUARTERS[0]} to {QUARTERS[-1]}."
        )
        stop(sentence, Exit.WRONG_USE)
    code = declared.borough.borough_code
    written = write_sample(folder, borough_code=code, quarter=declared.quarter, seed=seed)
    for file in written:
        result.print(str(file), markup=False)


@app.command()
def check(
    files: Files,
    borough: Borough,
    quarter: InQuarter,
    as_json: Annotated[bool, typer.Option("--json", help="Print cohort.check/1.")] = False,
) -> None:
    """Check a return without sending it."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from cli.findings import print_fix_list
    from expectations.intake import check_files
    from ingest.workers import ReadingPool, ToRead

    with ReadingPool(workers=1) as pool:
        checked = check_files([ToRead(content, declared)], Home.from_environment(), pool)[0]
    if as_json:
        typer.echo(checked.result.model_dump_json(by_alias=True, indent=2))
    if checked.result.verdict == "unreadable":
        stop(checked.sentence, Exit.UNREADABLE)
    if not as_json:
        print_fix_list(checked.result, result)
    if checked.result.findings:
        raise typer.Exit(int(Exit.FINDINGS))


@app.command()
def submit(files: Files, borough: Borough, quarter: InQuarter, actor: Actor = "cli") -> None:
    """Send a return: keep its bytes, register it, check it."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from cli.findings import print_fix_list
    from expectations.intake import Sent, receive
    from ingest.register import Register
    from ingest.workers import ReadingPool

    home = Home.from_environment()
    sent = Sent(declared, content, actor, datetime.now(UTC))
    with ReadingPool(workers=1) as pool:
        received = receive([sent], home, Register(home.register_url), pool)[0]
    if received.submission is None:
        stop(received.checked.sentence, Exit.UNREADABLE)
    print_fix_list(received.checked.result, talk)
    result.print(f"submission: {received.submission.submission_id}", markup=False)
    result.print(f"state: {received.submission.state}", markup=False)
    if received.checked.result.findings:
        raise typer.Exit(int(Exit.FINDINGS))


@app.command()
def sign(submission: str, actor: Actor = "cli") -> None:
    """Sign a submission that is ready; only then does it replace the version before it."""
    from ingest.register import NotAllowed, Register

    register = Register(Home.from_environment().register_url)
    try:
        signed = register.sign(submission, actor=actor, at=datetime.now(UTC))
    except NotAllowed as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{signed.submission_id} is signed.", markup=False)


@app.command()
def status(quarter: InQuarter) -> None:
    """Say where each borough's return for a quarter stands."""
    from ingest.register import Register

    wanted = declared_quarter(quarter)
    newest = {
        one.borough_code: one
        for one in Register(Home.from_environment().register_url).submissions()
        if one.quarter == wanted
    }
    table = Table("Borough", "State", "Version", "To fix", box=None)
    for borough in sorted(load_boroughs(), key=lambda one: one.borough_name):
        one = newest.get(borough.borough_code)
        cells = (one.state, str(one.version), str(one.error_count)) if one else ("not sent", "", "")
        table.add_row(borough.borough_name, *cells)
    result.print(table)


@app.command()
def build() -> None:
    """Build every signed return into a new warehouse snapshot and switch to it."""
    from ingest.pseudonym import NoPseudonymKey
    from orchestration.build import BuildFailed, NothingSigned
    from orchestration.build import build as run_build

    try:
        warehouse = run_build(Home.from_environment())
    except (NothingSigned, NoPseudonymKey, BuildFailed) as problem:
        stop(str(problem), Exit.FINDINGS)
    result.print(f"warehouse: {warehouse}", markup=False)


@app.command()
def publish(quarter: InQuarter) -> None:
    """Publish the comparative report of a quarter from the live warehouse."""
    wanted = declared_quarter(quarter)
    from ingest.warehouse import NoWarehouse
    from orchestration.build import publish as run_publish
    from publisher.release import NothingToPublish

    try:
        release = run_publish(Home.from_environment(), wanted)
    except (NoWarehouse, NothingToPublish) as problem:
        stop(str(problem), Exit.FINDINGS)
    result.print(f"release: {release}", markup=False)
    result.print(f"report: {release / 'index.html'}", markup=False)


@app.command()
def explain(rule: str) -> None:
    """Say what a rule checks, why, and what it accepts and refuses."""
    collection = load_collection()
    try:
        found = collection.rule(rule.upper())
    except KeyError:
        known = ", ".join(one.id for one in collection.rules)
        stop(f"There is no rule {rule}. Allowed: {known}.", Exit.WRONG_USE)
    result.print(
        f"{found.id} · {found.severity} · {found.table} · {collection.version}", markup=False
    )
    result.print(found.title, markup=False)
    result.print(f"Message: {found.message}", markup=False)
    result.print(f"What to do: {found.fix}", markup=False)
    if found.equivalent:
        result.print(f"The same in the national data: {found.equivalent}", markup=False)


@app.command()
def verify() -> None:
    """Check the register's event chain and every landed file against its hash."""
    from ingest.landing import DamagedBytes, Landing
    from ingest.register import BrokenChain, Register

    home = Home.from_environment()
    register, landing = Register(home.register_url), Landing(home.landing)
    try:
        events = register.verify_chain()
        files = {file.sha256 for one in register.submissions() for file in one.files}
        for sha256 in sorted(files):
            landing.get(sha256)
    except (BrokenChain, DamagedBytes) as problem:
        stop(f"Not intact: {problem}.", Exit.FINDINGS)
    result.print(f"events: {events}\nfiles: {len(files)}\nintact: yes", markup=False)


@app.command()
def serve(port: int = 8033) -> None:
    """Show the releases and where the returns stand, on this machine only."""
    from portal.site import serve_site

    serve_site(Home.from_environment(), port=port)


@context_app.command("import")
def context_import(path: Path) -> None:
    """Import a published DfE table, or every one of a folder."""
    from ingest.context import NotAContextFile, import_context

    try:
        imported = import_context(path, Home.from_environment())
    except NotAContextFile as refused:
        stop(str(refused), Exit.UNREADABLE)
    for table, rows in imported.items():
        result.print(f"{table}: {rows} rows", markup=False)


def run() -> None:
    """Run the command line; exit 2 with what is allowed when a name is unknown."""
    try:
        app()
    except UnknownName as unknown:
        talk.print(str(unknown), markup=False)
        sys.exit(int(Exit.WRONG_USE))
