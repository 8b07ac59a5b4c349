"""`cohort post`: send the letters that are due, or look at them.

Here: options, and what is printed. Not here: which letters are due, or sending (`post.office`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from cli import release
from cli.speak import Exit, result, talk
from ingest.home import Home
from ingest.people import Person
from specification.load import find_borough

Show = Annotated[bool, typer.Option("--show", help="Print them, and send none.")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(post)


def post(show: Show = False, at: release.At = None) -> None:
    """Send what officers are told by e-mail, reminders too; exit 1 where some letters wait."""
    from post.office import PostOffice, send_due
    from post.settings import PostSettings

    home, settings = Home.from_environment(), PostSettings()
    now: datetime = release.moment(home, at)
    if show and home.has_register:
        office = PostOffice(home, settings)
        due = office.due(now)
        for one in due.letters:
            letter = office.write(one)
            result.print(f"To: {letter.to_address}\nSubject: {letter.subject}\n", markup=False)
            result.print(letter.body, markup=False)
        _print_untold(due.without_address, [(one.borough_code, one.why) for one in due.nobody])
        return
    done = send_due(home, settings, now)
    result.print(f"sent: {len(done.sent)}\nwaiting: {len(done.waiting)}", markup=False)
    if home.is_synthetic and done.sent:
        result.print(f"kept in: {home.post}", markup=False)
    _print_untold(done.without_address, [(one.borough_code, one.why) for one in done.nobody])
    for why in done.why:
        talk.print(f"Not sent: {why}.", markup=False)
    if done.why:
        raise typer.Exit(int(Exit.FINDINGS))


def _print_untold(people: tuple[Person, ...], nobody: list[tuple[str, str]]) -> None:
    for person in people:
        result.print(f"no e-mail address: {person.person_id} {person.name}", markup=False)
    for borough_code, why in nobody:
        result.print(f"{find_borough(borough_code).borough_name}: {why}", markup=False)
