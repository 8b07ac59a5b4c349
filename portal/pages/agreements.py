"""Sharing agreements: who is in which, and for an administrator the forms to record it.

Here: the pages and what their forms bring. Not here: which step is allowed (`ingest.agreements`),
what a signature needs (the register).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date

from starlette.responses import RedirectResponse, Response

from ingest.agreement_entries import (
    SHORTEST_REFERENCE,
    Agreement,
    AgreementRefused,
    Terms,
    is_address,
    is_covered,
    kept_reference,
    kept_title,
    london_day,
)
from ingest.published_words import LONGEST, SHORTEST
from portal.access import Action, authorise
from portal.agreements import every_borough, happened_to, parties_of, standing_of
from portal.page import Call, NotFound, Page
from portal.typed_dates import UnreadDate, typed_date

_DATES = {
    "begins": "In force from",
    "review": "Review by",
    "signed": "Signed on",
    "left": "Last day in it",
    "ended": "Last day",
}
_EMPTY = {
    "title": "Enter the title of the agreement.",
    "held_at": "Enter where the signed document is.",
}
_FIELDS = ("title", "held_at", "begins", "review", "boroughs", "signed", "leaver", "left", "ended")


@dataclass(slots=True)
class Faults:
    """What is wrong with a form: a sentence for each field, and where its link leads."""

    sentences: dict[str, str] = field(default_factory=dict[str, str])
    places: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, name: str, sentence: str, place: str = "") -> None:
        """Add a fault; the first of a field stays."""
        self.sentences.setdefault(name, sentence)
        self.places.setdefault(name, f"#{place or name}")

    def in_order(self) -> list[dict[str, str]]:
        """Return them as the page has its fields."""
        wrong = sorted(self.sentences, key=_FIELDS.index)
        return [{"text": self.sentences[one], "href": self.places[one]} for one in wrong]


def _every(call: Call) -> Response:
    """Show every agreement, and first the boroughs that none covers."""
    day = london_day(call.now)
    agreements = call.services.agreements.every()
    return call.show(
        "agreements.html.jinja",
        standings=[standing_of(one, day) for one in reversed(agreements)],
        outside=[
            one for one in every_borough() if not is_covered(agreements, one.borough_code, day)
        ],
        may_change=_may_change(call),
    )


def _one(call: Call) -> Response:
    return _page(call, Faults())


def _page(call: Call, faults: Faults, form: str = "") -> Response:
    """Show one agreement; `form` is the form that the faults are in."""
    agreement, day = _agreement(call), london_day(call.now)
    standing, may_change = standing_of(agreement, day), _may_change(call)
    return call.show(
        "agreement.html.jinja",
        status=422 if faults.sentences else 200,
        standing=standing,
        parties=parties_of(agreement),
        is_address=is_address(agreement.terms.held_at),
        may_change=may_change,
        addable=[one for one in every_borough() if one not in standing.inside],
        happened=happened_to(call.services, agreement) if may_change else [],
        form=form,
        back={"text": "Back to agreements", "href": "/agreements"},
        **_typed(call, faults),
    )


def _new(call: Call) -> Response:
    return _new_page(call, Faults())


def _new_page(call: Call, faults: Faults) -> Response:
    """Show the form for a new agreement."""
    return call.show(
        "agreement_new.html.jinja",
        status=422 if faults.sentences else 200,
        boroughs=every_borough(),
        is_first=not call.services.agreements.every(),
        shortest=SHORTEST,
        shortest_reference=SHORTEST_REFERENCE,
        longest=LONGEST,
        back={"text": "Back to agreements", "href": "/agreements"},
        **_typed(call, faults),
    )


def _typed(call: Call, faults: Faults) -> dict[str, object]:
    """Return what the forms show of what was typed, and of what is wrong with it."""
    fields = {name for name, value in call.form.multi_items() if isinstance(value, str)}
    return {
        "typed": {"who": "", "leaver": ""} | {name: call.text(name) for name in fields},
        "ticked": _ticked(call),
        "labels": _DATES,
        "faults": {name: faults.sentences.get(name, "") for name in _FIELDS},
        "errors": faults.in_order(),
        "has_errors": bool(faults.sentences),
    }


def _record(call: Call) -> Response:
    """Record an agreement with the boroughs that signed it."""
    faults = Faults()
    for name, keep in (("title", kept_title), ("held_at", kept_reference)):
        if call.text(name):
            _try(faults, keep, call.text(name))
        else:
            faults.add(name, _EMPTY[name])
    dates = _dates(call, faults, "begins", "review")
    codes = _who_signed(call, faults)
    if call.text("who") != "none":
        dates |= _dates(call, faults, "signed")
    if not faults.sentences:
        try:
            made = call.services.agreements.record(
                Terms(call.text("title"), call.text("held_at"), dates["begins"], dates["review"]),
                borough_codes=codes,
                signed_on=dates.get("signed"),
                actor=call.actor,
                at=call.now,
            )
            return _go_to(made)
        except AgreementRefused as refused:
            _refuse(faults, refused)
    return _new_page(call, faults)


def _join(call: Call) -> Response:
    """Add boroughs that signed on one day."""
    agreement, faults = _agreement(call), Faults()
    codes = _codes(_ticked(call))
    if not codes:
        faults.add("boroughs", "Tick at least one borough.")

    def step(day: date) -> Agreement:
        return call.services.agreements.join(
            agreement.number, codes, signed_on=day, actor=call.actor, at=call.now
        )

    return _step(call, "join", "signed", step, faults)


def _leave(call: Call) -> Response:
    """Take a borough out."""
    agreement, faults = _agreement(call), Faults()
    codes = _codes([call.text("leaver")])
    if not codes:
        faults.add("leaver", "Choose the borough that leaves.")

    def step(day: date) -> Agreement:
        return call.services.agreements.leave(
            agreement.number, codes[0], left_on=day, actor=call.actor, at=call.now
        )

    return _step(call, "leave", "left", step, faults)


def _review(call: Call) -> Response:
    """Change the day by which the agreement is reviewed."""
    agreement = _agreement(call)

    def step(day: date) -> Agreement:
        return call.services.agreements.review(agreement.number, day, actor=call.actor, at=call.now)

    return _step(call, "review", "review", step, Faults())


def _end(call: Call) -> Response:
    """Say which day is the agreement's last."""
    agreement = _agreement(call)

    def step(day: date) -> Agreement:
        return call.services.agreements.end(agreement.number, day, actor=call.actor, at=call.now)

    return _step(call, "end", "ended", step, Faults())


