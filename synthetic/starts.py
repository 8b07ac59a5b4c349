"""The calendar of starts: who starts where and when, before anybody's story is told.

Here: yearly totals, their split over routes and boroughs, references and learner numbers. Not
here: what happens afterwards (`stories`).
Sources: Hackney's first cohort of 21 in September 2018 and two cohorts of about 50 (LOTI and
Hackney blog, interview); a little over 100 digital apprentices in 2019 to 2021 with Hackney almost
a quarter (London Councils press, 28 August 2020); routes in 2019/20 (London Councils collection:
1772 + 510 + 481 + 89 + 838 + 3 = 3,693). Totals of digital starts from 2022 are invented.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from random import Random
from statistics import fmean, pstdev

from specification.periods import Quarter, quarters_between
from synthetic.boroughs import HACKNEY, Profile, profiles
from synthetic.days import add_months, on_a_weekday
from synthetic.learner_numbers import learner_number
from synthetic.people import PlannedStart
from synthetic.streams import Weighted, share_out, stream, weighted

HACKNEY_COHORTS = (
    ("Cohort 1 2018", date(2018, 9, 10), 21),
    ("Cohort 2 2020", date(2020, 2, 3), 27),
)
EARLY_ELSEWHERE = 85
DIGITAL_DIRECT = {2022: 170, 2023: 260, 2024: 330, 2025: 360, 2026: 300}
# "Other businesses" (838) are not employed by the council and get no levy transfer, so of the five
# routes of the return they come nearest to the supply chain. The one training agency of 2019/20 is
# today's flexi-job agency.
ROUTES = {
    "DIRECT": 1772,
    "SCHOOL": 510,
    "SUPPLY_CHAIN": 481 + 838,
    "TRANSFER": 89,
    "FJAA": 6,
}
_DIGITAL_SHARE = {"SCHOOL": 0.03, "SUPPLY_CHAIN": 0.01, "TRANSFER": 0.10, "FJAA": 0.10}
_SERIAL = {"DIGITAL": 1, "DIRECT": 1001, "SCHOOL": 2001, "SUPPLY_CHAIN": 3001, "TRANSFER": 4001,
           "FJAA": 4501}  # fmt: skip
ONWARD_SERIAL = 9001
_RETURNED = quarters_between(Quarter(2024, 3), Quarter(2026, 2))
_STEADY = 2.2  # standard deviations; a return is queried beyond three
_MONTHS: dict[int, float] = {
    1: 10, 2: 12, 3: 10, 4: 6, 5: 6, 6: 6, 7: 4, 8: 3, 9: 22, 10: 11, 11: 7, 12: 3,
}  # fmt: skip
_EARLY_MONTHS: dict[date, float] = {
    date(2019, 2, 1): 5, date(2019, 4, 1): 6, date(2019, 6, 1): 4, date(2019, 9, 1): 14,
    date(2019, 11, 1): 7, date(2020, 1, 1): 14, date(2020, 2, 1): 12, date(2020, 3, 1): 8,
    date(2020, 6, 1): 5, date(2020, 10, 1): 4, date(2021, 1, 1): 4, date(2021, 4, 1): 3,
    date(2021, 9, 1): 5,
}  # fmt: skip


@cache
def _months_of(year: int, *, is_digital: bool) -> Weighted[int]:
    """Return the months in which starts of a year reach the register, with their weights."""
    first = 1 if is_digital or year > 2022 else 8
    last = 9 if year == 2026 else 12
    return weighted({month: one for month, one in _MONTHS.items() if first <= month <= last})


def _share_of_year(year: int) -> float:
    return _months_of(year, is_digital=False).running[-1] / sum(_MONTHS.values())


def _day_in(month: date, random: Random) -> date:
    return on_a_weekday(month.replace(day=random.randint(1, 28)))


def apprentice_ref(profile: Profile, year: int, serial: int) -> str:
    """Return the council's own reference of a start, such as `HCK-24-0012`."""
    return f"{profile.short_name}-{year % 100:02d}-{serial:04d}"


def _uln(profile: Profile, year: int, serial: int) -> str:
    return learner_number(profile.place * 100_000 + (year - 2018) * 10_000 + serial)


def _early_counts(seed: int) -> dict[str, int]:
    """Return the early digital starts of every borough but Hackney: one to six each."""
    sizes = {one.borough_code: one.size for one in profiles(seed) if one.borough_code != HACKNEY}
    random = stream(seed, "early counts")
    uneven = {code: size * random.uniform(0.3, 2.0) for code, size in sizes.items()}
    counts = share_out(EARLY_ELSEWHERE - len(sizes), uneven)
    counts = {code: count + 1 for code, count in counts.items()}
    while (over := sum(max(0, count - 6) for count in counts.values())) > 0:
        counts = {code: min(6, count) for code, count in counts.items()}
        for code in sorted(counts, key=lambda one: (counts[one], one))[:over]:
            counts[code] += 1
    return counts


