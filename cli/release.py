"""`cohort release …`: the life of a release, from the draft to what is published.

Here: options, and what is printed. Not here: what a step needs (`publisher.steps`), or when it is
allowed (`ingest.release_stages`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from cli.speak import Exit, declared_quarter, result, stop, talk
from ingest.home import Home

release_app = typer.Typer(help="The life of a release: draft, reply, check, publish, correct.")

InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]
Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
Actor = Annotated[str, typer.Option(help="The person who does this, as the register keeps it.")]
At = Annotated[
    str | None,
    typer.Option(help="The moment in the story of a synthetic London: 2026-11-26T09:30. London."),
]


@contextmanager
def refusals() -> Generator[None]:
    """End the command with the sentence of whatever refuses a step."""
    from ingest.published_words import UnfitWords
    from ingest.register import BrokenChain
    from ingest.release_stages import StepRefused
    from ingest.warehouse import NoWarehouse
    from publisher.bundle import UnfitBundle
    from publisher.notices import UnreadableEdition
    from publisher.release import (
        EditionExists,
        NothingToPublish,
        UnreadableEarlierRelease,
        UnsafeRelease,
    )

    try:
        yield
    except (StepRefused, UnfitWords) as refused:
        stop(str(refused), Exit.WRONG_USE)
    except (
        EditionExists,
        NoWarehouse,
        NothingToPublish,
        UnfitBundle,
        UnreadableEarlierRelease,
        UnreadableEdition,
        UnsafeRelease,
    ) as problem:
        stop(str(problem), Exit.FINDINGS)
    except BrokenChain as broken:
        stop(f"Not intact: {broken}.", Exit.FINDINGS)


def moment(home: Home, at: str | None) -> datetime:
    """Return now, or the moment of a story, which only a synthetic London has."""
    from specification.publication import load_publication

    if at is None:
        return datetime.now(UTC)
    if not home.is_synthetic:
        stop("--at is for the story of a synthetic London. Here, now counts.", Exit.WRONG_USE)
    try:
        given = datetime.fromisoformat(at)
    except ValueError:
        stop(f"“{at}” is not a moment. Write it like 2026-11-26T09:30.", Exit.WRONG_USE)
    return given if given.tzinfo else given.replace(tzinfo=ZoneInfo(load_publication().time_zone))


def make_draft(home: Home, quarter: str, *, actor: str, at: datetime, reason: str = "") -> None:
    """Make the draft of a quarter's release and say where it is."""
    wanted = declared_quarter(quarter)
    from ingest.release_register import ReleaseRegister
    from orchestration.build import BuildFailed
    from orchestration.build import publish as run_publish
    from publisher.steps import pending_edition
    from specification.publication import load_publication

    with refusals():
        try:
            folder = run_publish(home, wanted, actor=actor, at=at, reason=reason)
        except BuildFailed as problem:
            stop(str(problem), Exit.FINDINGS)
        edition = pending_edition(ReleaseRegister(home.register_url).releases(), wanted)
    result.print(f"edition: {edition.name}\nstate: {edition.stage}", markup=False)
    result.print(f"release: {folder}\nreport: {folder / 'index.html'}", markup=False)
    if (folder / "report.pdf").is_file():
        result.print(f"pdf: {folder / 'report.pdf'}", markup=False)
    else:
        talk.print(
            "The release has no PDF, since this machine lacks Pango, which sets its type. Install "
            "it (on Debian and Ubuntu: libpango-1.0-0, libpangoft2-1.0-0, libharfbuzz-subset0) and "
            "make the draft again.",
            markup=False,
        )
    written = load_publication().written
    until = f"until {written(edition.replies_until)}" if edition.replies_until else "until then"
    talk.print(
        f"A draft, which nobody may see yet. Boroughs answer it {until}; a second person checks "
        f"it; it is published from {written(edition.not_before)}.",
        markup=False,
    )


@release_app.command()
def status() -> None:
    """List every edition: where it stands, who made, checked and published it."""
    from ingest.release_register import ReleaseRegister
    from specification.publication import load_publication

    with refusals():
        releases = ReleaseRegister(Home.from_environment().register_url).releases()
    if not releases.quarters():
        talk.print("There is no release yet. Make a draft with `cohort publish`.", markup=False)
        return
    table = Table("Edition", "State", "Made by", "Checked by", "Published", "Notes", box=None)
    written = load_publication().written
    for quarter in releases.quarters():
        for one in releases.editions(quarter):
            missing = releases.without(one) if one is releases.pending(quarter) else []
            state = one.stage + (f" by {quarter}/{one.superseded_by}" if one.superseded_by else "")
            table.add_row(
                one.name,
                state,
                one.made_by,
                one.checked_by,
                written(one.published_at) if one.published_at else "",
                f"lacks {', '.join(missing)}" if missing else str(len(one.notes)),
            )
    _print_whole(table)


