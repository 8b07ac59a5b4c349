"""The spells that are known at the end of a quarter, who they belong to, and how they chain.

Here: spells carried from earlier returns, identities, journeys, academic years. Not here: what a
spell counts as (`rates`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from specification.periods import Quarter
from tests.recount.lake import ApprenticeRow, Lake, codes, standards


def academic_year(day: date) -> int:
    """Return the year in which the academic year of a day begins on 1 August."""
    return day.year if day.month >= 8 else day.year - 1


def financial_year(day: date) -> int:
    """Return the year in which the financial year of a day begins on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


@dataclass(slots=True, eq=False)
class Spell:
    """One spell as known at the end of a quarter. `later` are the next ones of its journey."""

    row: ApprenticeRow
    as_at_date: date
    person: str
    key: str | None
    last_seen: str
    is_carried: bool
    scope: str
    later: list[Spell] = field(default_factory=list["Spell"])
    first: Spell | None = None
    others: Sequence[Spell] = ()

    @property
    def order(self) -> tuple[date, int, str]:
        return self.row.start_date, self.row.programme_no, self.row.apprentice_ref

    @property
    def in_register(self) -> bool:
        """In the return of the quarter itself, and begun."""
        return not self.is_carried and self.row.start_date <= self.as_at_date

    @property
    def is_digital(self) -> bool:
        return self.row.route == "DIRECT" and self.row.discipline is not None

    @property
    def is_last(self) -> bool:
        return not self.later

    @property
    def resumed_on(self) -> date | None:
        return min((s.row.start_date for s in self.later if s.row.restart == "Y"), default=None)

    @property
    def last_seen_year(self) -> int:
        return academic_year(Quarter.parse(self.last_seen).last_day)

    @property
    def slices(self) -> dict[str, str | None]:
        row = self.row
        standard = standards().get(row.standard_ref)
        return {
            "provider": row.provider_ukprn,
            "standard": row.standard_ref,
            "level": str(standard.level) if standard else None,
            "discipline": row.discipline,
            "sex": row.sex,
            "ethnic_group": codes("ethnicity", "harmonised_group").get(
                row.ethnicity or "", "Not known"
            ),
            "age_band": age_band(row.age_at_start),
            "disability": row.disability,
            "entry_route": row.entry_route,
            "epa_org": row.epa_org,
        }


def age_band(age: int | None) -> str | None:
    if age is None:
        return None
    return "16-18" if age <= 18 else "19-23" if age <= 23 else "24+"


@dataclass(frozen=True, slots=True)
class KnownQuarter:
    """Every spell known at the end of a quarter, for the boroughs that returned in it."""

    quarter: str
    as_at_date: date
    spells: list[Spell]


class _Ledger:
    """What one borough has ever sent, read from the earliest return on."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, str, int], tuple[ApprenticeRow, str]] = {}
        self.keys: dict[str, str] = {}

    def read(self, rows: Sequence[ApprenticeRow], quarter: str) -> None:
        for row in rows:
            self.seen[row.spell_key] = (row, quarter)
            if row.person_key is not None:
                earlier = self.keys.get(row.apprentice_ref)
                self.keys[row.apprentice_ref] = min(row.person_key, earlier or row.person_key)

    def person_of(self, row: ApprenticeRow) -> tuple[str, str | None]:
        key = row.person_key or self.keys.get(row.apprentice_ref)
        return key or f"{row.borough_code}:{row.apprentice_ref}", key

    def known(self, quarter: str) -> Iterator[tuple[ApprenticeRow, str]]:
        """Give each spell's newest state; a gone one is left out if it only got a new number."""
        newest: dict[tuple[str, str, date], str] = {}
        for row, seen in self.seen.values():
            same = (self.person_of(row)[0], row.standard_ref, row.start_date)
            newest[same] = max(seen, newest.get(same, seen))
        for row, seen in self.seen.values():
            same = (self.person_of(row)[0], row.standard_ref, row.start_date)
            if seen in (quarter, newest[same]):
                yield row, seen


def known_quarters(lake: Lake) -> Iterator[KnownQuarter]:
    """Give, quarter by quarter, every spell that is known at its end."""
    ledgers: dict[str, _Ledger] = defaultdict(_Ledger)
    for quarter in lake.quarters:
        spells: list[Spell] = []
        for borough_code, returned in lake.returns[quarter].items():
            rows = lake.rows(ApprenticeRow, "apprentices", quarter, borough_code)
            kept = [row for row in rows if not row.standard_ref.startswith("AU")]
            ledger = ledgers[borough_code]
            ledger.read(kept, quarter)
            for row, seen in ledger.known(quarter):
                person, key = ledger.person_of(row)
                spells.append(
                    Spell(
                        row=row,
                        as_at_date=returned.as_at_date,
                        person=person,
                        key=key,
                        last_seen=seen,
                        is_carried=seen != quarter,
                        scope=returned.scope,
                    )
                )
        chain(spells)
        yield KnownQuarter(quarter, Quarter.parse(quarter).last_day, spells)


def chain(spells: Sequence[Spell]) -> None:
    """Chain the spells of each journey, and let each spell know all of its person's."""
    people: dict[tuple[str, str], list[Spell]] = defaultdict(list)
    for spell in sorted(spells, key=lambda one: one.order):
        people[spell.row.borough_code, spell.person].append(spell)
    for group in people.values():
        journeys: dict[str, list[Spell]] = defaultdict(list)
        for spell in group:
            spell.others = group
            journeys[spell.row.standard_ref].append(spell)
        for journey in journeys.values():
            for number, spell in enumerate(journey):
                spell.first = journey[0]
                spell.later = journey[number + 1 :]
