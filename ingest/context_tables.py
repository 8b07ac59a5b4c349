"""The published tables that can be imported, and how a line of each is read.

Here: headings, columns and what belongs to each table alone. Not here: files, hashes and the
record of imports (`ingest/context.py`), or the achievement rates (`ingest/achievement_rates.py`).
Columns: see docs/context.md.
"""

from __future__ import annotations

from itertools import groupby

import pyarrow as pa

from ingest.achievement_rates import ACHIEVEMENT_RATES
from ingest.context_model import Cells, ContextTable, Row, as_published
from ingest.context_values import (
    Period,
    Threshold,
    UnreadableCell,
    academic_year_period,
    close_gaps,
    financial_year,
    financial_year_period,
    number,
    period,
    split_academic_year,
    threshold,
    whole,
)
from specification.load import load_code_list

TEXT, WHOLE, FLAG, DAY = pa.string(), pa.int32(), pa.bool_(), pa.date32()
NUMBER = pa.decimal128(18, 4)
_COUNTS = ("starts", "enrolments", "achievements")
_COUNT_HEADINGS = {name: (f"{name}_r10",) for name in _COUNTS}
_COUNT_COLUMNS = {
    column: kind for name in _COUNTS for column, kind in ((name, WHOLE), (f"{name}_is_low", FLAG))
}
_VALIDITY = {"valid_from": DAY, "valid_to": DAY}
# The framework's list says “executive”; ours is EXEC.
_GRADE_NAMES = {"EXECUTIVE": "EXEC"}


def _texts(*names: str) -> dict[str, pa.DataType]:
    return dict.fromkeys(names, TEXT)


def _kept(cells: Cells, *words: str) -> Row:
    return {word: cells.text(word) for word in words}


def _counts(cells: Cells) -> Row:
    row: Row = {}
    for name in _COUNTS:
        is_low = cells.text(name) == "low"
        row[name] = None if is_low else cells.read(name, whole)
        row[f"{name}_is_low"] = is_low
    return row


def _valid(one: Period) -> Row:
    return {"valid_from": one.valid_from, "valid_to": one.valid_to}


_BOROUGH_WORDS = ("academic_year", "geography_basis", "borough_code", "borough_name")


def _borough_total(cells: Cells) -> Row:
    counted = {"provider_count": cells.read("provider_count", whole)}
    return _kept(cells, *_BOROUGH_WORDS) | _counts(cells) | counted


BOROUGH_TOTALS = ContextTable(
    name="dfe_london_borough_totals",
    headings=as_published("academic_year", "geography_basis")
    | {"borough_code": ("gss_code",), "borough_name": ("borough",)}
    | _COUNT_HEADINGS
    | {"provider_count": ("providers",)},
    columns=_texts(*_BOROUGH_WORDS) | _COUNT_COLUMNS | {"provider_count": WHOLE},
    grain=("academic_year", "geography_basis", "borough_code"),
    read=_borough_total,
)

_PROVIDER_WORDS = (
    *("academic_year", "ukprn", "provider_name", "provider_type", "standard_title"),
    *("level_band", "ssa_tier1", "ssa_tier2"),
)


def _provider_standard(cells: Cells) -> Row:
    return _kept(cells, *_PROVIDER_WORDS) | _counts(cells)


PROVIDER_STANDARDS = ContextTable(
    name="dfe_digital_provider_standard",
    headings=as_published(*(one for one in _PROVIDER_WORDS if one != "standard_title"))
    | {"standard_title": ("standard_or_framework",)}
    | _COUNT_HEADINGS,
    columns=_texts(*_PROVIDER_WORDS) | _COUNT_COLUMNS,
    grain=("academic_year", "ukprn", "standard_title", "level_band"),
    read=_provider_standard,
)


def _national_total(cells: Cells) -> Row:
    return _kept(cells, "academic_year", "apps_level", "age_group") | _counts(cells)


NATIONAL_TOTALS = ContextTable(
    name="dfe_national_totals",
    headings=as_published("academic_year", "apps_level", "age_group") | _COUNT_HEADINGS,
    columns=_texts("academic_year", "apps_level", "age_group") | _COUNT_COLUMNS,
    grain=("academic_year", "apps_level", "age_group"),
    read=_national_total,
)

_CONDITION_COLUMNS = {
    "comparator": TEXT,
    "percent": NUMBER,
    "second_comparator": TEXT,
    "second_percent": NUMBER,
    "qualifier": TEXT,
}


def _condition(name: str, found: Threshold) -> Row:
    return {f"{name}_{part}": getattr(found, part) for part in _CONDITION_COLUMNS}


def _framework_threshold(cells: Cells) -> Row:
    kept = _kept(
        cells, "indicator", "period", "at_risk", "needs_improvement", "definition", "source"
    )
    for name in ("at_risk", "needs_improvement"):
        kept |= _condition(name, cells.read(name, threshold))
    return kept | {"valid": cells.read("period", period)}