@release_app.command()
def calendar() -> None:
    """Say when each quarter's release is published, and until when boroughs answer its draft."""
    from ingest.release_register import ReleaseRegister
    from specification.load import load_calendar
    from specification.publication import load_publication

    publication = load_publication()
    with refusals():
        releases = ReleaseRegister(Home.from_environment().register_url).releases()
    table = Table("Quarter", "Returns due", "Replies until", "Published at", "State", box=None)
    for one in load_calendar():
        announced = publication.announced_at(one.published_on)
        due = datetime.combine(one.due_date, datetime.min.time(), tzinfo=UTC)
        live, pending = releases.live(one.quarter), releases.pending(one.quarter)
        states = [f"published: {live.name}"] if live else []
        states += [f"{pending.stage}: {pending.name}"] if pending else []
        table.add_row(
            str(one.quarter),
            f"{one.due_date:%d/%m/%Y}",
            publication.written(publication.replies_close(one.published_on, opened=due)),
            publication.written(announced),
            ", ".join(states),
        )
    _print_whole(table)


@release_app.command()
def preview(
    quarter: InQuarter,
    borough: Borough,
    actor: Actor,
    folder: Annotated[Path, typer.Option(help="Where to write it; for that borough only.")],
    at: At = None,
) -> None:
    """Write a borough's own page of the draft, under embargo, and keep that it was given."""
    wanted, home = declared_quarter(quarter), Home.from_environment()
    from publisher.steps import preview as give

    with refusals():
        page = give(home, wanted, borough, folder, actor=actor, at=moment(home, at))
    result.print(f"preview: {page}", markup=False)


@release_app.command()
def reply(
    quarter: InQuarter,
    borough: Borough,
    actor: Actor,
    note: Annotated[str, typer.Option(help="Printed with the figures, word for word.")] = "",
    no_objection: Annotated[bool, typer.Option("--no-objection", help="Nothing to say.")] = False,
    at: At = None,
) -> None:
    """Keep what a borough says of its figures in the draft, which is published with them."""
    wanted, home = declared_quarter(quarter), Home.from_environment()
    if bool(note) == no_objection:
        stop("Give a --note, or say --no-objection.", Exit.WRONG_USE)
    from ingest.release_register import ReleaseRegister
    from publisher.steps import pending_edition
    from publisher.steps import reply as keep

    with refusals():
        kept = keep(home, wanted, borough, note=note, actor=actor, at=moment(home, at))
        releases = ReleaseRegister(home.register_url).releases()
        missing = releases.without(pending_edition(releases, wanted))
    result.print(f"reply: {kept.borough_code}, {'note' if note else 'no objection'}", markup=False)
    if missing:
        talk.print(
            f"The draft does not have the last word of {', '.join(missing)}: make it again with "
            f"`cohort publish --quarter {wanted}`.",
            markup=False,
        )


@release_app.command()
def check(
    quarter: InQuarter,
    actor: Actor,
    reasons: Annotated[str, typer.Option(help="What was looked at, and why it may pass.")],
    at: At = None,
) -> None:
    """Let the draft pass, as a second person; the reasons are kept."""
    wanted, home = declared_quarter(quarter), Home.from_environment()
    from publisher.steps import check as let_pass

    with refusals():
        checked = let_pass(home, wanted, reasons=reasons, actor=actor, at=moment(home, at))
    result.print(f"edition: {checked.name}\nstate: {checked.stage}", markup=False)


@release_app.command()
def publish(quarter: InQuarter, actor: Actor, at: At = None) -> None:
    """Make the checked edition public, at the announced time or after it."""
    wanted, home = declared_quarter(quarter), Home.from_environment()
    from publisher.steps import publish as make_public

    with refusals():
        edition = make_public(home, wanted, actor=actor, at=moment(home, at))
    result.print(f"edition: {edition.name}\nstate: published", markup=False)
    result.print(f"release: {edition.folder}", markup=False)
    talk.print("Write the site of all releases with `cohort site`.", markup=False)


@release_app.command()
def correct(
    quarter: InQuarter,
    reason: Annotated[str, typer.Option(help="Printed on the new and on the old edition.")],
    actor: Actor,
    at: At = None,
) -> None:
    """Make the draft that corrects a published release; it is checked and published like any."""
    home = Home.from_environment()
    if not reason.strip():
        stop("Say what is corrected: --reason.", Exit.WRONG_USE)
    make_draft(home, quarter, actor=actor, at=moment(home, at), reason=reason)


def _print_whole(table: Table) -> None:
    """Print a table with each row on a line, also where nobody looks at a terminal."""
    Console(width=max(result.width, 140), highlight=False).print(table)


def site(
    folder: Annotated[
        Path | None, typer.Option(help="Where to write it; `site` of the home.")
    ] = None,
) -> None:
    """Write the static site of all published editions, for any web server."""
    home = Home.from_environment()
    from orchestration.public_site import write_public_site

    with refusals():
        page = write_public_site(home, folder or home.site)
    result.print(f"site: {page}", markup=False)
