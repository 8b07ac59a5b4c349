"""`cohort people`: who has signed in, and which roles they hold.

Here: options, and what is printed. Not here: which role goes with a borough (`ingest.people`).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from cli.speak import Exit, result, stop
from ingest.home import Home
from ingest.people import Grant, NotAllowed, People, Person, Role
from specification.load import find_borough, load_boroughs

people_app = typer.Typer(help="The people who sign in to the portal, and their roles.")

OfPerson = Annotated[str, typer.Argument(metavar="PERSON", help="As `cohort people list` says.")]
OfRole = Annotated[Role, typer.Argument(help="Upload and sign are held for a borough.")]
Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
Actor = Annotated[str, typer.Option(help="Who does this, as the register will show it.")]


def register(app: typer.Typer) -> None:
    """Put these commands on the command line."""
    app.add_typer(people_app, name="people")


@people_app.command("list")
def list_people() -> None:
    """List everybody who has signed in, and their roles."""
    everyone = _people().everyone()
    if not everyone:
        result.print("Nobody has signed in yet.")
        return
    table = Table(Column("Person", no_wrap=True), "Name", "E-mail", "Roles", box=None)
    for one in everyone:
        cells = (one.person_id, one.name, one.email, _roles(one))
        table.add_row(*(escape(cell) for cell in cells))
    result.print(table)


@people_app.command()
def give(person: OfPerson, role: OfRole, borough: Borough = "", actor: Actor = "cli") -> None:
    """Give somebody a role; the first administrator is made like this."""
    grant = _grant(role, borough)
    try:
        after = _people().give(person, grant, actor=actor, at=datetime.now(UTC))
    except NotAllowed as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{after.name} now has: {_roles(after)}", markup=False)


@people_app.command()
def take(person: OfPerson, role: OfRole, borough: Borough = "", actor: Actor = "cli") -> None:
    """Take a role from somebody; the last administrator stays."""
    grant = _grant(role, borough)
    try:
        after = _people().take(person, grant, actor=actor, at=datetime.now(UTC))
    except NotAllowed as refused:
        stop(str(refused), Exit.WRONG_USE)
    result.print(f"{after.name} now has: {_roles(after)}", markup=False)


def _people() -> People:
    return People(Home.from_environment().register_url)


def _grant(role: Role, borough: str) -> Grant:
    return Grant(role, find_borough(borough).borough_code if borough else "")


def _roles(person: Person) -> str:
    names = {one.borough_code: one.borough_name for one in load_boroughs()}
    order = list(Role)
    held = sorted(person.grants, key=lambda one: (one.borough_code, order.index(one.role)))
    words = [
        f"{one.role} for {names[one.borough_code]}" if one.borough_code else one.role.value
        for one in held
    ]
    return ", ".join(words) or "no role"
