"""When each borough sends its return, which ones are late, absent or faulty at first.

Here: the timetable of submissions. Not here: the faults themselves (`faults`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from random import Random

from specification.periods import Quarter
from synthetic.boroughs import CITY, HACKNEY, profiles
from synthetic.days import add_days
from synthetic.snapshot import QUARTERS
from synthetic.streams import stream

ABSENT_QUARTER = Quarter(2025, 1)
_CITY_QUARTERS = (Quarter(2026, 1), Quarter(2026, 2))
DAYS_TO_SEND = 30
_FAULTY_PER_QUARTER = (2, 2, 2, 2, 2, 2, 3, 6)
_FAULTY_BOROUGHS = 12
_FAULTY_NOW_AND_THEN = (4, 4, 4, 4, 4, 5, 4, 5)


@dataclass(frozen=True, slots=True)
class Sending:
    """One borough's returns for one quarter: when each version arrives (UTC)."""

    borough_code: str
    quarter: Quarter
    sent_at: tuple[datetime, ...]

    @property
    def is_faulty_at_first(self) -> bool:
        """Whether version 1 has faults and version 2 is the clean file."""
        return len(self.sent_at) == 2


@dataclass(frozen=True, slots=True)
class Timetable:
    """Every sending of the synthetic London, and the one borough that sent nothing."""

    sendings: tuple[Sending, ...]
    absent: tuple[tuple[str, Quarter], ...]


def _moment(day: date, random: Random) -> datetime:
    """Return a moment in office hours of a working day on or before the day."""
    while day.weekday() > 4:
        day = add_days(day, -1)
    clock = time(random.randint(8, 16), random.randint(0, 59), random.randint(0, 59))
    return datetime.combine(day, clock, tzinfo=UTC)


def _sent_at(quarter: Quarter, kind: str, random: Random) -> tuple[datetime, ...]:
    last = quarter.last_day
    if kind == "late":
        return (_moment(add_days(last, DAYS_TO_SEND + random.randint(5, 14)), random),)
    if kind == "faulty":
        first = _moment(add_days(last, random.randint(10, 19)), random)
        second = _moment(add_days(first.date(), random.randint(4, 9)), random)
        return (first, second + timedelta(minutes=1))
    return (_moment(add_days(last, random.randint(9, 29)), random),)


def _faulty_now_and_then(seed: int, usual: list[str], quarter: Quarter, count: int) -> list[str]:
    """Return who else makes a mistake in a quarter; in the last two the City does."""
    random = stream(seed, "now and then", str(quarter))
    careful = [one for one in usual if one != CITY]
    city = [CITY] if quarter in _CITY_QUARTERS and CITY in usual else []
    return city + random.sample(careful, count - len(city))


@cache
def timetable(seed: int) -> Timetable:
    """Return who sends what when, in order of arrival.

    The absent borough is drawn among all but Hackney, the partnership's first reader, whose series
    should be whole. Most faulty first versions come from a dozen careless boroughs, the others
    from anybody now and then; never from one that is late.
    """
    random = stream(seed, "timetable")
    codes = [one.borough_code for one in profiles(seed)]
    absent = random.choice([one for one in codes if one != HACKNEY])
    careless = random.sample([one for one in codes if one != CITY], _FAULTY_BOROUGHS)
    sendings: list[Sending] = []
    counts = zip(QUARTERS, _FAULTY_PER_QUARTER, _FAULTY_NOW_AND_THEN, strict=True)
    for quarter, faulty_count, others in counts:
        sending = [one for one in codes if (one, quarter) != (absent, ABSENT_QUARTER)]
        faulty = random.sample([one for one in careless if one in sending], faulty_count)
        late = random.sample([one for one in sending if one not in faulty], random.randint(1, 3))
        usual = [one for one in sending if one not in faulty and one not in late]
        faulty = [*faulty, *_faulty_now_and_then(seed, usual, quarter, others)]
        for code in sending:
            kind = "faulty" if code in faulty else "late" if code in late else "usual"
            draw = stream(seed, "sent", code, str(quarter))
            sendings.append(Sending(code, quarter, _sent_at(quarter, kind, draw)))
    ordered = sorted(sendings, key=lambda one: (one.sent_at, one.borough_code))
    return Timetable(tuple(ordered), ((absent, ABSENT_QUARTER),))
