"""All boroughs: who has signed, who has not; the releases; the people and their roles.

Here: pages about the whole region. A borough sees of the others how far they are, and nothing else.
Not here: a borough's own return.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from starlette.responses import RedirectResponse, Response

from ingest.people import Grant, NotAllowed, Role
from ingest.register import State, Submission
from portal.access import Action, authorise
from portal.page import Call, NotFound, Page
from portal.pages.own import quarter_now
from specification.findings import CheckResult
from specification.load import Borough, collection_for, load_boroughs, load_calendar
from specification.periods import Quarter

_SHOWN = 5
_WORDS = {
    None: ("Not started", "grey"),
    State.RECEIVED: ("Being checked", "blue"),
    State.CHECKED: ("Being corrected", "blue"),
    State.READY: ("Ready to sign", "blue"),
    State.SIGNED: ("Signed", "green"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """How far one borough is."""

    borough: Borough
    words: str
    kind: str


def _boroughs(call: Call) -> Response:
    """Show how far each borough is with a quarter's return."""
    quarter = _quarter_asked(call)
    standings = standings_of(call.services.register.submissions(), quarter)
    planned = next((one for one in load_calendar() if one.quarter == quarter), None)
    return call.show(
        "boroughs.html.jinja",
        quarter=quarter,
        planned=planned,
        standings=standings,
        signed_count=sum(one.kind == "green" for one in standings),
        hardest=_hardest(call, quarter) if _may_chase(call) else [],
        owing=[one for one in standings if one.kind != "green"] if _may_chase(call) else [],
    )


def _may_chase(call: Call) -> bool:
    return authorise(call.here.person, Action.PUBLISH)


def _hardest(call: Call, quarter: Quarter) -> list[tuple[str, str, int]]:
    """Return the rules that the newest versions of most boroughs break: id, title, boroughs.

    How many boroughs and no more: which they are, and what they entered, is theirs.
    """
    counts: Counter[str] = Counter()
    for submission in call.services.register.newest(quarter).values():
        path = call.services.home.check_result(submission.submission_id)
        if path.is_file():
            result = CheckResult.model_validate_json(path.read_text("utf-8"))
            counts.update({one.rule for one in result.findings})
    collection = collection_for(quarter)
    return [(id_, collection.rule(id_).title, count) for id_, count in counts.most_common(_SHOWN)]


def _quarter_asked(call: Call) -> Quarter:
    asked = call.request.query_params.get("quarter")
    if not asked:
        return quarter_now(call.now.date())
    try:
        return Quarter.parse(asked)
    except ValueError:
        raise NotFound from None


def standings_of(submissions: tuple[Submission, ...], quarter: Quarter) -> list[Standing]:
    """Return how far each borough is, in alphabetical order; what is signed counts first."""
    states: dict[str, State] = {}
    for one in submissions:
        is_live = one.state not in (State.WITHDRAWN, State.SUPERSEDED)
        if one.quarter == quarter and is_live and states.get(one.borough_code) != State.SIGNED:
            states[one.borough_code] = one.state
    return [
        Standing(borough, *_WORDS[states.get(borough.borough_code)])
        for borough in sorted(load_boroughs(), key=lambda one: one.borough_name)
    ]


def _reports(call: Call) -> Response:
    """List the releases, the newest first."""
    editions = call.services.published.editions()
    releases = sorted(editions, key=lambda one: (one.quarter, one.number), reverse=True)
    return call.show("reports.html.jinja", releases=releases)


def _people(call: Call) -> Response:
    return _people_page(call)


def _people_page(call: Call, sentence: str = "") -> Response:
    """Show who has signed in and what each may do."""
    return call.show(
        "people.html.jinja",
        status=422 if sentence else 200,
        everyone=call.services.people.everyone(),
        roles=list(Role),
        boroughs=sorted(load_boroughs(), key=lambda one: one.borough_name),
        names={one.borough_code: one.borough_name for one in load_boroughs()},
        sentence=sentence,
        has_errors=bool(sentence),
    )


def _grant(call: Call) -> Grant:
    try:
        return Grant(Role(call.text("role")), call.text("borough"))
    except ValueError:
        raise NotAllowed("Choose a role.") from None


def _give(call: Call) -> Response:
    """Give somebody a role."""
    try:
        call.services.people.give(call.text("person"), _grant(call), actor=call.actor, at=call.now)
    except NotAllowed as refused:
        return _people_page(call, str(refused))
    return RedirectResponse("/people", 303)


def _take(call: Call) -> Response:
    """Take a role away; it is away at the person's next request."""
    try:
        call.services.people.take(call.text("person"), _grant(call), actor=call.actor, at=call.now)
    except NotAllowed as refused:
        return _people_page(call, str(refused))
    return RedirectResponse("/people", 303)


PAGES = (
    Page("/boroughs", Action.SEE_ALL, _boroughs),
    Page("/reports", Action.ANYBODY, _reports),
    Page("/people", Action.ADMINISTER, _people),
    Page("/people/give", Action.ADMINISTER, _give, is_form=True),
    Page("/people/take", Action.ADMINISTER, _take, is_form=True),
)
