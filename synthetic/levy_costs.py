"""What the apprentices of a register cost the council's levy, month by month.

Here: instalments and completion payments from the stories. Not here: the account (`levy`).
Source: apprenticeship funding rules: four fifths of the price in equal monthly instalments over
the planned length while training goes on, one fifth at completion; the employer's share is 5% when
there is no levy.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from synthetic.days import months_between
from synthetic.people import Ending, Journey, Person

_PAID_FROM_LEVY = ("DIRECT", "SCHOOL", "FJAA")
_INSTALMENTS_PERCENT, _EMPLOYER_PERCENT = 80, 5


@dataclass(frozen=True, slots=True)
class Costs:
    """Pence by month: paid from the levy, transferred to other employers, and co-invested."""

    levy: Counter[date]
    transfers: Counter[date]
    co_invested: Counter[date]

    def of_year_to(self, month: date) -> int:
        """Return the pence paid from the levy in the twelve months that end with this one."""
        first = month.replace(year=month.year - 1)
        return sum(pence for day, pence in self.levy.items() if first < day <= month)


def _months_after(first: date, last: date) -> list[date]:
    """Return the months after the one of the first day, up to that of the last."""
    found: list[date] = []
    month = first.replace(day=1)
    while (month := date(month.year + month.month // 12, month.month % 12 + 1, 1)) <= last:
        found.append(month)
    return found


def payments_of(journey: Journey) -> Counter[date]:
    """Return what one apprenticeship costs by month, in pence."""
    first, last = journey.spells[0], journey.spells[-1]
    planned = max(1, round(months_between(first.start_date, first.planned_end_date)))
    price = journey.terms.total_price * 100
    instalment = price * _INSTALMENTS_PERCENT // 100 // planned
    months = [
        month
        for spell in journey.spells
        for month in _months_after(spell.start_date, spell.training_end_date)
    ]
    costs = Counter(dict.fromkeys(sorted(set(months))[:planned], instalment))
    if last.ending is Ending.COMPLETED:
        costs[last.training_end_date.replace(day=1)] += price - instalment * planned
    return costs


def costs_of(people: tuple[Person, ...], months: tuple[date, ...]) -> Costs:
    """Return what everybody costs in the months of the account; each month has its entry."""
    costs = Costs(*(Counter(dict.fromkeys(months, 0)) for _ in range(3)))
    within = set(months)
    for person in people:
        for journey in person.journeys:
            route, funding = person.planned.route, journey.terms.funding
            for month, pence in payments_of(journey).items():
                if month not in within:
                    continue
                if route == "TRANSFER":
                    costs.transfers[month] += pence
                elif route in _PAID_FROM_LEVY and funding == "LEVY":
                    costs.levy[month] += pence
                elif route in _PAID_FROM_LEVY and funding == "CO_INVEST":
                    costs.co_invested[month] += pence * _EMPLOYER_PERCENT // 100
    return costs
