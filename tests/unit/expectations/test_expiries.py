"""Levy rows of a batch to what should have expired: each account by itself, or not at all."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from expectations.expiries import levy_expiries
from expectations.levy import months_after

TERMS = (("2017-04-01", "2026-07-31", "24"), ("2026-08-01", "9999-12-31", "12"))
FIRST = date(2024, 1, 1)


def rows_of(number: int, count: int, **changes: dict[int, object]) -> list[dict[str, Any]]:
    """Return the rows of one account of £100 a month from January 2024, of which none is used."""
    found: list[dict[str, Any]] = []
    for place in range(count):
        row: dict[str, Any] = {
            "_return": number,
            "_bad": 0,
            "month": months_after(FIRST, place),
            "levy_declared": Decimal("100.00"),
            "english_fraction": Decimal("1.00000"),
            "top_up": Decimal("0.00"),
            "paid_to_providers": Decimal("0.00"),
            "transferred_out": Decimal("0.00"),
            "transferred_in": Decimal("0.00"),
            "expired": Decimal("0.00"),
            "balance_end": Decimal(100 * (place + 1)).quantize(Decimal("0.01")),
        }
        found.append(row | {name: by[place] for name, by in changes.items() if place in by})
    return found


def due(rows: list[dict[str, Any]]) -> list[tuple[int, date, Decimal]]:
    found = levy_expiries(pa.Table.from_pylist(rows), TERMS).to_pylist()
    return [(row["_return"], row["month"], row["due"]) for row in found if row["due"]]


def test_each_return_is_an_account_of_its_own() -> None:
    found = due(rows_of(0, 26) + rows_of(1, 25))
    january, february = months_after(FIRST, 24), months_after(FIRST, 25)
    assert found == [(0, january, 100), (0, february, 100), (1, january, 100)]


@pytest.mark.parametrize(
    "change",
    [
        {"paid_to_providers": {3: None}},
        {"balance_end": {0: None}},
        {"_bad": {5: 4}},
    ],
)
def test_an_account_with_an_amount_that_has_a_finding_of_its_own_is_not_judged(
    change: dict[str, dict[int, object]],
) -> None:
    assert due(rows_of(0, 26, **change) + rows_of(1, 25)) == [(1, months_after(FIRST, 24), 100)]


def test_an_account_with_a_gap_is_not_judged() -> None:
    rows = rows_of(0, 26)
    assert due(rows[:4] + rows[5:]) == []


def test_transfers_out_are_payments_and_the_english_share_is_what_came() -> None:
    rows = rows_of(
        0,
        25,
        transferred_out={2: Decimal("30.00")},
        paid_to_providers={3: Decimal("20.00")},
        english_fraction={0: Decimal("0.98000")},
        top_up={0: Decimal("9.80")},
        balance_end={0: Decimal("107.80")},
    )
    assert due(rows) == [(0, months_after(FIRST, 24), Decimal("57.80"))]


def test_no_rows_have_no_expiries() -> None:
    assert levy_expiries(pa.Table.from_pylist(rows_of(0, 1))[:0], TERMS).num_rows == 0
