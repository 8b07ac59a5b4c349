"""A visit: who is here, for which borough, since when, and the token of its forms.

Here: what a signed cookie holds, and when it is believed no more. Not here: signing in (identity),
or what the visitor may do (access).

The cookie holds an opaque id, never a name. Roles are read anew at each request: what an
administrator takes away is away at once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.requests import Request

from ingest.people import People, Person
from portal.access import boroughs_of

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who signed in. `borough_code` is the return they are at, empty for none."""

    person: Person
    borough_code: str


def begin(request: Request, person: Person) -> None:
    """Begin a visit: nothing of what the cookie held before is kept."""
    request.session.clear()
    request.session["person"] = person.person_id
    request.session["since"] = _now().isoformat()
    request.session["seen"] = request.session["since"]
    request.session["csrf"] = secrets.token_urlsafe(24)
    places = boroughs_of(person)
    request.session["borough"] = places[0] if places else ""


def end(request: Request) -> None:
    """End a visit."""
    request.session.clear()


def visit_of(request: Request, people: People) -> Visit | None:
    """Return who is here; nobody where the visit is too old or the person is unknown."""
    session = request.session
    if "person" not in session:
        return None
    now = _now()
    try:
        since = datetime.fromisoformat(session["since"])
        seen = datetime.fromisoformat(session["seen"])
        person = people.person(session["person"])
    except (KeyError, ValueError):
        session.clear()
        return None
    if now - since > LONGEST or now - seen > IDLE:
        session.clear()
        return None
    session["seen"] = now.isoformat()
    places = boroughs_of(person)
    borough = session.get("borough", "")
    if borough not in places:
        borough = session["borough"] = places[0] if places else ""
    return Visit(person, borough)


def choose_borough(request: Request, person: Person, borough_code: str) -> bool:
    """Go to another of one's own boroughs; return whether it is one."""
    if borough_code not in boroughs_of(person):
        return False
    request.session["borough"] = borough_code
    return True


def form_token(request: Request) -> str:
    """Return the token that a form of this visit has to bring back."""
    return str(request.session.setdefault("csrf", secrets.token_urlsafe(24)))


def is_own_form(request: Request, token: object) -> bool:
    """Return whether a form came from a page of this visit."""
    known = request.session.get("csrf", "")
    return bool(known) and isinstance(token, str) and secrets.compare_digest(known, token)


def _now() -> datetime:
    return datetime.now(UTC)
