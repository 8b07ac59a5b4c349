"""What happens between the first and the last day of an apprenticeship.

Here: false starts, breaks, changes of provider or standard, withdrawals, completions. Not here:
what people do afterwards (`progress`). Each spell ends in one of the ILR's allowed states.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import Enum, auto
from random import Random

from synthetic.days import add_days, days_inclusive, on_a_weekday
from synthetic.people import Ending, Spell, Terms
from synthetic.providers import Provider, choose_provider
from synthetic.streams import weighted
from synthetic.terms import Opening

EARLY_LEAVER_DAYS = 42
_DAYS_TO_GIVE_UP = 270  # before a break has lasted a year, when a return would be queried
_FALSE_START = 0.025
_FAILED_SHARE, _NEVER_BACK_SHARE = 0.10, 0.04
_BREAK, _NEW_PROVIDER, _NEW_STANDARD = 0.060, 0.020, 0.010
_PASS_GRADES = weighted({"PA": 50.0, "ME": 31.0, "DS": 19.0})
# Details and the ILR reason each usually goes with (code list withdraw_reason_detail, ilr_reason).
_ILR_REASON = {
    "E01": "97", "E02": "97", "E03": "97", "E04": "46", "E05": "29", "E06": "97", "E07": "2",
    "E08": "40", "E09": "97", "E10": "3", "E11": "44", "E12": "43", "E13": "97", "E14": "97",
    "E97": "97",
}  # fmt: skip
_DETAILS = weighted({
    "E01": 6.0, "E02": 18.0, "E03": 9.0, "E04": 9.0, "E05": 3.0, "E06": 5.0, "E09": 14.0,
    "E10": 6.0, "E11": 10.0, "E12": 4.0, "E13": 6.0, "E14": 3.0, "E97": 7.0,
})  # fmt: skip
_FALSE_START_DETAILS = weighted({"E02": 6.0, "E04": 4.0, "E11": 2.0, "E97": 1.0})


class Fate(Enum):
    """How an apprenticeship ends, whatever happens on the way."""

    ACHIEVED = auto()
    FAILED = auto()
    WITHDRAWN = auto()
    FALSE_START = auto()
    NEVER_BACK = auto()


class Interruption(Enum):
    """What may happen on the way."""

    NONE = auto()
    BREAK = auto()
    NEW_PROVIDER = auto()
    NEW_STANDARD = auto()


@dataclass(frozen=True, slots=True)
class Training:
    """The spells of one journey; `switched_on`: the day a different standard starts instead."""

    spells: tuple[Spell, ...]
    switched_on: date | None = None


def draw_fate(chance: float, random: Random, *, may_be_false_start: bool) -> Fate:
    """Return how the apprenticeship ends; `chance` is that of achieving after a true start."""
    if may_be_false_start and random.random() < _FALSE_START:
        return Fate.FALSE_START
    if random.random() < chance:
        return Fate.ACHIEVED
    point = random.random()
    if point < _FAILED_SHARE:
        return Fate.FAILED
    return Fate.NEVER_BACK if point < _FAILED_SHARE + _NEVER_BACK_SHARE else Fate.WITHDRAWN


def draw_interruption(terms: Terms, fate: Fate, random: Random) -> Interruption:
    """Return what happens on the way; nothing at level 7, where a later row meets other rules."""
    point = random.random()
    if terms.standard.level == 7 or fate is Fate.FALSE_START:
        return Interruption.NONE
    for chance, interruption in (
        (_BREAK, Interruption.BREAK),
        (_NEW_PROVIDER, Interruption.NEW_PROVIDER),
        (_NEW_STANDARD, Interruption.NEW_STANDARD),
    ):
        if point < chance:
            return interruption
        point -= chance
    return Interruption.NONE


def _hours_done(terms: Terms, first: Opening, until: date, random: Random) -> int:
    planned = days_inclusive(first.start_date, first.planned_end_date)
    share = min(1.0, days_inclusive(first.start_date, until) / planned)
    return round(terms.planned_otj_hours * share * random.uniform(0.75, 1.05))


def _withdrawn(spell: Spell, detail: str, **changes: object) -> Spell:
    return replace(
        spell,
        ending=Ending.WITHDRAWN,
        outcome="3",
        withdraw_reason=_ILR_REASON[detail],
        withdraw_reason_detail=detail,
        **changes,
    )


def _finished(spell: Spell, terms: Terms, fate: Fate, random: Random) -> Spell:
    delay = round(random.triangular(-45, 150, 20))
    end = on_a_weekday(max(add_days(spell.planned_end_date, delay), add_days(spell.start_date, 60)))
    passed = fate is Fate.ACHIEVED
    return replace(
        spell,
        training_end_date=end,
        outcome="1" if passed else "3",
        grade=_PASS_GRADES.choose(random) if passed else "FL",
        achievement_date=on_a_weekday(add_days(end, random.randint(30, 150))),
        actual_otj_hours=round(terms.planned_otj_hours * random.uniform(0.93, 1.08)),
    )


def _end(spell: Spell, terms: Terms, first: Opening, fate: Fate, random: Random) -> Spell:
    """Return the spell with the ending that the fate says."""
    if fate in (Fate.ACHIEVED, Fate.FAILED):
        return _finished(spell, terms, fate, random)
    length = days_inclusive(spell.start_date, spell.planned_end_date)
    if fate is Fate.FALSE_START:
        after = random.randint(4, EARLY_LEAVER_DAYS - 2)
        detail = _FALSE_START_DETAILS.choose(random)
    else:
        after = max(EARLY_LEAVER_DAYS, round(length * random.triangular(0.05, 1.15, 0.35)))
        detail = _DETAILS.choose(random)
    end = add_days(spell.start_date, after)
    hours = _hours_done(terms, first, end, random)
    if fate is Fate.NEVER_BACK:
        return replace(
            spell,
            ending=Ending.BREAK,
            outcome="3",
            training_end_date=end,
            actual_otj_hours=hours,
            withdraw_reason=_ILR_REASON[detail],
            withdraw_reason_detail=detail,
            given_up_on=add_days(end, _DAYS_TO_GIVE_UP),
        )
    return _withdrawn(spell, detail, training_end_date=end, actual_otj_hours=hours)


def _cut(first: Spell, terms: Terms, kind: Interruption, random: Random) -> tuple[Spell, date]:
    """Return the first spell cut short, and the day on which the person goes on."""
    opening = Opening(first.start_date, first.planned_end_date)
    length = days_inclusive(first.start_date, first.planned_end_date)
    end = add_days(first.start_date, max(60, round(length * random.uniform(0.2, 0.7))))
    hours = _hours_done(terms, opening, end, random)
    if kind is Interruption.BREAK:
        back = on_a_weekday(add_days(end, random.randint(60, 270)))
        spell = replace(
            first,
            ending=Ending.BREAK,
            outcome="3",
            training_end_date=end,
            actual_otj_hours=hours,
            expected_return_date=add_days(back, random.randint(0, 30)),
            is_continued=True,
        )
        return spell, back
    detail, most = ("E07", 60) if kind is Interruption.NEW_PROVIDER else ("E08", 90)
    changes = {
        "training_end_date": end,
        "actual_otj_hours": hours,
        "is_continued": True,
    }
    spell = _withdrawn(first, detail, **changes)
    return spell, on_a_weekday(add_days(end, random.randint(10, most)))


def train(
    terms: Terms,
    opening: Opening,
    *,
    programme_no: int,
    usual: tuple[Provider, ...],
    fate: Fate,
    interruption: Interruption,
    random: Random,
) -> Training:
    """Return the spells of one apprenticeship, in order, the last with the ending of the fate."""
    first = Spell(
        programme_no=programme_no,
        provider_ukprn=choose_provider(usual, random).ukprn,
        start_date=opening.start_date,
        planned_end_date=opening.planned_end_date,
        original_start_date=None,
        ending=Ending.COMPLETED,
        training_end_date=opening.planned_end_date,
        outcome="3",
        actual_otj_hours=0,
    )
    if interruption is Interruption.NONE:
        return Training((_end(first, terms, opening, fate, random),))
    cut, back = _cut(first, terms, interruption, random)
    if interruption is Interruption.NEW_STANDARD:
        return Training((cut,), switched_on=back)
    others = [one.ukprn for one in usual if one.ukprn != first.provider_ukprn]
    away = (back - cut.training_end_date).days
    again = replace(
        first,
        programme_no=programme_no + 1,
        start_date=back,
        original_start_date=opening.start_date,
        planned_end_date=add_days(opening.planned_end_date, away),
        provider_ukprn=first.provider_ukprn
        if interruption is Interruption.BREAK
        else random.choice(others),
    )
    return Training((cut, _end(again, terms, opening, fate, random)))
