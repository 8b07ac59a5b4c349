"""Releases, for those who make them: how far each quarter is, and the steps to take.

Here: asking for a draft, checking and publishing it, with why a step is refused. Not here: making a
draft, which takes up to a minute and is somebody else's work (the register says who asked); what a
borough sees (drafts); the files of a draft (embargoed).
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ingest.published_words import LONGEST, SHORTEST, UnfitWords
from ingest.release_stages import StepRefused
from portal.access import Action
from portal.editions import PATIENCE, answers_of, standing_of, why_not
from portal.page import Call, NotFound, Page
from portal.warehouse import warehouse_now
from publisher.asked import ask_draft
from publisher.bundle import UnfitBundle
from publisher.steps import check, publish
from specification.load import CollectionQuarter, find_borough, load_calendar
from specification.periods import Quarter

_CONFIRM = "Confirm that the release may be public."


def _every(call: Call) -> Response:
    """List every quarter that has ended, or has an edition: the newest first."""
    releases, today = call.services.releases.now(), call.now.date()
    known = set(releases.quarters())
    shown = [
        one
        for one in reversed(load_calendar())
        if one.quarter in known or one.quarter.last_day < today
    ]
    standings = [standing_of(releases, one) for one in shown]
    answered = {
        one.pending.name: sum(
            answer.reply is not None for answer in answers_of(releases, one.pending)
        )
        for one in standings
        if one.pending is not None
    }
    warehouse = warehouse_now(call.services.home, call.services.register)
    return call.show(
        "editions.html.jinja",
        standings=standings,
        answered=answered,
        warehouse=warehouse,
        waiting=[
            (find_borough(one.borough_code).borough_name, one.quarter.label)
            for one in warehouse.waiting
        ],
    )


def _planned(call: Call) -> CollectionQuarter:
    try:
        wanted = Quarter.parse(call.request.path_params["quarter"])
    except ValueError:
        raise NotFound from None
    found = next((one for one in load_calendar() if one.quarter == wanted), None)
    if found is None:
        raise NotFound
    return found


def _one(call: Call) -> Response:
    return _page(call)


def _page(call: Call, sentence: str = "", *, at: str = "") -> Response:
    """Show how far one release is; `at` is the form to which a sentence belongs."""
    planned, releases = _planned(call), call.services.releases.now()
    standing = standing_of(releases, planned)
    names = {one.person_id: one.name for one in call.services.people.everyone()}
    refusals = why_not(releases, planned, actor=call.actor, at=call.now)
    return call.show(
        "edition.html.jinja",
        status=422 if sentence else 200,
        standing=standing,
        quarter=planned.quarter,
        names=names,
        answers=answers_of(releases, standing.pending) if standing.pending else [],
        notes=[
            (find_borough(one.borough_code).borough_name, one)
            for one in releases.notes(planned.quarter)
        ],
        why_not={
            step: _told(call, getattr(refusals, step), names)
            for step in ("ask", "check", "publish")
        },
        takes_long=standing.asked is not None and call.now - standing.asked.at > PATIENCE,
        kept_reason=standing.pending.reason if standing.pending else "",
        sentence=_told(call, sentence, names),
        sentence_at=at,
        written=call.text("reasons" if at == "check" else "reason"),
        shortest=SHORTEST,
        longest=LONGEST,
        has_errors=bool(sentence),
        back={"text": "Back to releases", "href": "/editions"},
    )


def _told(call: Call, sentence: str, names: dict[str, str]) -> str:
    """Return a sentence of the register with people's names in the place of what it calls them."""
    if sentence.startswith(call.actor):
        sentence = f"You{sentence.removeprefix(call.actor)}"
    for person_id, name in names.items():
        sentence = sentence.replace(person_id, name)
    return sentence


def _ask(call: Call) -> Response:
    """Ask for the next draft; the page says when it is there."""
    planned = _planned(call)
    try:
        ask_draft(
            call.services.home,
            planned.quarter,
            actor=call.actor,
            at=call.now,
            reason=call.text("reason"),
        )
    except UnfitWords as refused:
        return _page(call, str(refused), at="ask")
    except StepRefused as refused:
        return _page(call, refused.sentence, at="ask")
    return _back_to(planned)


def _check(call: Call) -> Response:
    """Let the draft pass, as a second person."""
    planned, home = _planned(call), call.services.home
    try:
        check(home, planned.quarter, reasons=call.text("reasons"), actor=call.actor, at=call.now)
    except (UnfitWords, UnfitBundle) as refused:
        return _page(call, str(refused), at="check")
    except StepRefused as refused:
        return _page(call, refused.sentence, at="check")
    return _back_to(planned)


def _publish(call: Call) -> Response:
    """Make the checked edition public."""
    planned = _planned(call)
    if call.text("confirm") != "yes":
        return _page(call, _CONFIRM, at="publish")
    try:
        publish(call.services.home, planned.quarter, actor=call.actor, at=call.now)
    except UnfitBundle as refused:
        return _page(call, str(refused), at="publish")
    except StepRefused as refused:
        return _page(call, refused.sentence, at="publish")
    return _back_to(planned)


def _again(call: Call) -> Response:
    """Lead who opens the address of a form anew to the page that has it."""
    return _back_to(_planned(call))


def _back_to(planned: CollectionQuarter) -> Response:
    return RedirectResponse(f"/editions/{planned.quarter}", 303)


_PATH = "/editions/{quarter}"
PAGES = (
    Page("/editions", Action.PUBLISH, _every),
    Page(_PATH, Action.PUBLISH, _one),
    *(Page(f"{_PATH}/{step}", Action.PUBLISH, _again) for step in ("ask", "check", "publish")),
    Page(f"{_PATH}/ask", Action.PUBLISH, _ask, is_form=True),
    Page(f"{_PATH}/check", Action.PUBLISH, _check, is_form=True),
    Page(f"{_PATH}/publish", Action.PUBLISH, _publish, is_form=True),
)
