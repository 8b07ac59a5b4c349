"""Data sharing agreements, as the register holds them, and what each step makes of one.

Here: an agreement and the boroughs in it, on which days it covers them, which step may follow. The
same rules refuse a step before it is written and prove the chain of events afterwards. Not here:
the register's tables (`agreements`), the signed document, which is kept elsewhere.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ingest.published_words import SHORTEST, UnfitWords, fit_to_keep
from ingest.register_entries import NotAllowed
from specification.load import find_borough, load_boroughs
from specification.periods import long_date

AGREEMENT_ACTIONS = frozenset(
    {
        "agreement_recorded",
        "agreement_joined",
        "agreement_left",
        "agreement_reviewed",
        "agreement_ended",
    }
)
"""The actions of the chain that are about an agreement."""

_LONDON = ZoneInfo("Europe/London")
SHORTEST_REFERENCE = 3
"""How many characters the reference of a document has at least."""


class AgreementRefused(NotAllowed):
    """A step that is not recorded; the message says why. `field` is what has to be changed."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class Terms:
    """What an agreement says of itself. `held_at` is where the signed document is.

    A review date that has passed ends nothing.
    """

    title: str
    held_at: str
    in_force_from: date
    review_by: date


@dataclass(frozen=True, slots=True)
class Party:
    """A borough in an agreement. `left_on` is the last day on which it is in."""

    borough_code: str
    signed_on: date
    left_on: date | None = None

    def is_in(self, day: date) -> bool:
        """Return whether the borough is in on a day."""
        return self.signed_on <= day and (self.left_on is None or day <= self.left_on)


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement. `ended_on` is its last day; a borough that came back is a party twice."""

    number: int
    terms: Terms
    parties: tuple[Party, ...] = ()
    ended_on: date | None = None

    def is_in_force(self, day: date) -> bool:
        """Return whether it is in force on a day."""
        return self.terms.in_force_from <= day and not self.has_ended(day)

    def has_ended(self, day: date) -> bool:
        """Return whether its last day is before a day."""
        return self.ended_on is not None and self.ended_on < day

    def is_overdue(self, day: date) -> bool:
        """Return whether it should have been reviewed before a day, and was not."""
        return self.terms.review_by < day and not self.has_ended(day)

    def covers(self, borough_code: str, day: date) -> bool:
        """Return whether it is in force on a day and the borough is in it."""
        return self.is_in_force(day) and any(
            one.borough_code == borough_code and one.is_in(day) for one in self.parties
        )

    def staying(self, day: date) -> tuple[Party, ...]:
        """Return the boroughs that signed and have not left before a day."""
        return tuple(one for one in self.parties if one.left_on is None or one.left_on >= day)


def london_day(moment: datetime) -> date:
    """Return the day that it is in London at a moment."""
    return moment.astimezone(_LONDON).date()


def is_covered(agreements: Iterable[Agreement], borough_code: str, day: date) -> bool:
    """Return whether one of the agreements covers a borough on a day."""
    return any(one.covers(borough_code, day) for one in agreements)


def why_not_shared(agreements: Collection[Agreement], borough_code: str, day: date) -> str:
    """Return why a borough's return may not be signed on a day, and what then; empty if it may.

    Where no agreement is recorded at all, they are kept elsewhere, and nothing is refused.
    """
    if not agreements or is_covered(agreements, borough_code, day):
        return ""
    name = find_borough(borough_code).borough_name
    begins = [
        one.terms.in_force_from
        for one in agreements
        if one.terms.in_force_from > day and one.covers(borough_code, one.terms.in_force_from)
    ]
    kept = "The return is kept and loses nothing."
    if begins:
        return (
            f"The data sharing agreement that {name} signed is in force from "
            f"{long_date(min(begins))}. {kept} It can be signed from that day on."
        )
    return (
        f"No data sharing agreement in force covers {name}, so its return cannot be signed yet. "
        f"{kept} Once {name} has signed an agreement, an administrator of this service records "
        "it, and the return can be signed at once."
    )


def kept_title(text: str) -> str:
    """Return the title of an agreement as it is kept. Raises AgreementRefused: it is not fit."""
    return _fit(text, "title", "title")


def kept_reference(text: str) -> str:
    """Return where a document is held, as it is kept: an https address, or a reference.

    Raises:
        AgreementRefused: it is not fit, or an address that is not https.
    """
    words = _fit(text, "reference", "held_at", shortest=SHORTEST_REFERENCE)
    if "://" in words and not is_address(words):
        raise AgreementRefused(
            "Give an address that begins with https:// and has no spaces, or a reference.",
            "held_at",
        )
    return words


def is_address(held_at: str) -> bool:
    """Return whether a reference is an https address, which a page may link to."""
    try:
        place = urlsplit(held_at)
    except ValueError:
        return False
    return place.scheme == "https" and bool(place.hostname) and " " not in held_at


def after_event(
    agreements: Mapping[int, Agreement], action: str, details: Mapping[str, Any], day: date
) -> Agreement:
    """Return the agreement that an event is about, as it is after it.

    Args:
        agreements: all that are recorded before it.
        day: the day in London on which it is recorded.

    Raises:
        AgreementRefused: the step is not allowed.
    """
    number = int(details["number"])
    if action == "agreement_recorded":
        return _recorded(agreements, number, details)
    before = agreements.get(number)
    if before is None:
        raise AgreementRefused(f"There is no agreement {number}.")
    if before.ended_on is not None and before.has_ended(day):
        raise AgreementRefused(f"The agreement ended on {long_date(before.ended_on)}.")
    if action == "agreement_joined":
        signed_on = date.fromisoformat(details["signed_on"])
        return _joined(before, details["borough_codes"], signed_on, day)
    if action == "agreement_left":
        left_on = date.fromisoformat(details["left_on"])
        return _left(before, details["borough_code"], left_on, day)
    if action == "agreement_reviewed":
        review_by = date.fromisoformat(details["review_by"])
        terms = replace(before.terms, review_by=review_by)
        _require_review_after_start(terms)
        return replace(before, terms=terms)
    return _ended(before, date.fromisoformat(details["ended_on"]))


def _recorded(
    agreements: Mapping[int, Agreement], number: int, details: Mapping[str, Any]
) -> Agreement:
    terms = Terms(
        details["title"],
        details["held_at"],
        date.fromisoformat(details["in_force_from"]),
        date.fromisoformat(details["review_by"]),
    )
    _require_review_after_start(terms)
    titles = [one.terms.title.casefold() for one in agreements.values()]
    if terms.title.casefold() in titles:
        raise AgreementRefused("An agreement of this title is recorded already.", "title")
    if number != len(agreements) + 1:
        raise AgreementRefused(f"The next agreement has the number {len(agreements) + 1}.")
    return Agreement(number, terms)


def _joined(
    before: Agreement, borough_codes: Collection[str], signed_on: date, day: date
) -> Agreement:
    if not borough_codes:
        raise AgreementRefused("Choose at least one borough.", "boroughs")
    if signed_on > day:
        raise AgreementRefused("The day of the signature must be today or in the past.", "signed")
    if before.has_ended(signed_on) and before.ended_on is not None:
        ended = long_date(before.ended_on)
        raise AgreementRefused(f"The agreement ends on {ended}: nobody joins later.", "signed")
    names = {one.borough_code: one.borough_name for one in load_boroughs()}
    for code in borough_codes:
        if code not in names:
            raise AgreementRefused(f"There is no borough {code}.", "boroughs")
        held = [one for one in before.parties if one.borough_code == code]
        if any(one.left_on is None or one.left_on >= signed_on for one in held):
            since = long_date(max(one.signed_on for one in held))
            raise AgreementRefused(f"{names[code]} is in since {since}.", "boroughs")
    added = [Party(code, signed_on) for code in set(borough_codes)]
    return replace(before, parties=in_order((*before.parties, *added)))


def _left(before: Agreement, borough_code: str, left_on: date, day: date) -> Agreement:
    party = next((one for one in before.staying(day) if one.borough_code == borough_code), None)
    if party is None:
        raise AgreementRefused("Choose a borough that is in the agreement.", "leaver")
    if left_on < party.signed_on:
        signed = long_date(party.signed_on)
        raise AgreementRefused(
            f"The last day must be {signed} or later: the borough signed then.", "left"
        )
    if before.has_ended(left_on) and before.ended_on is not None:
        ended = long_date(before.ended_on)
        raise AgreementRefused(f"The agreement itself ends on {ended}, which is before.", "left")
    others = (one for one in before.parties if one != party)
    return replace(before, parties=in_order((*others, replace(party, left_on=left_on))))


def _ended(before: Agreement, ended_on: date) -> Agreement:
    if ended_on < before.terms.in_force_from:
        begins = long_date(before.terms.in_force_from)
        raise AgreementRefused(f"It cannot end before {begins}, when it begins.", "ended")
    return replace(before, ended_on=ended_on)


def in_order(parties: Iterable[Party]) -> tuple[Party, ...]:
    """Return parties by borough, and by when they signed."""
    return tuple(sorted(parties, key=lambda one: (one.borough_code, one.signed_on)))


def _require_review_after_start(terms: Terms) -> None:
    if terms.review_by <= terms.in_force_from:
        begins = long_date(terms.in_force_from)
        raise AgreementRefused(f"The review date must be after {begins}, when it begins.", "review")


def _fit(text: str, what: str, field: str, *, shortest: int = SHORTEST) -> str:
    try:
        return fit_to_keep(text, what, shortest=shortest)
    except UnfitWords as unfit:
        raise AgreementRefused(str(unfit), field) from None
