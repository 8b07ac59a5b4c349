"""What the pages work with: one of each, for the whole portal.

Here: the registers, the desk, the templates, and what every page shows. Not here: any page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ingest.agreements import Agreements
from ingest.home import Home
from ingest.people import People
from ingest.query_door.door import QueryDoor
from ingest.register import Register
from portal.access import Action, authorise
from portal.desk import Desk
from portal.identity import Provider
from portal.postman import Postman
from portal.releases import KnownReleases, PublishedFiles
from portal.settings import PortalSettings
from portal.visits import Visit
from specification.load import find_borough
from specification.periods import long_date

_LONDON = ZoneInfo("Europe/London")
_TEMPLATES = Path(__file__).parent / "templates"
_NAVIGATION = (
    ("Your return", "/return", Action.SEE_RETURN),
    ("History", "/history", Action.SEE_RETURN),
    ("All boroughs", "/boroughs", Action.SEE_ALL),
    ("Releases", "/editions", Action.PUBLISH),
    ("Reports", "/reports", Action.ANYBODY),
    ("Data", "/data", Action.ANALYSE),
    ("People", "/people", Action.ADMINISTER),
    ("Agreements", "/agreements", Action.ADMINISTER),
    ("Help", "/help", Action.ANYBODY),
)


@dataclass(frozen=True, slots=True)
class Services:
    """One of each that the pages work with."""

    home: Home
    settings: PortalSettings
    register: Register
    people: People
    agreements: Agreements
    provider: Provider
    desk: Desk
    releases: KnownReleases
    published: PublishedFiles
    door: QueryDoor
    postman: Postman
    templates: Environment

    def show(
        self,
        request: Request,
        template: str,
        visit: Visit | None,
        csrf: str,
        status: int,
        shown: Mapping[str, Any],
    ) -> Response:
        """Return a page drawn from a template, with what every page has."""
        page: dict[str, Any] = {
            "service_name": self.settings.service_name,
            "is_synthetic": self.home.is_synthetic,
            "navigation": _navigation(visit, request.url.path),
            "place": _place(visit),
            "csrf": csrf,
            "has_errors": False,
            "back": None,
            "notice": None,
        }
        text = self.templates.get_template(template).render(page | dict(shown))
        return HTMLResponse(text, status)


def _navigation(visit: Visit | None, path: str) -> list[dict[str, Any]]:
    person, borough = (visit.person, visit.borough_code) if visit else (None, "")
    return [
        {"text": text, "href": href, "is_current": path == href or path.startswith(f"{href}/")}
        for text, href, action in _NAVIGATION
        if authorise(person, action, borough)
    ]


def _place(visit: Visit | None) -> str:
    if visit is None:
        return ""
    return (
        find_borough(visit.borough_code).borough_name if visit.borough_code else visit.person.name
    )


def templates() -> Environment:
    """Return the templates of the portal; a name that nobody gives is our mistake."""
    found = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters["day"] = day
    found.filters["long_date"] = long_date
    found.filters["moment"] = moment
    return found


def day(when: date) -> str:
    """Return a day as people say it: “Friday 30 October 2026”."""
    return f"{when:%A} {when.day} {when:%B %Y}"


def moment(when: datetime) -> str:
    """Return a moment as people say it: “30 October 2026 at 3:05pm”, as the clock is in London."""
    local = when.astimezone(_LONDON)
    hour = local.hour % 12 or 12
    half = "am" if local.hour < 12 else "pm"
    return f"{local.day} {local:%B %Y} at {hour}:{local:%M}{half}"
