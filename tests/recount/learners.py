"""Worked learners: rows that are easy to count by hand, and a lake that holds them.

Here: rows of no rule's interest but for what a test changes, chained or written as a lake. Not
here: what is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from specification.periods import Quarter
from tests.recount.lake import ApprenticeRow, CoverRow
from tests.recount.rates import Rated
from tests.recount.spells import Spell, chain

HACKNEY, CAMDEN = "E09000012", "E09000007"
AS_AT = "2026-27Q2"
PLAIN = ApprenticeRow(
    borough_code=HACKNEY,
    apprentice_ref="one",
    programme_no=1,
    person_key="key-one",
    standard_ref="ST0118",
    provider_ukprn="90000001",
    epa_org=None,
    route="DIRECT",
    entry_route="NEW",
    discipline="DATA",
    weekly_hours=Decimal("36.00"),
    start_date=date(2024, 9, 2),
    restart="N",
    planned_end_date=date(2026, 3, 31),
    status="1",
    training_end_date=None,
    outcome=None,
    achievement_date=None,
    withdraw_reason=None,
    withdraw_reason_detail=None,
    planned_otj_hours=500,
    actual_otj_hours=250,
    age_at_start=19,
    sex="F",
    ethnicity="31",
    disability="2",
)
TABLES = ("progression", "workforce", "levy", "readiness", "provider_feedback", "public_sector")


def learner(**changes: Any) -> ApprenticeRow:
    """Return a row of somebody in training, with some fields changed."""
    return replace(PLAIN, **changes)


def passed(**changes: Any) -> ApprenticeRow:
    """Return a row of somebody who finished on 31 March 2026 and passed on 31 May."""
    ended = {"training_end_date": date(2026, 3, 31), "achievement_date": date(2026, 5, 31)}
    return learner(**({"status": "2", "outcome": "1"} | ended | changes))


def withdrawn(on: date, **changes: Any) -> ApprenticeRow:
    return learner(**({"status": "3", "outcome": "3", "training_end_date": on} | changes))


def on_break(since: date, **changes: Any) -> ApprenticeRow:
    return learner(**({"status": "6", "outcome": "3", "training_end_date": since} | changes))


def rated(*rows: ApprenticeRow, seen: str = AS_AT) -> list[Rated]:
    """Return rows of one person, chained and rated at the end of September 2026."""
    as_at = Quarter.parse(AS_AT).last_day
    spells = [
        Spell(
            row=row,
            as_at_date=as_at,
            person=row.person_key or row.apprentice_ref,
            key=row.person_key,
            last_seen=seen,
            is_carried=seen != AS_AT,
            scope="ALL",
        )
        for row in rows
    ]
    chain(spells)
    return [Rated(spell) for spell in spells]


def only(row: ApprenticeRow) -> Rated:
    return rated(row)[0]


Returns = Mapping[tuple[str, str], Sequence[ApprenticeRow]]
"""Quarter and borough to the rows of the register."""


def write_lake(folder: Path, returns: Returns, *, scope: str = "ALL") -> Path:
    """Write signed returns that have nothing but apprentices, and return the lake's folder."""
    submissions: list[dict[str, object]] = []
    for (quarter, borough_code), rows in returns.items():
        submission_id = f"{borough_code}-{quarter}-v1"
        submissions.append(
            {
                "submission_id": submission_id,
                "borough_code": borough_code,
                "quarter": quarter,
                "version": 1,
                "state": "signed",
            }
        )
        nil = {f"nil_{table}": "Y" for table in TABLES if table != "progression"}
        cover = CoverRow(scope=scope, as_at_date=Quarter.parse(quarter).last_day, **nil)
        for table, contents in (("return", [cover]), ("apprentices", rows)):
            path = folder / "accepted" / table / quarter / f"{borough_code}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            lines = [{**asdict(row), "submission_id": submission_id} for row in contents]
            pq.write_table(pa.Table.from_pylist(lines), path)
    register = folder / "register" / "submissions.parquet"
    register.parent.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(submissions), register)
    return folder
