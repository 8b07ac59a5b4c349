"""The commands.

Here: options, and which function each command calls. Not here: what it does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from cli import audit, explain, feedback, people, post, rebuild, release, returns, serve, template
from cli.speak import Exit, declared_return, result, stop, talk
from ingest.home import Home
from specification.load import UnknownName

app = typer.Typer(
    name="cohort",
    help="Collect, check, model and publish quarterly apprenticeship returns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
context_app = typer.Typer(help="National context: published tables and benchmarks.")
app.add_typer(context_app, name="context")
app.add_typer(release.release_app, name="release")
app.command()(release.site)
for commands in (returns, people, feedback, template, explain, audit, rebuild, serve, post):
    commands.register(app)

Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]


@app.command()
def demo(
    seed: Annotated[int, typer.Option(help="Another seed makes another London.")] = 2026,
    context: Annotated[Path | None, typer.Option(help="Published tables to import too.")] = None,
) -> None:
    """Make a synthetic London, send its returns, build the warehouse, publish two releases."""
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
def publish(
    quarter: InQuarter,
    actor: Annotated[str, typer.Option(help="Who makes it, as the register keeps it.")] = "cli",
    at: release.At = None,
) -> None:
    """Make the draft of a quarter's release; `cohort release` answers, checks and publishes it."""
    home = Home.from_environment()
    release.make_draft(home, quarter, actor=actor, at=release.moment(home, at))


@app.command()
def verify() -> None:
    """Check the register's event chain, every landed file and every edition against its hash."""
    from ingest.landing import DamagedBytes, Landing
    from ingest.register import BrokenChain, Register
    from publisher.bundle import UnfitBundle
    from publisher.steps import require_whole_editions

    home = Home.from_environment()
    register, landing = Register(home.register_url), Landing(home.landing)
    try:
        events = register.verify_chain()
        files = {file.sha256 for one in register.submissions() for file in one.files}
        for sha256 in sorted(files):
            landing.get(sha256)
        editions = require_whole_editions(home)
    except (BrokenChain, DamagedBytes, UnfitBundle) as problem:
        stop(f"Not intact: {str(problem).rstrip('.')}.", Exit.FINDINGS)
    lines = f"events: {events}\nfiles: {len(files)}\neditions: {editions}\nintact: yes"
    result.print(lines, markup=False)


@context_app.command("import")
def context_import(path: Path) -> None:
    """Import a published table, or every one of a folder; docs/context.md lists them."""
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
