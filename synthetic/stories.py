"""One life story per apprentice, and the register of one borough.

Here: telling a whole story from one random stream, and who moved in from elsewhere. Not here:
what a return shows at a quarter's end (`snapshot`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from random import Random

from synthetic.boroughs import Profile, profiles
from synthetic.days import add_days, months_between, on_a_weekday
from synthetic.journeys import Fate, Interruption, draw_fate, draw_interruption, train
from synthetic.people import Journey, Onward, Person, PlannedStart, Spell, Terms
from synthetic.progress import Progress, follow_up, follow_up_switch, never_falling
from synthetic.providers import Provider, usual_providers
from synthetic.standards import Choice, digital_choices, other_choices, standard
from synthetic.starts import ONWARD_SERIAL, apprentice_ref, planned_starts
from synthetic.streams import Weighted, stream, weighted
from synthetic.terms import agree_terms, plan_training

LAST_DAY = date(2026, 9, 30)
_SEX = weighted({"F": 47.0, "M": 47.0, "X": 1.0, "U": 1.0, None: 4.0})
_ETHNICITY: Weighted[str | None] = weighted({
    "31": 30.0, "32": 1.0, "33": 0.3, "34": 9.0, "35": 3.0, "36": 1.5, "37": 1.5, "38": 2.0,
    "39": 5.0, "40": 4.0, "41": 7.0, "42": 1.0, "43": 4.0, "44": 12.0, "45": 8.0, "46": 2.0,
    "47": 1.0, "98": 2.0, "99": 4.0, None: 1.7,
})  # fmt: skip
_DISABILITY = weighted({"2": 80.0, "1": 13.0, "9": 5.0, None: 2.0})
_PRIOR: Weighted[str | None] = weighted({
    "2": 2.0, "3": 8.0, "4": 14.0, "5": 16.0, "6": 24.0, "7": 6.0, "8": 6.0, "9": 15.0, "10": 4.0,
    "98": 3.0, None: 2.0,
})  # fmt: skip
_LOCAL_SCHOOL = weighted({"Y": 28.0, "N": 50.0, "U": 17.0, None: 5.0})
_NEW_RECRUIT = {
    "DIRECT": 0.45,
    "SCHOOL": 0.55,
    "SUPPLY_CHAIN": 0.7,
    "TRANSFER": 0.7,
    "FJAA": 1.0,
}
_NEW_DIGITAL_RECRUIT = 0.68
_LATE_NUMBER = 0.15
_MOVERS_PER_BOROUGH = 20


@dataclass(frozen=True, slots=True)
class Setting:
    """What a story takes from its borough."""

    seed: int
    profile: Profile
    digital_providers: tuple[Provider, ...]
    other_providers: tuple[Provider, ...]
    other_boroughs: Weighted[str]


@cache
def setting_of(seed: int, profile: Profile) -> Setting:
    """Return the setting of every story in a borough."""
    code = profile.borough_code
    return Setting(
        seed=seed,
        profile=profile,
        digital_providers=usual_providers(seed, code, True),
        other_providers=usual_providers(seed, code, False),
        other_boroughs=weighted(
            {one.borough_code: one.size for one in profiles(seed) if one.borough_code != code}
        ),
    )


def _choose_standard(
    planned: PlannedStart, day: date, refused: str | None, random: Random
) -> Choice:
    choices = digital_choices(day) if planned.is_digital else other_choices(planned.route)
    while True:
        choice = choices.choose(random)
        if choice.reference != refused:
            return choice


def _follow_up(
    setting: Setting, planned: PlannedStart, terms: Terms, last: Spell, random: Random
) -> Progress:
    """Return the follow-ups; those after a break have a stream of their own and move nobody on."""
    others = setting.other_boroughs
    if last.given_up_on is None:
        return follow_up(planned, terms, last, boroughs=others, random=random)
    own = stream(setting.seed, "given up", planned.apprentice_ref, str(last.programme_no))
    return replace(follow_up(planned, terms, last, boroughs=others, random=own), onward=None)


@dataclass(frozen=True, slots=True)
class _Told:
    """One journey told to its end, and how it leads to the next."""

    journey: Journey
    terms: Terms
    progress: Progress
    next_start: date | None


def _tell(
    setting: Setting,
    planned: PlannedStart,
    *,
    day: date,
    programme_no: int,
    refused: str | None,
    entry_route: str,
    is_first: bool,
    random: Random,
) -> _Told:
    choice = _choose_standard(planned, day, refused, random)
    chosen = standard(choice.reference)
    opening = plan_training(chosen, day, random)
    terms = agree_terms(
        chosen,
        opening,
        discipline=choice.discipline,
        route=planned.route,
        entry_route=entry_route,
        random=random,
    )
    chance = setting.profile.achieving_chance
    fate = draw_fate(chance, random, may_be_false_start=is_first and not planned.is_early_cohort)
    interruption = draw_interruption(terms, fate, random) if is_first else Interruption.NONE
    training = train(
        terms,
        opening,
        programme_no=programme_no,
        usual=setting.digital_providers if planned.is_digital else setting.other_providers,
        fate=fate,
        interruption=interruption,
        random=random,
    )
    last = training.spells[-1]
    progress = _follow_up(setting, planned, terms, last, random)
    goes_on = is_first and progress.at_the_end == "APPR_SAME" and fate is Fate.ACHIEVED
    next_start = training.switched_on
    if goes_on and last.achievement_date and random.random() < 0.6:
        next_start = on_a_weekday(add_days(last.achievement_date, random.randint(20, 110)))
    return _Told(
        Journey(terms, training.spells, progress.checkpoints),
        terms,
        progress,
        next_start,
    )


def _next_journey(setting: Setting, planned: PlannedStart, told: _Told, random: Random) -> Journey:
    """Return the second apprenticeship in the same council, on a different standard."""
    last = told.journey.spells[-1]
    day = told.next_start or last.training_end_date
    second = _tell(
        setting,
        planned,
        day=day,
        programme_no=last.programme_no + 1,
        refused=told.terms.standard.reference,
        entry_route="EXISTING",
        is_first=False,
        random=random,
    )
    first_day = told.journey.spells[0].start_date
    age = told.terms.age_at_start + round(months_between(first_day, day) / 12)
    is_level_7 = second.terms.standard.level == 7
    terms = second.terms if is_level_7 else replace(second.terms, age_at_start=age)
    spells = second.journey.spells
    if last.is_continued:  # a switch of standard stays with the same provider
        spells = tuple(replace(one, provider_ukprn=last.provider_ukprn) for one in spells)
    return replace(second.journey, terms=terms, spells=spells)


def _left_for(
    setting: Setting, planned: PlannedStart, journey: Journey, goes_on: Journey
) -> Journey:
    """Return the first journey, with follow-ups if it was left for another standard."""
    last = journey.spells[-1]
    if not last.is_continued:
        return journey
    random = stream(setting.seed, "switched", planned.apprentice_ref)
    return replace(journey, checkpoints=follow_up_switch(last, goes_on, random))


def _one_ladder(*journeys: Journey) -> tuple[Journey, ...]:
    followed = never_falling(tuple(one.checkpoints for one in journeys))
    return tuple(
        replace(one, checkpoints=checkpoints)
        for one, checkpoints in zip(journeys, followed, strict=True)
    )


def _home(profile: Profile, setting: Setting, random: Random) -> str | None:
    point = random.random()
    if point < 0.55:
        return profile.borough_code
    if point < 0.80:
        return setting.other_boroughs.choose(random)
    return "OUT" if point < 0.92 else ("U" if point < 0.97 else None)


def tell_story(seed: int, profile: Profile, planned: PlannedStart) -> Person:
    """Return the whole story of one person, drawn from the stream of the reference."""
    setting = setting_of(seed, profile)
    random = stream(seed, "story", planned.apprentice_ref)
    is_new = _NEW_DIGITAL_RECRUIT if planned.is_digital else _NEW_RECRUIT[planned.route]
    told = _tell(
        setting,
        planned,
        day=planned.start_date,
        programme_no=1,
        refused=planned.not_standard,
        entry_route="NEW" if random.random() < is_new else "EXISTING",
        is_first=True,
        random=random,
    )
    journeys = (told.journey,)
    if told.next_start is not None:
        goes_on = _next_journey(setting, planned, told, random)
        journeys = _one_ladder(_left_for(setting, planned, told.journey, goes_on), goes_on)
    late = random.randint(5, 58) if random.random() < _LATE_NUMBER else 0
    return Person(
        planned=planned,
        uln_known_on=add_days(planned.start_date, late),
        sex=_SEX.choose(random),
        ethnicity=_ETHNICITY.choose(random),
        disability=_DISABILITY.choose(random),
        prior_attainment=_PRIOR.choose(random),
        home_borough=_home(profile, setting, random),
        local_school=_LOCAL_SCHOOL.choose(random),
        journeys=journeys,
        onward=told.progress.onward if len(journeys) == 1 else None,
    )


def _joins(seed: int, onward: Onward, uln: str, serial: int) -> PlannedStart:
    there = next(one for one in profiles(seed) if one.borough_code == onward.borough_code)
    day = on_a_weekday(onward.start_date)
    return PlannedStart(
        borough_code=onward.borough_code,
        apprentice_ref=apprentice_ref(there, day.year, ONWARD_SERIAL + serial),
        uln=uln,
        start_date=day,
        route="DIRECT",
        is_digital=True,
        not_standard=onward.not_standard,
    )


@cache
def movers(seed: int) -> tuple[PlannedStart, ...]:
    """Return the people who start again in another borough, under the learner number they have.

    The serial of a mover is the place of the borough left, times twenty, plus a running number: the
    reference of a mover does not change when somebody leaves another borough.
    """
    found: list[PlannedStart] = []
    for profile in profiles(seed):
        digital = [
            one for one in planned_starts(seed, profile) if one.is_digital and one.route == "DIRECT"
        ]
        people = (tell_story(seed, profile, one) for one in digital)
        leaving = [one for one in people if one.onward and one.onward.start_date <= LAST_DAY]
        for number, person in enumerate(leaving):
            if person.onward is not None:
                serial = (profile.place - 1) * _MOVERS_PER_BOROUGH + number % _MOVERS_PER_BOROUGH
                found.append(_joins(seed, person.onward, person.planned.uln, serial))
    return tuple(found)


@cache
def register(seed: int, profile: Profile) -> tuple[Person, ...]:
    """Return everyone whom one borough ever has in its register, movers from elsewhere too."""
    own = planned_starts(seed, profile)
    joined = [one for one in movers(seed) if one.borough_code == profile.borough_code]
    return tuple(tell_story(seed, profile, one) for one in (*own, *joined))
