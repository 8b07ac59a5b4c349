"""A page: an address, what it lets somebody do, and the function that answers.

Here: how every page is entered: who is here, may they, is the form their own. Not here: what pages
there are (site), or what they show (pages).

There is no other way to make a route, so none is without a rule.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from portal.access import Action, authorise
from portal.services import Services
from portal.visits import Visit, form_token, is_own_form, visit_of

_log = logging.getLogger("cohort.portal")


class NotFound(Exception):
    """There is no such page, or not for this person: nobody is told which."""


@dataclass(frozen=True, slots=True)
class Call:
    """One request at a page: who is here, what they brought, and what there is to answer with.

    `form` is what a form brought, empty for a page that is read. `visit` is nobody only at a page
    for anybody.
    """

    request: Request
    services: Services
    visit: Visit | None
    form: FormData
    now: datetime

    @property
    def here(self) -> Visit:
        """Who is here, at a page that needs somebody. Raises NotFound where it is nobody."""
        if self.visit is None:
            raise NotFound
        return self.visit

    @property
    def actor(self) -> str:
        """Who does this, as the register keeps it."""
        return self.here.person.person_id

    def text(self, name: str) -> str:
        """Return one field of the form, without spaces around it."""
        value = self.form.get(name, "")
        return value.strip() if isinstance(value, str) else ""

    def show(self, template: str, *, status: int = 200, **shown: Any) -> Response:
        """Return a page, with what every page has."""
        return self.services.show(
            self.request, template, self.visit, form_token(self.request), status, shown
        )


Answer = Callable[[Call], Response | Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """An address and its rule. `is_form` takes what a form sends, and needs the form's token."""

    path: str
    action: Action
    answer: Answer
    is_form: bool = False

    def route(self, services: Services) -> Route:
        """Return the route that enters the page by its rule."""

        async def enter(request: Request) -> Response:
            visit = visit_of(request, services.people)
            person = visit.person if visit else None
            if not authorise(person, self.action, visit.borough_code if visit else ""):
                return self._turned_away(request, visit)
            form = await request.form(max_files=20, max_fields=200) if self.is_form else FormData()
            if self.is_form and not is_own_form(request, form.get("csrf")):
                _log.warning("refused %s: the form is not of this visit", self.path)
                call = Call(request, services, visit, form, datetime.now(UTC))
                return call.show("stale.html.jinja", status=403)
            try:
                return await self._answered(Call(request, services, visit, form, datetime.now(UTC)))
            finally:
                await form.close()
                if self.is_form:  # somebody may have to be told of it
                    services.postman.knock()

        methods = ["POST"] if self.is_form else ["GET"]
        return Route(self.path, enter, methods=methods, name=f"{methods[0]} {self.path}")

    async def _answered(self, call: Call) -> Response:
        """Answer; what only reads and writes files does so beside the event loop."""
        answered = await run_in_threadpool(self.answer, call)
        return answered if isinstance(answered, Response) else await answered

    def _turned_away(self, request: Request, visit: Visit | None) -> Response:
        if visit is None and not self.is_form:
            request.session["next"] = request.url.path
            return RedirectResponse("/sign-in", 303)
        if visit is None:
            return RedirectResponse("/sign-in", 303)
        _log.warning("refused %s: %s may not", self.path, visit.person.person_id)
        raise NotFound
