"""Coming in and going out: sign in, sign out, choose a borough.

Here: the way to the provider and back. Not here: whether its answer is believed (identity).
"""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from portal.access import Action
from portal.identity import NotSignedIn
from portal.page import Call, NotFound, Page
from portal.visits import begin, choose_borough, end

_log = logging.getLogger("cohort.portal")


async def _sign_in(call: Call) -> Response:
    """Send somebody to the provider, and remember where they wanted to go."""
    wanted = call.request.session.get("next", "")
    call.request.session.clear()
    call.request.session["next"] = wanted
    return await call.services.provider.send_there(call.request)


async def _signed_in(call: Call) -> Response:
    """Believe the provider's answer, or say that it is not believed."""
    wanted = str(call.request.session.get("next", ""))
    try:
        who = await call.services.provider.believe(call.request)
    except NotSignedIn as refused:
        _log.warning("sign-in refused: %s", refused)
        return call.show("not_signed_in.html.jinja", status=403)
    people = call.services.people
    person = people.signed_in(who.identity, name=who.name, email=who.email, at=call.now)
    begin(call.request, person)
    return RedirectResponse(_own(wanted), 303)


def _sign_out(call: Call) -> Response:
    end(call.request)
    return RedirectResponse("/", 303)


def _choose(call: Call) -> Response:
    """Go to another of the person's boroughs."""
    if not choose_borough(call.request, call.here.person, call.text("borough")):
        raise NotFound
    return RedirectResponse("/return", 303)


def _start(call: Call) -> Response:
    """Show everybody what this is, and somebody who signed in where to go."""
    return call.show("start.html.jinja", visit=call.visit)


def _own(path: str) -> str:
    """Return a path of this website, and the front page for anything else."""
    parts = urlsplit(path)
    is_own = path.startswith("/") and not path.startswith("//") and "\\" not in path
    return path if is_own and not parts.netloc else "/"


PAGES = (
    Page("/", Action.ANYBODY, _start),
    Page("/sign-in", Action.ANYBODY, _sign_in),
    Page("/signed-in", Action.ANYBODY, _signed_in),
    Page("/sign-out", Action.SIGNED_IN, _sign_out, is_form=True),
    Page("/place", Action.SIGNED_IN, _choose, is_form=True),
)
