"""The levy rows of a batch, and what should have expired in each of them.

Here: accounts from rows. Not here: the arithmetic (`levy`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from expectations.levy import LevyMonth, Term, expired_due

_SCHEMA = pa.schema(
    [("_return", pa.int32()), ("month", pa.date32()), ("due", pa.decimal128(14, 2))]
)
_AMOUNTS = (
    "levy_declared",
    "english_fraction",
    "top_up",
    "paid_to_providers",
    "transferred_out",
    "transferred_in",
    "expired",
    "balance_end",
)


def levy_expiries(rows: pa.Table, terms: Sequence[tuple[str, str, str]]) -> pa.Table:
    """Return what should have expired, by return and month; an account with a gap has no row.

    Args:
        rows: the levy rows of a batch, by return and month.
        terms: first month, last month and months until expiry, as the specification says.
    """
    known = [
        Term(date.fromisoformat(first), date.fromisoformat(last), int(months))
        for first, last, months in terms
    ]
    found: list[dict[str, Any]] = []
    all_rows: list[dict[str, Any]] = rows.to_pylist()
    for number, account in groupby(all_rows, itemgetter("_return")):
        months = list(account)
        if any(row["_bad"] for row in months) or not all(_is_whole(row) for row in months):
            continue  # an amount that could not be read or is refused has a finding of its own
        due = expired_due([_month(row) for row in months], known)
        found += [{"_return": number, "month": m, "due": amount} for m, amount in due.items()]
    return pa.Table.from_pylist(found, schema=_SCHEMA)


def _is_whole(row: dict[str, Any]) -> bool:
    return all(row[name] is not None for name in _AMOUNTS) and 0 <= row["english_fraction"] <= 1


def _month(row: dict[str, Any]) -> LevyMonth:
    return LevyMonth(
        month=row["month"],
        funds=row["levy_declared"] * row["english_fraction"] + row["top_up"],
        paid=row["paid_to_providers"] + row["transferred_out"],
        received=row["transferred_in"],
        expired=row["expired"],
        balance_end=row["balance_end"],
    )
