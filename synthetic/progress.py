"""What people do after an apprenticeship, and what the council finds out about it.

Here: the path through destinations, the grade ladder, and the follow-up at each checkpoint; what
is not known grows with time. Not here: the apprenticeship itself (`journeys`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from synthetic.days import add_days, add_months
from synthetic.people import Checkpoint, Journey, Onward, PlannedStart, Spell, Terms
from synthetic.streams import Weighted, weighted

HORIZON = date(2026, 12, 31)
MONTHS = {"END": 0, "M6": 6, "M12": 12, "M24": 24, "M60": 60}
LADDER = ("ASSOCIATE", "MID", "SENIOR", "LEAD")
_STAYS = frozenset({"PERM_SAME", "FTC_SAME", "AGENCY_SAME"})
_NEEDS_GRADE = frozenset({"PERM_SAME", "FTC_SAME", "OTHER_LDN", "OTHER_LA"})
_ACHIEVED = weighted({
    "PERM_SAME": 57.0, "FTC_SAME": 13.0, "APPR_SAME": 5.5, "AGENCY_SAME": 1.5, "OTHER_LDN": 5.0,
    "OTHER_LA": 2.5, "OTHER_PUBLIC": 3.5, "OTHER_EMP": 7.0, "SELF_EMP": 0.8, "APPR_OTHER": 0.7,
    "STUDY": 1.5, "NEET": 1.5, "OTHER": 0.5,
})  # fmt: skip
_MOVED_ON = weighted({
    "OTHER_LDN": 27.0, "OTHER_LA": 11.0, "OTHER_PUBLIC": 16.0, "OTHER_EMP": 34.0, "SELF_EMP": 3.0,
    "STUDY": 4.0, "NEET": 3.0, "OTHER": 2.0,
})  # fmt: skip
_LEFT = weighted({
    "OTHER_EMP": 38.0, "PERM_SAME": 17.0, "NEET": 16.0, "OTHER_PUBLIC": 7.0, "STUDY": 7.0,
    "OTHER": 6.0, "OTHER_LDN": 4.0, "OTHER_LA": 2.0, "APPR_OTHER": 2.0, "SELF_EMP": 1.0,
})  # fmt: skip
_BY_DETAIL: dict[str, Weighted[str]] = {
    "E01": weighted({"OTHER_LDN": 7.0, "OTHER_LA": 3.0}),
    "E02": weighted({"OTHER_EMP": 8.0, "OTHER_PUBLIC": 2.0}),
    "E03": weighted({"PERM_SAME": 8.0, "FTC_SAME": 2.0}),
}
_AT_SCHOOL = weighted({"OTHER_PUBLIC": 70.0, "OTHER_EMP": 14.0, "STUDY": 8.0, "NEET": 8.0})
_AT_SUPPLIER = weighted({"OTHER_EMP": 84.0, "SELF_EMP": 4.0, "STUDY": 5.0, "NEET": 7.0})
# Chance of not knowing, of a council's own apprentice and of anybody else's.
_UNKNOWN = {
    "END": (0.02, 0.10), "M6": (0.09, 0.30), "M12": (0.16, 0.42), "M24": (0.28, 0.60),
    "M60": (0.45, 0.80),
}  # fmt: skip
_LEAVES = {"END": 0.0, "M6": 0.04, "M12": 0.05, "M24": 0.13, "M60": 0.30}
_RISES = {"END": 0.0, "M6": 0.07, "M12": 0.14, "M24": 0.42, "M60": 0.70}
_SOURCES = weighted({"HR": 60.0, "MANAGER": 20.0, "SELF": 15.0, "PUBLIC": 5.0})
_JOINS_AGAIN = 0.30
_MOVER_UNKNOWN = 0.40


@dataclass(frozen=True, slots=True)
class Position:
    """Where a person truly is at a checkpoint, whether or not the council knows."""

    destination: str
    step: int
    other_borough_code: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """The follow-ups of one exit, the true place at the end, and a move to another borough."""

    checkpoints: tuple[Checkpoint, ...]
    at_the_end: str
    onward: Onward | None


def _first_position(planned: PlannedStart, terms: Terms, spell: Spell, random: Random) -> Position:
    if planned.route != "DIRECT":
        mix = _AT_SCHOOL if planned.route == "SCHOOL" else _AT_SUPPLIER
    elif spell.is_achieved:
        mix = _ACHIEVED
    else:
        mix = _BY_DETAIL.get(spell.withdraw_reason_detail or "", _LEFT)
    higher = terms.standard.level >= 6 and spell.is_achieved
    return Position(mix.choose(random), 1 if higher or random.random() < 0.08 else 0)


def _move_on(position: Position, checkpoint: str, random: Random) -> Position:
    """Return where the person is by the next checkpoint."""
    destination, step = position.destination, position.step
    if destination in _STAYS and random.random() < _LEAVES[checkpoint]:
        destination = _MOVED_ON.choose(random)
    elif destination in ("FTC_SAME", "AGENCY_SAME") and random.random() < 0.40:
        destination = "PERM_SAME"
    elif destination == "NEET" and random.random() < 0.45:
        destination = "OTHER_EMP"
    elif destination == "APPR_SAME" and checkpoint in ("M24", "M60"):
        destination = "PERM_SAME"
    if random.random() < _RISES[checkpoint]:
        step = min(step + (2 if checkpoint == "M60" and random.random() < 0.4 else 1), 3)
    return replace(position, destination=destination, step=step)


def _checkpoint(
    spell: Spell,
    name: str,
    position: Position,
    *,
    terms: Terms,
    is_unknown: bool,
    random: Random,
) -> Checkpoint:
    exit_date = spell.exit_date or spell.training_end_date
    due_on = add_months(exit_date, MONTHS[name])
    late = random.randint(26, 60) if random.random() < 0.12 else random.randint(-10, 25)
    # At the end the council is still the employer: whoever asks staff records gets an answer.
    is_unknown_now = is_unknown and name != "END"
    destination = "UNKNOWN" if is_unknown_now else position.destination
    discipline = terms.discipline if destination in _STAYS | {"OTHER_LDN"} else None
    grade = None
    if destination in _NEEDS_GRADE:
        grade = LADDER[position.step] if terms.discipline else "NON_DIGITAL"
    elif destination == "APPR_SAME":
        grade = "APPRENTICE"
    return Checkpoint(
        programme_no=spell.programme_no,
        checkpoint=name,
        due_on=max(due_on, spell.given_up_on or due_on),
        checked_on=max(exit_date, add_days(due_on, late)),
        destination=destination,
        grade=grade,
        discipline=discipline,
        other_borough_code=position.other_borough_code if destination == "OTHER_LDN" else None,
        source="HR" if is_unknown else _SOURCES.choose(random),
    )


def follow_up(
    planned: PlannedStart,
    terms: Terms,
    spell: Spell,
    *,
    boroughs: Weighted[str],
    random: Random,
) -> Progress:
    """Return what the council writes down after an exit, checkpoint by checkpoint.

    Args:
        boroughs: where a person who moves to another London borough may go.
    """
    if spell.exit_date is None:
        return Progress((), "", None)
    own = planned.route == "DIRECT"
    position = _first_position(planned, terms, spell, random)
    at_the_end = position.destination
    joins_again = random.random() < _JOINS_AGAIN
    other = boroughs.choose(random)
    position = replace(position, other_borough_code=other)
    found: list[Checkpoint] = []
    onward: Onward | None = None
    for name, months in MONTHS.items():
        if add_months(spell.exit_date, months) > HORIZON:
            break
        position = _move_on(position, name, random) if months else position
        is_unknown = random.random() < _UNKNOWN[name][0 if own else 1]
        is_mover = own and terms.discipline is not None and position.destination == "OTHER_LDN"
        if is_mover and months and joins_again and onward is None:
            day = add_days(add_months(spell.exit_date, months), -random.randint(10, 90))
            onward = Onward(other, day, terms.standard.reference)
        if onward is not None and random.random() < _MOVER_UNKNOWN:
            is_unknown = True
        found.append(
            _checkpoint(spell, name, position, terms=terms, is_unknown=is_unknown, random=random)
        )
    return Progress(tuple(found), at_the_end, onward)


def follow_up_switch(left: Spell, goes_on: Journey, random: Random) -> tuple[Checkpoint, ...]:
    """Return the follow-ups of an apprenticeship that was left for another standard.

    The person is in the next apprenticeship, and after it where its own follow-ups say.
    """
    last = goes_on.spells[-1]
    found: list[Checkpoint] = []
    for name, months in MONTHS.items():
        due_on = add_months(left.training_end_date, months)
        if due_on > HORIZON:
            break
        here = Checkpoint(
            programme_no=left.programme_no,
            checkpoint=name,
            due_on=due_on,
            checked_on=add_days(due_on, random.randint(0, 25)),
            destination="APPR_SAME",
            grade="APPRENTICE",
            discipline=goes_on.terms.discipline,
            other_borough_code=None,
            source="HR",
        )
        if due_on >= last.training_end_date:
            known = [one for one in goes_on.checkpoints if one.checked_on <= due_on]
            here = _as_known(here, known[-1] if known else None)
        found.append(here)
    return tuple(found)


def _as_known(here: Checkpoint, known: Checkpoint | None) -> Checkpoint:
    if known is None:
        return replace(here, destination="UNKNOWN", grade=None, discipline=None)
    return replace(
        here,
        destination=known.destination,
        grade=known.grade,
        discipline=known.discipline,
        other_borough_code=known.other_borough_code,
        source=known.source,
    )


def never_falling(
    followed: tuple[tuple[Checkpoint, ...], ...],
) -> tuple[tuple[Checkpoint, ...], ...]:
    """Return the follow-ups of each journey of one person with nobody back down the ladder.

    A second apprenticeship is told from a stream of its own; who had risen after the first one
    starts again from there.
    """
    step = 0
    raised: dict[Checkpoint, Checkpoint] = {}
    for one in sorted((one for part in followed for one in part), key=lambda one: one.checked_on):
        if one.grade in LADDER:
            step = max(step, LADDER.index(one.grade))
            raised[one] = replace(one, grade=LADDER[step])
    return tuple(tuple(raised.get(one, one) for one in part) for part in followed)
