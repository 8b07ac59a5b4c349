"""DfE's apprenticeship achievement rates by provider and standard.

Here: the headings of the file, and which of its lines are kept. Not here: comparing a provider
with them. The file is `app_narts_provider_level_fwk_std` in the download of the release
“Apprenticeships” in Explore Education Statistics. Its headings were read on 23 November 2026 from
a public table definition that names those of the 2025-26 file as they are; the sister file for
England, whose preview DfE shows in its data catalogue, has the same names for the same columns.
The file itself was not at hand. Other accepted headings are those of earlier releases.
"""

from __future__ import annotations

import re

import pyarrow as pa

from ingest.context_model import Cells, ContextTable, Row
from ingest.context_values import (
    Figure,
    UnreadableCell,
    academic_year_period,
    figure,
    time_period,
)

_VOLUMES = ("leavers", "completers", "achievers")
_RATES = ("achievement_rate", "retention_rate", "pass_rate")
# A file breaks figures down by these; only the line for all of them together is kept.
_BREAKDOWNS = {
    "age_youth_adult": ("age_youth_adult",),
    "age_group": ("age_group", "age"),
    "funding_type": ("funding_type",),
    "detailed_level": ("detailed_level",),
}
_TOTALS = frozenset({"total", "all", "all ages"})
_STANDARD = re.compile(r"(.+?)\s*(?:-\s*|\()((?:ST|FA|AU)\d{4})\)?")


def _row(cells: Cells) -> Row | None:
    if any(cells.text(word).lower() not in {"", *_TOTALS} for word in _BREAKDOWNS):
        return None
    ukprn = cells.read("ukprn", _provider)
    if ukprn is None:
        return None
    year = cells.read("time_period", time_period)
    valid = academic_year_period(year)
    title, reference = _standard(cells.text("standard"))
    row: Row = {
        "academic_year": year,
        "valid_from": valid.valid_from,
        "valid_to": valid.valid_to,
        "ukprn": ukprn,
        "provider_name": cells.text("provider_name"),
        "provider_type": cells.text("provider_type") or None,
        "standard": reference or title,
        "standard_ref": reference,
        "standard_title": title,
        "ssa_tier1": cells.text("ssa_tier1") or "Total",
        "level": cells.text("level"),
    }
    for name in _VOLUMES:
        found = cells.read(name, _volume)
        row[name] = None if found.number is None else int(found.number)
        row[f"{name}_symbol"] = found.symbol
    for name in _RATES:
        rate = cells.read(name, _percent)
        row[f"{name}_percent"] = rate.number
        row[f"{name}_symbol"] = rate.symbol
    return row


def _some_row(rows: list[Row]) -> list[Row]:
    if not rows:
        raise UnreadableCell(
            "no line is about one provider and all ages together, so there is nothing to keep"
        )
    return rows


def _provider(text: str) -> str | None:
    """Return a provider's number; None for a line about providers together."""
    if text.lower() in {"", "z", "x", *_TOTALS}:
        return None
    if not re.fullmatch(r"\d{8}", text):
        raise UnreadableCell(f"“{text}” is not a UKPRN of eight digits")
    return text


def _standard(text: str) -> tuple[str, str | None]:
    """Return the title and the reference of `Data analyst-ST0118`; a framework has no reference."""
    found = _STANDARD.fullmatch(text)
    return (found[1], found[2]) if found else (text, None)


def _volume(text: str) -> Figure:
    found = figure(text)
    if found.number is not None and (found.number < 0 or found.number != int(found.number)):
        raise UnreadableCell(f"“{text}” is not a whole number")
    return found


def _percent(text: str) -> Figure:
    found = figure(text)
    if found.number is not None and not 0 <= found.number <= 100:
        raise UnreadableCell(f"“{text}” is not a rate in per cent")
    return found


ACHIEVEMENT_RATES = ContextTable(
    name="dfe_achievement_rates",
    headings={
        "time_period": ("time_period",),
        "ukprn": ("provider_ukprn", "ukprn"),
        "provider_name": ("provider_name", "institution_name"),
        "standard": ("std_fwk_name_stcode", "std_fwk_name"),
        "level": ("level", "apps_level", "apprenticeship_level"),
        **{name: (name, f"overall_{name}") for name in (*_VOLUMES, *_RATES)},
    },
    optional={
        "provider_type": ("provider_type",),
        "ssa_tier1": ("ssa_tier_1", "ssa_t1_desc"),
        **_BREAKDOWNS,
    },
    columns={
        "academic_year": pa.string(),
        "valid_from": pa.date32(),
        "valid_to": pa.date32(),
        **dict.fromkeys(("ukprn", "provider_name", "provider_type"), pa.string()),
        **dict.fromkeys(("standard", "standard_ref", "standard_title"), pa.string()),
        **dict.fromkeys(("ssa_tier1", "level"), pa.string()),
        **{
            column: kind
            for name in _VOLUMES
            for column, kind in ((name, pa.int32()), (f"{name}_symbol", pa.string()))
        },
        **{
            column: kind
            for name in _RATES
            for column, kind in (
                (f"{name}_percent", pa.decimal128(18, 4)),
                (f"{name}_symbol", pa.string()),
            )
        },
    },
    grain=("academic_year", "ukprn", "standard_title", "standard", "ssa_tier1", "level"),
    read=_row,
    finish=_some_row,
)