@cache
def _counts(seed: int) -> dict[tuple[int, str, str], int]:
    """Return the number of starts by year, kind (DIGITAL or a route) and borough."""
    counts: dict[tuple[int, str, str], int] = {}
    everyone = {one.borough_code: one.size for one in profiles(seed)}
    all_routes = {one.borough_code: one.size for one in profiles(seed) if one.scope == "ALL"}
    for year, digital in DIGITAL_DIRECT.items():
        share = _share_of_year(year)
        digital_in_those_months = digital * (share if year == 2022 else 1.0)
        totals = {kind: round(count * share) for kind, count in ROUTES.items()}
        totals["DIRECT"] -= round(digital_in_those_months)
        for kind, total in totals.items():
            random = stream(seed, "counts", str(year), kind)
            uneven = {code: size * random.uniform(0.8, 1.2) for code, size in all_routes.items()}
            for code, count in share_out(total, uneven).items():
                counts[year, kind, code] = count
        random = stream(seed, "counts", str(year), "DIGITAL")
        uneven = {code: size * random.uniform(0.7, 1.3) for code, size in everyone.items()}
        for code, count in share_out(digital, uneven).items():
            counts[year, "DIGITAL", code] = count
    return counts


def _early_starts(seed: int, profile: Profile) -> list[PlannedStart]:
    def planned(day: date, serial: int, label: str) -> PlannedStart:
        return PlannedStart(
            borough_code=profile.borough_code,
            apprentice_ref=apprentice_ref(profile, day.year, serial),
            uln=_uln(profile, day.year, serial),
            start_date=day,
            route="DIRECT",
            is_digital=True,
            cohort_label=label,
            is_early_cohort=True,
        )

    if profile.borough_code == HACKNEY:
        return [
            planned(day, serial, label)
            for label, day, people in HACKNEY_COHORTS
            for serial in range(1, people + 1)
        ]
    random = stream(seed, "early starts", profile.borough_code)
    months = weighted(_EARLY_MONTHS)
    count = _early_counts(seed)[profile.borough_code]
    days = sorted(_day_in(months.choose(random), random) for _ in range(count))
    return [planned(day, serial, "LOTI 100") for serial, day in enumerate(days, start=1)]


def _later_start(seed: int, profile: Profile, year: int, kind: str, serial: int) -> PlannedStart:
    reference = apprentice_ref(profile, year, serial)
    random = stream(seed, "start", reference)
    is_digital = kind == "DIGITAL" or random.random() < _DIGITAL_SHARE.get(kind, 0.0)
    months = _months_of(year, is_digital=kind == "DIGITAL")
    return PlannedStart(
        borough_code=profile.borough_code,
        apprentice_ref=reference,
        uln=_uln(profile, year, serial),
        start_date=_day_in(date(year, months.choose(random), 1), random),
        route="DIRECT" if kind == "DIGITAL" else kind,
        is_digital=is_digital,
    )


def _most_starts(counts: Counter[Quarter], quarter: Quarter) -> float:
    """Return how many starts a quarter may have and still be like the two years before it."""
    before = quarters_between(Quarter(quarter.start_year - 2, quarter.number), quarter.previous())
    past = [counts[one] for one in before]
    return fmean(past) + _STEADY * max(pstdev(past), fmean(past) ** 0.5)


def _steadied(starts: list[PlannedStart]) -> list[PlannedStart]:
    """Return the starts with no quarter far beyond the two years before, as a jump is queried.

    A few starts outside digital work move to the quarter beside it in the same calendar year.
    """
    found = list(starts)
    counts = Counter(Quarter.containing(one.start_date) for one in found)
    for quarter in _RETURNED:
        months = 3 if (quarter.number == 4 or quarter < _RETURNED[-1]) else -3
        months = -3 if quarter.number == 3 else months
        movable = [
            place
            for place, one in enumerate(found)
            if not one.is_digital and Quarter.containing(one.start_date) == quarter
        ]
        while movable and counts[quarter] > max(
            _most_starts(counts, quarter), fmean(counts[one] for one in _RETURNED) + 4
        ):
            place = movable.pop()
            day = on_a_weekday(add_months(found[place].start_date.replace(day=15), months))
            counts.subtract([quarter])
            counts.update([Quarter.containing(day)])
            found[place] = replace(found[place], start_date=day)
    return found


@cache
def planned_starts(seed: int, profile: Profile) -> tuple[PlannedStart, ...]:
    """Return everyone who starts in one borough, movers from other boroughs not included."""
    starts = _early_starts(seed, profile)
    for (year, kind, borough_code), count in _counts(seed).items():
        if borough_code == profile.borough_code:
            first = _SERIAL[kind]
            starts.extend(
                _later_start(seed, profile, year, kind, first + number) for number in range(count)
            )
    return tuple(_steadied(starts))
