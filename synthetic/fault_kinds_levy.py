"""The faults that are seeded in the levy account.

Here: one wrong month, an amount that does not add up, a month too few or too many. Not here: the
account (`levy`). A fault is put where it changes no other month: the balance, the expiry and the
yearly limit tie the months together.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from synthetic.cell_faults import CellFault, Fits, Makes
from synthetic.days import add_months
from synthetic.faults import Change, Fault, Rewritten
from synthetic.levy import MONTHS_TO_EXPIRY
from synthetic.rows import Cell, LevyRow, Month
from synthetic.sites import Site

_YEAR = 12
_HALF = 0.5


def _last(site: Site, row: LevyRow) -> bool:
    return row is site.content.levy[-1]


def _recent(site: Site, row: LevyRow) -> bool:
    """A month whose levy has not expired yet, neither the first nor one of the last two."""
    return row in site.content.levy[-14:-3]


def _english(row: LevyRow) -> float:
    return row.levy_declared * row.english_fraction


def _f(
    rule: str,
    field: str,
    value: Cell | Makes,
    what: str,
    fits: Fits = _recent,
    *also: tuple[str, Cell | Makes],
) -> CellFault:
    return CellFault(rule, "levy", field, value, what, fits, also=also)


def _plus(field: str, pounds: float) -> Makes:
    return lambda site, row: round(getattr(row, field) + pounds, 2)


def _paid_as_transfer(site: Site, row: LevyRow) -> Cell:
    return round(row.transferred_out + row.paid_to_providers + 100, 2)


def _same_english_levy(site: Site, row: LevyRow) -> Cell:
    return round(_english(row) / 1.25, 2)


@dataclass(frozen=True, slots=True)
class OddMonth:
    """A month that is missing, doubled, not reached yet, or left out at the end."""

    rule: str
    kind: Literal["gap", "twice", "next", "short"]

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault where the other months stay in order."""
        rows = site.content.levy
        if not rows or (self.kind == "next" and not _nothing_expires_next(rows)):
            return
        number: int | None = len(rows) // 2
        wrong: tuple[LevyRow, ...]
        match self.kind:
            case "gap":
                wrong = rows[:number] + rows[number + 1 :]
            case "twice":
                wrong = rows[:number] + rows[number - 1 : number] + rows[number:]
            case "next":
                wrong, number = (*rows, _month_after(rows[-1])), len(rows)
            case "short":
                wrong, number = rows[:-1], None
        yield Fault(
            rule=self.rule,
            table="levy",
            row=number,
            column="month",
            what=f"a month in the wrong place: {self.kind}",
            rewritten=(Rewritten("levy", wrong),),
        )


def _month_after(row: LevyRow) -> LevyRow:
    """Return an empty month after the last one: nothing came and nothing went."""
    return LevyRow(
        month=Month(add_months(row.month.first_day, 1)),
        levy_declared=0,
        english_fraction=row.english_fraction,
        top_up=0,
        paid_to_providers=0,
        transferred_out=0,
        transferred_in=0,
        expired=0,
        co_investment=0,
        balance_end=row.balance_end,
    )


def _nothing_expires_next(rows: tuple[LevyRow, ...]) -> bool:
    old = rows[: len(rows) + 1 - MONTHS_TO_EXPIRY]
    brought = sum(_english(row) + row.top_up for row in old)
    return brought < sum(row.paid_to_providers + row.transferred_out + row.expired for row in rows)


@dataclass(frozen=True, slots=True)
class TooMuchTransferred:
    """Transfers over half of last year's levy, in the last month, where the balance allows it."""

    rule: str = "L-005"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault where nothing expires in the last month."""
        rows = site.content.levy
        if not rows or rows[-1].expired:
            return
        last = rows[-1]
        in_year = last.month.first_day.month - 3 + (12 if last.month.first_day.month < 4 else 0)
        year_before = rows[-in_year - _YEAR : -in_year]
        too_much = round(_HALF * sum(map(_english, year_before)) + 5000, 2)
        if len(year_before) < _YEAR or last.balance_end < too_much:
            return
        yield Fault(
            rule=self.rule,
            table="levy",
            row=len(rows) - 1,
            column="transferred_out",
            what="over half of the levy of the year before",
            changes=(
                Change("transferred_out", round(last.transferred_out + too_much, 2)),
                Change("balance_end", round(last.balance_end - too_much, 2)),
            ),
            touched=frozenset({"levy"}),
        )


LEVY_FAULTS = (
    OddMonth("L-001", "gap"),
    OddMonth("L-001", "twice"),
    OddMonth("L-008", "short"),
    OddMonth("L-009", "next"),
    _f("L-002", "co_investment", -50.0, "under 0"),
    _f("L-002", "paid_to_providers", -100.0, "under 0", _recent,
       ("transferred_out", _paid_as_transfer)),
    _f("L-003", "english_fraction", 1.25, "over 1", _recent,
       ("levy_declared", _same_english_levy)),
    _f("L-004", "top_up", _plus("top_up", 480.0), "more than a tenth"),
    _f("L-004", "top_up", lambda site, row: round(_english(row) * 0.1, 2),
       "a top-up after it ended", lambda site, row: _last(site, row) and row.top_up == 0),
    TooMuchTransferred(),
    _f("L-006", "expired", _plus("expired", 350.0), "more than is due", _recent),
    _f("L-006", "expired", 0, "levy expired and none is shown",
       lambda site, row: _last(site, row) and row.expired > 0),
    _f("L-007", "balance_end", _plus("balance_end", -1250.0), "does not add up", _last),
    _f("L-007", "balance_end", _plus("balance_end", 640.0), "does not add up", _recent),
    _f("F-002", "levy_declared", None, "empty"),
    _f("F-005", "paid_to_providers", "see finance", "words"),
    _f("F-014", "month", "autumn", "no month", _last),
)  # fmt: skip
