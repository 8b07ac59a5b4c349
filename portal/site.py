"""The portal: every page with its rule, the middleware round them, and the server.

Here: what there is. Not here: what a page does (pages), or who may enter it (access, page).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.sessions import SessionMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from ingest.agreements import Agreements
from ingest.home import Home
from ingest.people import People
from ingest.query_door.door import QueryDoor
from ingest.register import Register
from portal.desk import Desk
from portal.guard import Guard
from portal.identity import Provider
from portal.page import NotFound, Page
from portal.pages import (
    agreements,
    asking,
    columns,
    data,
    drafts,
    editions,
    embargoed,
    entrance,
    explaining,
    history,
    reading,
    receipts,
    region,
    results,
    sending,
    signing,
    waiting,
)
from portal.postman import Postman
from portal.releases import KnownReleases, PublishedFiles
from portal.services import Services, templates
from portal.settings import PortalSettings, session_key
from portal.visits import IDLE, form_token, visit_of
from post.office import PostOffice
from specification.load import collection_for, load_calendar

_STATIC = Path(__file__).parent / "static"

PAGES: tuple[Page, ...] = (
    *entrance.PAGES,
    *sending.PAGES,
    *waiting.PAGES,
    *results.PAGES,
    *columns.PAGES,
    *explaining.PAGES,
    *signing.PAGES,
    *receipts.PAGES,
    *history.PAGES,
    *region.PAGES,
    *agreements.PAGES,
    *drafts.PAGES,
    *editions.PAGES,
    *embargoed.PAGES,
    *reading.PAGES,
    *data.PAGES,
    *asking.PAGES,
)


def build_site(home: Home, settings: PortalSettings | None = None) -> Starlette:
    """Return the application for one home."""
    settings = settings or PortalSettings()
    releases = KnownReleases(home)
    services = Services(
        home=home,
        settings=settings,
        register=Register(home.register_url),
        people=People(home.register_url),
        agreements=Agreements(home.register_url),
        provider=Provider(settings),
        desk=Desk(home),
        releases=releases,
        published=PublishedFiles(home, releases),
        door=QueryDoor(home),
        postman=Postman(PostOffice(home, settings)),
        templates=templates(),
    )

    @asynccontextmanager
    async def open_desk(_: Starlette) -> AsyncGenerator[None]:
        services.desk.open()
        services.postman.open()
        # Done before the first page asks: in the last hour thirty would, at once.
        knowing = asyncio.get_running_loop().run_in_executor(None, _make_ready, services)
        yield
        knowing.cancel()
        services.postman.close()
        services.desk.close()

    async def not_found(request: Request, _: Exception) -> Response:
        return _plain(services, request, "not_found.html.jinja", 404)

    async def failed(request: Request, _: Exception) -> Response:
        return _plain(services, request, "failed.html.jinja", 500)

    own = urlsplit(settings.portal_url)
    hosts = [own.hostname or "localhost", "localhost", "127.0.0.1"]
    return Starlette(
        routes=[
            *(page.route(services) for page in PAGES),
            Mount("/releases", services.published),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
            Middleware(
                Guard,
                own=settings.portal_url,
                most_bytes=settings.most_upload_mb * 1_000_000,
                most_forms=settings.most_forms,
            ),
            Middleware(
                SessionMiddleware,
                secret_key=session_key(home, settings),
                session_cookie="__Host-cohort" if settings.is_secure else "cohort",
                max_age=int(IDLE.total_seconds()),
                same_site="lax",
                https_only=settings.is_secure,
            ),
        ],
        exception_handlers={
            NotFound: not_found,
            404: not_found,
            HTTPException: not_found,
            500: failed,
        },
        lifespan=open_desk,
    )


def _make_ready(services: Services) -> None:
    """Read what each quarter asks for, and every page's template."""
    for one in load_calendar():
        collection_for(one.quarter)
    for name in services.templates.list_templates(["jinja"]):
        services.templates.get_template(name)


def _plain(services: Services, request: Request, template: str, status: int) -> Response:
    visit = visit_of(request, services.people) if status == 404 else None
    csrf = form_token(request) if status == 404 else ""
    return services.show(request, template, visit, csrf, status, {})


def serve_site(home: Home, settings: PortalSettings, *, port: int) -> None:
    """Serve the portal on the loopback address until stopped."""
    uvicorn.run(build_site(home, settings), host="127.0.0.1", port=port, log_level="warning")
