"""How a sharing agreement stands, in the words of its pages.

Here: its state on a day, who is in it, who did what to it. Not here: the pages (pages.agreements).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from ingest.agreement_entries import AGREEMENT_ACTIONS, Agreement, Party
from ingest.register_entries import Happened
from portal.services import Services
from specification.load import Borough, find_borough, load_boroughs
from specification.periods import long_date

_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """One agreement on a day: its state in words, and who is in it or was."""

    agreement: Agreement
    words: str
    kind: str
    is_overdue: bool
    has_ended: bool
    inside: tuple[Borough, ...]


def every_borough() -> list[Borough]:
    """Return the boroughs by name."""
    return sorted(load_boroughs(), key=lambda one: one.borough_name)


def standing_of(agreement: Agreement, day: date) -> Standing:
    """Return how an agreement stands on a day."""
    codes = {one.borough_code for one in agreement.staying(day)}
    is_overdue, has_ended = agreement.is_overdue(day), agreement.has_ended(day)
    if has_ended:
        words, kind = "Ended", "grey"
    elif not agreement.is_in_force(day):
        words, kind = "Not in force yet", "blue"
    else:
        words, kind = "In force", "green"
    inside = () if has_ended else tuple(one for one in every_borough() if one.borough_code in codes)
    return Standing(agreement, words, kind, is_overdue, has_ended, inside)


def parties_of(agreement: Agreement) -> list[tuple[str, Party]]:
    """Return everybody who is or was in it, with the borough's name, by name."""
    named = [(_name(one.borough_code), one) for one in agreement.parties]
    return sorted(named, key=lambda one: (one[0], one[1].signed_on))


def _name(borough_code: str) -> str:
    return find_borough(borough_code).borough_name


def happened_to(services: Services, agreement: Agreement) -> list[tuple[datetime, str]]:
    """Return who did what to an agreement and when, oldest first."""
    entries = services.register.entries(since=_FIRST_DAY, actions=AGREEMENT_ACTIONS)
    acts = [one.happened for one in entries]
    names = {one.person_id: one.name for one in services.people.everyone()}
    return [
        (one.at, f"{names.get(one.actor, one.actor)} {_said(one)}")
        for one in acts
        if one.details["number"] == agreement.number
    ]


def _said(act: Happened) -> str:
    """Return what was done, as the end of a sentence."""
    details = act.details
    dates = {
        name: long_date(date.fromisoformat(details[name]))
        for name in ("signed_on", "left_on", "review_by", "ended_on")
        if name in details
    }
    match act.action:
        case "agreement_recorded":
            return f"recorded the agreement, to be reviewed by {dates['review_by']}"
        case "agreement_joined":
            codes = details["borough_codes"]
            is_all = len(codes) == len(load_boroughs())
            who = "all boroughs" if is_all else ", ".join(sorted(map(_name, codes)))
            return f"added {who}, signed on {dates['signed_on']}"
        case "agreement_left":
            return f"took out {_name(details['borough_code'])}, last day {dates['left_on']}"
        case "agreement_reviewed":
            return f"changed the review date to {dates['review_by']}"
        case _:
            return f"ended the agreement, last day {dates['ended_on']}"
