"""A council's levy account, month by month, exact to the penny.

Here: what is declared, topped up, paid, transferred and expired, and the balance. Not here: the
apprentices: what they cost comes from their own stories. A council's share of use is drawn, about
half of London's levy in all (facts of 2021/22: £44.7m available, just under half used).
Source of the expiry: levy of a month expires 24 months on, 12 for levy from August 2026; payments
of that month and before reduce it, oldest levy first (das-employer-finance, ExpiredFunds.cs).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from synthetic.boroughs import Profile
from synthetic.levy_costs import Costs, costs_of
from synthetic.people import Person
from synthetic.rows import LevyRow, Month
from synthetic.streams import stream

FIRST_MONTH = date(2022, 4, 1)
LAST_MONTH = date(2026, 9, 1)
POLICY_MONTH = date(2026, 8, 1)
MONTHS_TO_EXPIRY, MONTHS_TO_EXPIRY_NOW = 24, 12
TOP_UP_PERCENT = 10
_MONTHS_OF_EARLIER_APPRENTICES = 26
_FULL_USE, _USE = 0.10, (0.34, 0.56)
_CORRECTION = 0.12
_OUTSIDE_THE_REGISTER = 0.55  # of the cost, in a council that reports digital apprentices only


@dataclass(slots=True)
class Lot:
    """What is left of one month's levy, in pence, and the place of the month in which it expires.

    `pence` of a negative month is nothing: it was taken off the months before.
    """

    pence: int
    expires_at: int


def months_of_account() -> tuple[date, ...]:
    """Return the first days of every month from the account's opening to the last return."""
    found: list[date] = []
    month = FIRST_MONTH
    while month <= LAST_MONTH:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return tuple(found)


def lots_of(entered: list[int], months: tuple[date, ...]) -> list[Lot]:
    """Return what each month brought, after negative months came off the nearest ones before."""
    lots: list[Lot] = []
    for place, (month, pence) in enumerate(zip(months, entered, strict=True)):
        life = MONTHS_TO_EXPIRY_NOW if month >= POLICY_MONTH else MONTHS_TO_EXPIRY
        owed = max(0, -pence)
        for earlier in reversed(lots):
            taken = min(owed, earlier.pence)
            earlier.pence -= taken
            owed -= taken
        lots.append(Lot(max(0, pence), place + life))
    return lots


def take(lots: list[Lot], wanted: int) -> int:
    """Take pence from the oldest levy first and return how many there were to take."""
    taken = 0
    for lot in lots:
        part = min(lot.pence, wanted - taken)
        lot.pence -= part
        taken += part
        if taken == wanted:
            break
    return taken


@dataclass(frozen=True, slots=True)
class _Declared:
    """What one month brings: pounds declared, the English share in hundredths, the top-up."""

    pounds: int
    english_percent: int
    top_up_pence: int

    @property
    def pence(self) -> int:
        return self.pounds * self.english_percent + self.top_up_pence


def _top_up(month: date, english_pence: int) -> int:
    return 0 if month >= POLICY_MONTH else round(english_pence * TOP_UP_PERCENT / 100)


def _declared(months: tuple[date, ...], yearly_pence: int, random: Random) -> list[_Declared]:
    """Return what is declared: a pay bill that grows, with one correction in a few councils."""
    use = random.uniform(0.93, 1.04) if random.random() < _FULL_USE else random.uniform(*_USE)
    percent = random.choice((96, 97, 98, 99))
    usual = yearly_pence / 12 / use / (1 + TOP_UP_PERCENT / 100) / percent
    corrected = random.randint(16, 40) if random.random() < _CORRECTION else None
    found: list[_Declared] = []
    for place, month in enumerate(months):
        if month.month == 4 and random.random() < 0.4:
            percent = min(99, max(95, percent + random.choice((-1, 1))))
        growth = 1.035 ** (place / 12 - 3)
        pounds = round(usual * growth * random.uniform(0.96, 1.04))
        if place == corrected:
            pounds = -round(pounds * 0.6)
        found.append(_Declared(pounds, percent, _top_up(month, pounds * percent)))
    return found


def _wanted(months: tuple[date, ...], costs: Costs, is_whole: bool) -> list[int]:
    """Return what providers ask for each month, earlier apprentices of the council included.

    The register begins in August 2022; people who started before it fade out over two years.
    """
    year = costs.of_year_to(date(2026, 3, 1)) / 12
    found: list[int] = []
    for place, month in enumerate(months):
        fading = max(0.0, 1 - place / _MONTHS_OF_EARLIER_APPRENTICES)
        others = 0.0 if is_whole else year * _OUTSIDE_THE_REGISTER / (1 - _OUTSIDE_THE_REGISTER)
        found.append(costs.levy[month] + round(year * fading * 0.9 + others))
    return found


def levy_rows(seed: int, profile: Profile, people: tuple[Person, ...]) -> tuple[LevyRow, ...]:
    """Return the account of one borough from April 2022 to September 2026; it opened with nothing.

    Args:
        people: everyone whom the borough ever has in its register.
    """
    random = stream(seed, "levy", profile.borough_code)
    months = months_of_account()
    costs = costs_of(people, months)
    is_whole = profile.scope == "ALL"
    yearly = costs.of_year_to(date(2026, 3, 1))
    yearly = yearly if is_whole else round(yearly / (1 - _OUTSIDE_THE_REGISTER))
    declared = _declared(months, yearly, random)
    lots = lots_of([one.pence for one in declared], months)
    wanted = _wanted(months, costs, is_whole)
    balance = 0
    rows: list[LevyRow] = []
    for place, (month, one) in enumerate(zip(months, declared, strict=True)):
        available = min(balance + one.pence, sum(lot.pence for lot in lots[: place + 1]))
        transferred = take(lots[: place + 1], min(costs.transfers[month], available))
        paid = take(lots[: place + 1], min(wanted[place], available - transferred))
        expired = sum(lot.pence for lot in lots if lot.expires_at == place)
        for lot in lots:
            lot.pence = 0 if lot.expires_at == place else lot.pence
        balance += one.pence - transferred - paid - expired
        unpaid = wanted[place] - paid
        rows.append(
            LevyRow(
                month=Month(month),
                levy_declared=one.pounds,
                english_fraction=one.english_percent / 100,
                top_up=one.top_up_pence / 100,
                paid_to_providers=paid / 100,
                transferred_out=transferred / 100,
                transferred_in=0,
                expired=expired / 100,
                co_investment=(round(unpaid * 0.05) + costs.co_invested[month]) / 100,
                balance_end=balance / 100,
            )
        )
    return tuple(rows)
