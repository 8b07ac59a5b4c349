"""What happened to a return: its versions, who did what, and taking one back.

Here: the history and its forms. Not here: what may be withdrawn (the register).
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ingest.register import NotAllowed
from portal.access import Action
from portal.page import Call, Page
from portal.pages.own import own_return, quarter_now, return_of_path, version_of_path
from specification.load import load_calendar


def _every(call: Call) -> Response:
    """Show every return of the borough, the newest quarter first."""
    register, borough = call.services.register, call.here.borough_code
    known = {one.quarter for one in register.submissions() if one.borough_code == borough}
    known.add(quarter_now(call.now.date()))
    planned = [one.quarter for one in load_calendar() if one.quarter in known]
    quarters = sorted({*planned, *known}, reverse=True)
    return call.show("returns.html.jinja", returns=[own_return(call, one) for one in quarters])


def _one(call: Call) -> Response:
    return _page(call)


def _page(call: Call, sentence: str = "") -> Response:
    """Show the versions of one return with what happened to each."""
    found = return_of_path(call)
    register = call.services.register
    names = {one.person_id: one.name for one in call.services.people.everyone()}
    versions = [
        (one, [(event, names.get(event.actor, event.actor)) for event in events])
        for one in reversed(found.versions)
        for events in [register.events_of(one.submission_id)]
    ]
    return call.show(
        "history.html.jinja",
        status=422 if sentence else 200,
        own=found,
        versions=versions,
        sentence=sentence,
        has_errors=bool(sentence),
        back={"text": "Back to all returns", "href": "/history"},
    )


def _withdraw(call: Call) -> Response:
    """Take one version back, with a reason."""
    found, submission = version_of_path(call)
    try:
        call.services.register.withdraw(
            submission.submission_id, reason=call.text("reason"), actor=call.actor, at=call.now
        )
    except NotAllowed as refused:
        return _page(call, str(refused))
    return RedirectResponse(f"/history/{found.quarter}", 303)


def _revert(call: Call) -> Response:
    """Take back every version since the signed one, with a reason."""
    found = return_of_path(call)
    try:
        call.services.register.revert_to_signed(
            found.borough.borough_code,
            found.quarter,
            reason=call.text("reason"),
            actor=call.actor,
            at=call.now,
        )
    except NotAllowed as refused:
        return _page(call, str(refused))
    return RedirectResponse(f"/history/{found.quarter}", 303)


PAGES = (
    Page("/history", Action.SEE_RETURN, _every),
    Page("/history/{quarter}", Action.SEE_RETURN, _one),
    Page("/history/{quarter}/revert", Action.SEND, _revert, is_form=True),
    Page("/history/{quarter}/{version:int}/withdraw", Action.SEND, _withdraw, is_form=True),
)
