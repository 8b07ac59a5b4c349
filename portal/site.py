"""The pages and the server.

Here: routes and what each page is given. Not here: reading the register or drawing a release.
"""

from __future__ import annotations

from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.templating import Jinja2Templates

from ingest.home import Home
from ingest.register import Register, State, Submission
from portal.releases import PublishedFiles
from specification.load import load_boroughs, load_calendar
from specification.periods import Quarter

_TEMPLATES = Path(__file__).parent / "templates"
_WORDS = {
    State.RECEIVED: "Received",
    State.CHECKED: "Has cells to fix or explain",
    State.READY: "Ready to sign",
    State.SIGNED: "Signed",
    State.SUPERSEDED: "Superseded",
    State.WITHDRAWN: "Withdrawn",
}


def build_site(home: Home) -> Starlette:
    """Return the application that shows one home."""
    templates = Jinja2Templates(str(_TEMPLATES))
    register = Register(home.register_url)
    published = PublishedFiles(home)

    def show_home(request: Request) -> Response:
        submissions = register.submissions()
        quarter = max((one.quarter for one in submissions), default=None)
        page = {
            "is_synthetic": home.is_synthetic,
            "quarter": quarter,
            "rows": _standing(submissions, quarter) if quarter else [],
            "due": next((one.due_date for one in load_calendar() if one.quarter == quarter), None),
            "releases": sorted(
                published.editions(), key=lambda one: (one.quarter, one.number), reverse=True
            ),
        }
        return templates.TemplateResponse(request, "home.html.jinja", page)

    return Starlette(
        routes=[
            Route("/", show_home),
            Mount("/releases", published),
        ],
        middleware=[
            Middleware(
                TrustedHostMiddleware, allowed_hosts=["localhost", "127.0.0.1", "testserver"]
            )
        ],
    )


def _standing(submissions: tuple[Submission, ...], quarter: Quarter) -> list[tuple[str, str, str]]:
    """Return borough, state in words and version for every borough, in alphabetical order."""
    newest = {one.borough_code: one for one in submissions if one.quarter == quarter}
    rows: list[tuple[str, str, str]] = []
    for borough in sorted(load_boroughs(), key=lambda one: one.borough_name):
        one = newest.get(borough.borough_code)
        state = _WORDS[one.state] if one else "Not received"
        rows.append((borough.borough_name, state, str(one.version) if one else ""))
    return rows


def serve_site(home: Home, *, port: int) -> None:
    """Serve the site on the loopback address until stopped."""
    uvicorn.run(build_site(home), host="127.0.0.1", port=port, log_level="warning")