def _finish_framework(rows: list[Row]) -> list[Row]:
    """Say until when each threshold was valid, and write out what “same” stands for."""
    valid = close_gaps([one for row in rows if isinstance(one := row.pop("valid"), Period)])
    definitions: dict[object, object] = {}
    for row in rows:
        if row["definition"] == "same":
            row["definition"] = definitions.get(row["indicator"], "same")
        definitions[row["indicator"]] = row["definition"]
    return [row | _valid(one) for row, one in zip(rows, valid, strict=True)]


FRAMEWORK_THRESHOLDS = ContextTable(
    name="aaf_thresholds",
    headings=as_published(
        "indicator", "period", "at_risk", "needs_improvement", "definition", "source"
    ),
    columns=_texts("indicator", "period")
    | _VALIDITY
    | {"at_risk": TEXT}
    | {f"at_risk_{part}": kind for part, kind in _CONDITION_COLUMNS.items()}
    | {"needs_improvement": TEXT}
    | {f"needs_improvement_{part}": kind for part, kind in _CONDITION_COLUMNS.items()}
    | _texts("definition", "source"),
    grain=("indicator", "period"),
    read=_framework_threshold,
    finish=_finish_framework,
)


def _national_rate(cells: Cells) -> Row:
    measure = cells.text("measure")
    year, name = split_academic_year(measure)
    value = cells.text("value")
    valid = academic_year_period(year) if year else Period(None, None)
    return {
        "measure": measure,
        "measure_name": name,
        "academic_year": year,
        **_valid(valid),
        "value_text": value,
        "value": number(value),
        "unit": cells.text("unit") or None,
        "source": cells.text("source"),
    }


NATIONAL_RATES = ContextTable(
    name="national_rates",
    headings=as_published("measure", "value", "unit", "source"),
    columns=_texts("measure", "measure_name", "academic_year")
    | _VALIDITY
    | {"value_text": TEXT, "value": NUMBER, "unit": TEXT, "source": TEXT},
    grain=("measure",),
    read=_national_rate,
)


def _council_total(cells: Cells) -> Row:
    written, category = cells.text("financial_year"), cells.text("category")
    year = financial_year(written)
    valid = financial_year_period(year) if year else Period(None, None)
    return {
        "period": written,
        "financial_year": year,
        **_valid(valid),
        "category": category,
        "is_total": category.upper().startswith("TOTAL"),
        "apprentices": cells.read("apprentices", whole),
        "source": cells.text("source") or None,
    }


def _reconcile(rows: list[Row]) -> list[Row]:
    """Refuse a year whose categories do not add up to its total."""

    def written(row: Row) -> str:
        return str(row["period"])

    for year, of_year in groupby(sorted(rows, key=written), key=written):
        listed = list(of_year)
        parts = [int(str(row["apprentices"])) for row in listed if not row["is_total"]]
        totals = [int(str(row["apprentices"])) for row in listed if row["is_total"]]
        if parts and totals and totals != [sum(parts)]:
            given = " and ".join(str(one) for one in totals)
            raise UnreadableCell(
                f"the categories of {year} add up to {sum(parts)}, and the TOTAL row says {given}"
            )
    return rows


LONDON_COUNCILS_TOTALS = ContextTable(
    name="london_councils_totals",
    headings=as_published("financial_year", "category", "apprentices", "source"),
    columns=_texts("period", "financial_year")
    | _VALIDITY
    | {"category": TEXT, "is_total": FLAG, "apprentices": WHOLE, "source": TEXT},
    grain=("period", "category"),
    read=_council_total,
    finish=_reconcile,
)


def _framework_role(cells: Cells) -> Row:
    kept = _kept(cells, "role_family", "role", "role_level", "role_type", "suggested_grade")
    named = str(kept["suggested_grade"]).upper()
    code = _GRADE_NAMES.get(named, named)
    grades = {one.code for one in load_code_list("workforce_grade")}
    known = code if code in grades else None
    return kept | {"role_type": kept["role_type"] or None, "grade_code": known}


FRAMEWORK_ROLES = ContextTable(
    name="gdad_roles",
    headings=as_published("role_family", "role", "role_level", "role_type", "suggested_grade"),
    columns=_texts(
        "role_family", "role", "role_level", "role_type", "suggested_grade", "grade_code"
    ),
    grain=("role_family", "role", "role_level"),
    read=_framework_role,
)

TABLES = (
    BOROUGH_TOTALS,
    PROVIDER_STANDARDS,
    NATIONAL_TOTALS,
    FRAMEWORK_THRESHOLDS,
    NATIONAL_RATES,
    LONDON_COUNCILS_TOTALS,
    FRAMEWORK_ROLES,
    ACHIEVEMENT_RATES,
)
