"""A lake made rough on purpose: what real returns do and the demo's returns never do.

Here: a copy of a lake with rows gone for a quarter or for good, numbers changed, learner numbers
left out, foundation apprenticeships and units, late breaks, short spells, blanks, and boroughs that
narrow their scope. Not here: faults that a check refuses, such as a month missing from the levy.
What is changed comes from hashes, so the same lake gives the same rough one.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, Any]
NARROWED = ("E09000005", "E09000012", "E09000030")


def make_rough(lake: Path, rough: Path) -> None:
    """Copy a lake and change its rows in place."""
    shutil.copytree(lake, rough, ignore=shutil.ignore_patterns("compacted"))
    folder = rough / "accepted"
    quarters = sorted(one.name for one in (folder / "apprentices").iterdir())
    for at, quarter in enumerate(quarters):
        for file in sorted((folder / "apprentices" / quarter).glob("*.parquet")):
            _rewrite(file, lambda row, at=at: _spell(row, at))
    for file in sorted((folder / "return").glob("*/*.parquet")):
        if file.stem in NARROWED and file.parent.name > "2025-26Q1":
            _rewrite(file, lambda row: row | {"scope": "DIGITAL"})
    for table, change in (
        ("progression", _follow_up),
        ("public_sector", _public_sector),
        ("workforce", _grade),
    ):
        for file in sorted((folder / table).glob("*/*.parquet")):
            _rewrite(file, lambda row, at=file.parent.name, do=change: do(row, at))


def _rewrite(file: Path, change: Callable[[Row], Row | None]) -> None:
    table = pq.ParquetFile(file).read()
    rows = [changed for row in table.to_pylist() if (changed := change(row)) is not None]
    pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), file)


def _chance(*parts: object) -> float:
    """Return a number from 0 to 1 that depends on the parts alone."""
    text = "|".join(str(part) for part in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:8], 16) / 2**32


def _spell(row: Row, at: int) -> Row | None:
    person = (row["borough_code"], row["apprentice_ref"])
    spell = (*person, row["programme_no"])
    if _chance("gone", *spell) < 0.10 and at > _chance("when", *spell) * 9 - 1:
        return None
    if _chance("hole", *spell) < 0.02 and at == int(_chance("hole at", *spell) * 8):
        return None
    if _chance("renumbered", *person) < 0.03 and at >= 1 + _chance("renumbered at", *person) * 6:
        row["apprentice_ref"] += "N"
    if _chance("number", *spell) < 0.05 and _chance("number at", *spell, at) < 0.7:
        row["person_key"] = None
    kind = _chance("standard", *person)
    if kind < 0.02:
        row["standard_ref"] = "FA0001" if kind < 0.01 else "AU0001"
    _ending(row, spell)
    if row["planned_end_date"] < row["start_date"]:
        row["planned_end_date"] = row["start_date"] + timedelta(days=365)
    _blanks(row, spell)
    return row


def _ending(row: Row, spell: tuple[object, ...]) -> None:
    if row["status"] == "3" and _chance("reason", *spell) < 0.1:
        reasons = ["7", "98", None, "41", "40"]
        row["withdraw_reason"] = reasons[int(_chance("which", *spell) * 5)]
    if row["status"] == "3" and _chance("detail", *spell) < 0.1:
        row["withdraw_reason_detail"] = None
    if row["status"] == "6" and _chance("break", *spell) < 0.4:
        earlier = timedelta(days=int(900 * _chance("break days", *spell)))
        row["training_end_date"] = max(row["start_date"], row["training_end_date"] - earlier)
    if row["status"] == "3" and _chance("short", *spell) < 0.05:
        planned = timedelta(days=int(200 * _chance("short plan", *spell)))
        stayed = timedelta(days=int(50 * _chance("short stay", *spell)))
        row["planned_end_date"] = row["start_date"] + planned
        row["training_end_date"] = min(row["training_end_date"], row["start_date"] + stayed)


def _blanks(row: Row, spell: tuple[object, ...]) -> None:
    shares = {
        "planned_otj_hours": 0.05,
        "weekly_hours": 0.03,
        "discipline": 0.04,
        "provider_ukprn": 0.01,
        "age_at_start": 0.01,
        "entry_route": 0.01,
    }
    for field, share in shares.items():
        if _chance(field, *spell) < share:
            row[field] = None


def _follow_up(row: Row, at: str) -> Row | None:
    drawn = _chance("p", row["borough_code"], row["apprentice_ref"], row["checkpoint"], at)
    if drawn < 0.05:
        row["destination"], row["grade"] = "UNKNOWN", None
    elif drawn < 0.1:
        row["grade"] = ["EXEC", "U", "HEAD", None][int(drawn * 1000) % 4]
    elif drawn < 0.15:
        return None
    return row


def _public_sector(row: Row, _at: str) -> Row:
    drawn = _chance("s", row["borough_code"], row["part"])
    if drawn < 0.1:
        row["employees_start"] = 0
    elif drawn < 0.2:
        row["apprentices_new"] = None
    elif drawn < 0.3:
        row["employees_start"] = None
    return row


def _grade(row: Row, _at: str) -> Row:
    if _chance("w", row["borough_code"], row["discipline"], row["grade"]) < 0.1:
        row["posts_filled"] += 3
        row["planned_starts_12m"] = None
    return row