def _step(
    call: Call,
    form: str,
    dated: str,
    step: Callable[[date], Agreement],
    faults: Faults,
) -> Response:
    """Take a step of an agreement that needs one date, or show its form again."""
    dates = _dates(call, faults, dated)
    if not faults.sentences:
        try:
            return _go_to(step(dates[dated]))
        except AgreementRefused as refused:
            _refuse(faults, refused, dated)
    return _page(call, faults, form)


def _again(call: Call) -> Response:
    """Lead who opens the address of a form anew to the page that has it."""
    return _go_to(_agreement(call))


def _go_to(agreement: Agreement) -> Response:
    return RedirectResponse(f"/agreements/{agreement.number}", 303)


def _agreement(call: Call) -> Agreement:
    try:
        return call.services.agreements.agreement(call.request.path_params["number"])
    except KeyError:
        raise NotFound from None


def _may_change(call: Call) -> bool:
    return authorise(call.here.person, Action.ADMINISTER)


def _dates(call: Call, faults: Faults, *names: str) -> dict[str, date]:
    """Return the dates that can be read; the others are faults."""
    found: dict[str, date] = {}
    for name in names:
        try:
            found[name] = typed_date(call, name).read(_DATES[name])
        except UnreadDate as unread:
            faults.add(name, str(unread), f"{name}-{unread.part}")
    return found


def _who_signed(call: Call, faults: Faults) -> tuple[str, ...]:
    """Return the codes of the boroughs that a new agreement has from the start."""
    ticked, who = _ticked(call), call.text("who")
    if who not in ("all", "these", "none"):
        faults.add("boroughs", "Choose which boroughs have signed.")
    elif ticked and who != "these":
        faults.add("boroughs", "You ticked boroughs: choose “Only these”, or untick them.")
    elif who == "these" and not ticked:
        faults.add("boroughs", "Tick at least one borough, or choose another answer.")
    if who == "all":
        return tuple(one.borough_code for one in every_borough())
    return _codes(ticked)


def _ticked(call: Call) -> list[str]:
    return [one for one in call.form.getlist("borough") if isinstance(one, str)]


def _codes(short_names: Collection[str]) -> tuple[str, ...]:
    return tuple(one.borough_code for one in every_borough() if one.short_name in short_names)


def _try(faults: Faults, keep: Callable[[str], str], text: str) -> None:
    try:
        keep(text)
    except AgreementRefused as refused:
        _refuse(faults, refused)


def _refuse(faults: Faults, refused: AgreementRefused, otherwise: str = "title") -> None:
    name = refused.field or otherwise
    faults.add(name, str(refused), f"{name}-day" if name in _DATES else name)


_PATH = "/agreements/{number:int}"
_STEPS = {"join": _join, "leave": _leave, "review": _review, "end": _end}
PAGES = (
    Page("/agreements", Action.SEE_ALL, _every),
    Page("/agreements/new", Action.ADMINISTER, _new),
    Page("/agreements/new", Action.ADMINISTER, _record, is_form=True),
    Page(_PATH, Action.SEE_ALL, _one),
    *(Page(f"{_PATH}/{name}", Action.ADMINISTER, _again) for name in _STEPS),
    *(
        Page(f"{_PATH}/{name}", Action.ADMINISTER, step, is_form=True)
        for name, step in _STEPS.items()
    ),
)
