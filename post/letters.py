"""A letter: who is told what, and its text from the template of its kind.

Here: the kinds, and filling a template. Not here: which letters are due (`steps`, `reminders`), or
sending them (`office`). A letter holds no figure of a return, no file name, no note and nobody's
name: it says what is to be done, and leads to the page that holds the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ingest.people import Person
from post.settings import PostSettings
from specification.load import Borough
from specification.periods import Quarter

_TEMPLATES = Path(__file__).parent / "templates"
_SUBJECT = "Subject: "
SYNTHETIC = "Synthetic data: "
"""What the subject of each letter of a synthetic London begins with."""


class Kind(StrEnum):
    """What a letter is about; each has a template of its name."""

    READY = "ready"
    RETURNED = "returned"
    RECEIPT = "receipt"
    REMINDER = "reminder"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class Due:
    """One letter that is to be sent to one person.

    `name` is the same at each asking, so that it is sent once. `reference` and `version` are of
    what was sent in, empty and 0 in a reminder. `working_days` are those left until the due date;
    `left` is what is left to do, one line each.
    """

    name: str
    kind: Kind
    person: Person
    borough: Borough
    quarter: Quarter
    due_date: date | None
    published_on: date | None
    reference: str = ""
    version: int = 0
    working_days: int = 0
    left: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it is sent: plain text."""

    name: str
    to_name: str
    to_address: str
    subject: str
    body: str


def write_letter(due: Due, settings: PostSettings, *, is_synthetic: bool) -> Letter:
    """Return the text of a letter that is due."""
    portal = settings.portal_url.rstrip("/")
    text = (
        _environment()
        .get_template(f"{due.kind}.txt.jinja")
        .render(
            due=due,
            the_return=f"{portal}/return/{due.quarter}",
            the_version=f"{portal}/return/{due.quarter}/{due.version}",
            help=f"{portal}/help",
            can_reply=bool(settings.post_reply_to or settings.notify_reply_to_id),
            service_name=settings.service_name,
            is_synthetic=is_synthetic,
        )
    )
    first, _, body = text.partition("\n")
    subject = first.removeprefix(_SUBJECT)
    return Letter(
        due.name,
        " ".join(due.person.name.split()),
        due.person.email,
        f"{SYNTHETIC}{subject}" if is_synthetic else subject,
        body.strip() + "\n",
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=False,  # noqa: S701 # plain text
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["day"] = _day
    return environment


def _day(when: date) -> str:
    """Return a day as people say it: “Friday 30 October 2026”."""
    return f"{when:%A} {when.day} {when:%B %Y}"
