"""The levy account by month from the service's transactions.

Here: which transaction counts in which column and month. Not here: the balance, which a download of
some months does not hold.

Source: das-employer-finance, GetAllTransactionDetailsForAccountByDate and TransactionLineTypes:
payments and transfers out are negative, “Levy” and “Levy Adjustment” carry the declaration.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from feedback.das_rows import Download, Found, Month, read_amount, read_day
from feedback.filling import Cell
from specification.periods import Quarter

_DECLARATIONS = ("levy", "levy adjustment")
_TRANSFER, _EXPIRED = "transfer", "expired levy"
_PENNY, _FRACTION = Decimal("0.01"), Decimal("0.00001")
_AMOUNTS = (
    "Levy declared",
    "10% top up",
    "Paid from levy",
    "Your contribution",
    "Total",
)


@dataclass(slots=True)
class _Sums:
    """The amounts of one month, by column of the levy table, in pounds."""

    amounts: defaultdict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    english: Decimal = Decimal(0)
    shares: set[Decimal] = field(default_factory=set)

    def row(self, month: Month) -> dict[str, Cell]:
        columns = (
            "levy_declared",
            "top_up",
            "paid_to_providers",
            "transferred_out",
            "transferred_in",
            "expired",
            "co_investment",
        )
        row: dict[str, Cell] = {"month": date(month.year, month.month, 1)}
        for name in columns:
            row[name] = self.amounts[name].quantize(_PENNY)
        row["english_fraction"] = self._share()
        return row

    def _share(self) -> Decimal | None:
        if len(self.shares) <= 1:
            return next(iter(self.shares), None)
        declared = self.amounts["levy_declared"]
        return (self.english / declared).quantize(_FRACTION) if declared else None


def levy_rows(download: Download, quarter: Quarter) -> Found:
    """Return one row a month, from the first to the last month with a transaction."""
    found = Found()
    months: dict[Month, _Sums] = {}
    for record in download.records():
        if record is None:
            found.left_out["a stray comma moved the columns"] += 1
            continue
        read = {name: read_amount(record[name]) for name in _AMOUNTS}
        amounts = {name: amount for name, amount in read.items() if amount is not None}
        kind, month = record["Transaction type"].casefold(), _month(record)
        share = _share(record["English %"])
        if month is None or len(amounts) < len(_AMOUNTS):
            found.left_out["a month or amount that cannot be read"] += 1
        elif month > Month(quarter.last_day.year, quarter.last_day.month):
            found.left_out["of a month after the quarter"] += 1
        else:
            _add(months.setdefault(month, _Sums()), kind, amounts, share)
    if months:
        _fill_gaps(months)
        found.note("The balance is not in the download: copy it from the service")
        found.note("A month is complete only if the download covers all of it")
    found.rows = [months[month].row(month) for month in sorted(months)]
    return found


def _month(record: dict[str, str]) -> Month | None:
    # The levy belongs to the payroll month; everything else to the month it was booked in.
    is_levy = record["Transaction type"].casefold() in _DECLARATIONS
    text = record["Payroll month"] if is_levy else ""
    day = read_day(text or record["Transaction date"])
    return Month(day.year, day.month) if isinstance(day, date) else day


def _share(text: str) -> Decimal | None:
    share = read_amount(text.removesuffix("%").strip()) if text else None
    if share is None:
        return None
    return share / 100 if text.endswith("%") or share > 1 else share


def _add(sums: _Sums, kind: str, amounts: dict[str, Decimal], share: Decimal | None) -> None:
    total = amounts["Total"]
    if kind in _DECLARATIONS:
        sums.amounts["levy_declared"] += amounts["Levy declared"]
        sums.amounts["top_up"] += amounts["10% top up"]
        if share is not None:
            sums.shares.add(share)
            sums.english += amounts["Levy declared"] * share
    elif kind == _TRANSFER:
        sums.amounts["transferred_out" if total < 0 else "transferred_in"] += abs(total)
    elif kind == _EXPIRED:
        sums.amounts["expired"] += abs(total)
    else:
        sums.amounts["paid_to_providers"] -= amounts["Paid from levy"]
        sums.amounts["co_investment"] -= amounts["Your contribution"]


def _fill_gaps(months: dict[Month, _Sums]) -> None:
    month, last = min(months), max(months)
    while month < last:
        months.setdefault(month, _Sums())
        month = month.next()
