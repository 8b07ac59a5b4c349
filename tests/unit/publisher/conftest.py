"""A small warehouse with the tables that a release reads: 33 boroughs, eight quarters, seeded.

Here: figures that add up, as the real marts' do. Kingston upon Thames did not return; Bexley's
return was sent back; the City of London collects its digital apprenticeships only; Sutton and
Ealing were late.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from publisher.release import Release, publish_release
from specification.periods import Quarter
from tests.unit.publisher.topic_rows import Row, add_topics, levy_rows, topic_rows
from tests.unit.publisher.warehouse_sql import CASE_MIX, add_metric_values, add_units

# code, name, short name, tile row, tile column, digital apprenticeships that ended in three years
BOROUGHS = [
    ("E09000001", "City of London", "CTY", 4, 5, 6),
    ("E09000002", "Barking and Dagenham", "BAR", 4, 8, 41),
    ("E09000003", "Barnet", "BNT", 2, 4, 38),
    ("E09000004", "Bexley", "BXL", 5, 7, 22),
    ("E09000005", "Brent", "BRT", 3, 3, 57),
    ("E09000006", "Bromley", "BRM", 6, 5, 33),
    ("E09000007", "Camden", "CMD", 3, 4, 96),
    ("E09000008", "Croydon", "CRD", 6, 4, 64),
    ("E09000009", "Ealing", "ELG", 3, 2, 49),
    ("E09000010", "Enfield", "ENF", 1, 5, 44),
    ("E09000011", "Greenwich", "GRN", 5, 6, 71),
    ("E09000012", "Hackney", "HCK", 3, 6, 128),
    ("E09000013", "Hammersmith and Fulham", "HMF", 4, 2, 36),
    ("E09000014", "Haringey", "HGY", 2, 5, 52),
    ("E09000015", "Harrow", "HRW", 2, 3, 19),
    ("E09000016", "Havering", "HVG", 3, 8, 27),
    ("E09000017", "Hillingdon", "HDN", 3, 1, 55),
    ("E09000018", "Hounslow", "HNS", 4, 1, 46),
    ("E09000019", "Islington", "ISL", 3, 5, 83),
    ("E09000020", "Kensington and Chelsea", "KNS", 4, 3, 14),
    ("E09000021", "Kingston upon Thames", "KNG", 6, 2, 24),
    ("E09000022", "Lambeth", "LAM", 5, 3, 78),
    ("E09000023", "Lewisham", "LSH", 5, 5, 69),
    ("E09000024", "Merton", "MRT", 6, 3, 21),
    ("E09000025", "Newham", "NWM", 4, 7, 87),
    ("E09000026", "Redbridge", "RDB", 3, 7, 25),
    ("E09000027", "Richmond upon Thames", "RCH", 5, 1, 12),
    ("E09000028", "Southwark", "SWR", 5, 4, 91),
    ("E09000029", "Sutton", "STN", 7, 3, 31),
    ("E09000030", "Tower Hamlets", "TOW", 4, 6, 74),
    ("E09000031", "Waltham Forest", "WFT", 2, 6, 58),
    ("E09000032", "Wandsworth", "WNS", 5, 2, 62),
    ("E09000033", "Westminster", "WST", 4, 4, 53),
]  # fmt: skip
NOT_RETURNED = "E09000021"
SENT_BACK = "E09000004"
DIGITAL_ONLY = "E09000001"
FEW_OTHERS = {"E09000024": (2, 1), "E09000029": (3, 1), "E09000008": (9, 7)}
"""Boroughs with this many leavers and achievers outside digital: small enough to protect."""
LATE = ("E09000029", "E09000009")
QUARTER = Quarter(2026, 2)
PERIOD = "2023/24 to 2025/26"
GENERATED_ON = date(2026, 11, 26)


@dataclass(frozen=True, slots=True)
class Value:
    """One row to be of fct_metric_values."""

    metric_id: str
    population: str
    area_code: str
    period_type: str
    period: str
    numerator: int | None
    denominator: int | None = None
    due_count: int | None = None


def quarters() -> list[Quarter]:
    """Return the eight quarters up to the release's, in order."""
    found = [QUARTER]
    while len(found) < 8:
        found.insert(0, found[0].previous())
    return found


def _values(seed: int) -> Iterator[Value]:
    """Yield borough rows with counts that add up, leaving London to be summed."""
    chance = random.Random(seed)  # noqa: S311 - a fixture, not a key
    for code, _, _, _, _, ended in BOROUGHS:
        rate = {"E09000012": 0.82, "E09000017": 0.40}.get(code, chance.gauss(0.63, 0.05))
        achieved = sum(chance.random() < rate for _ in range(ended))
        yield Value("M05", "DIGITAL", code, "three_academic_years", PERIOD, achieved, ended)
        other = 90 + ended * 3
        other_rate = {"E09000025": 0.85, "E09000028": 0.4, CASE_MIX: 0.86}.get(code, 0.63)
        others = FEW_OTHERS.get(code) or (
            other,
            sum(chance.random() < other_rate for _ in range(other)),
        )
        yield Value(
            "M05",
            "ALL",
            code,
            "three_academic_years",
            PERIOD,
            achieved + others[1],
            ended + others[0],
        )
        journeys = ended - chance.randint(0, ended // 12)
        succeeded = min(achieved, journeys)
        yield Value("M08", "DIGITAL", code, "three_academic_years", PERIOD, succeeded, journeys)
        yield from _starts(chance, code, ended)
        yield from _destinations(chance, code, achieved)
        first_scheme = 24 if code == "E09000012" else chance.choice([0, 0, 1, 2, 3, 5, 6, 7])
        yield Value("M37", "DIGITAL", code, "window", "2019 to 2021", first_scheme, None)
        yield Value("M40b", "ALL", code, "quarter", str(QUARTER), ended % 3, ended * 4)


def _starts(chance: random.Random, code: str, ended: int) -> Iterator[Value]:
    to_date = 0
    for place, quarter in enumerate(quarters()):
        digital = sum(chance.random() < 0.16 for _ in range(ended // 2 + 2))
        every_kind = digital + int(chance.gauss(ended / 3, 2 + ended / 14) * (0.85 + place * 0.03))
        every_kind = max(digital, every_kind)
        yield Value("M01", "DIGITAL", code, "quarter", str(quarter), digital)
        yield Value("M01", "ALL", code, "quarter", str(quarter), every_kind)
        if quarter.financial_year == QUARTER.financial_year:
            to_date += digital
    yield Value("M01", "DIGITAL", code, "financial_year", QUARTER.financial_year, to_date)


def _destinations(chance: random.Random, code: str, achieved: int) -> Iterator[Value]:
    shares = {"M17": 0.42, "M18": 0.14, "M19": 0.09, "M20a": 0.08, "M20b": 0.12, "M21": 0.1}
    for checkpoint, due_share, answer in (
        ("END", 1.0, 0.95), ("M6", 0.85, 0.84), ("M12", 0.7, 0.7), ("M24", 0.45, 0.52),
    ):  # fmt: skip
        due = int(achieved * due_share)
        known = sum(chance.random() < answer for _ in range(due))
        names = [*shares, "other"]
        went = chance.choices(names, weights=[*shares.values(), 0.05], k=known)
        for metric_id in shares:
            counted = went.count(metric_id)
            yield Value(metric_id, "DIGITAL", code, "checkpoint", checkpoint, counted, known, due)
        kept = sum(went.count(name) for name in ("M17", "M18", "M19", "other"))
        yield Value("M22", "DIGITAL", code, "checkpoint", checkpoint, kept, known, due)


def is_blank(area_code: str, population: str) -> bool:
    """Whether a borough has no figures of a population."""
    return area_code in (NOT_RETURNED, SENT_BACK) or (
        area_code == DIGITAL_ONLY and population == "ALL"
    )


def _with_region(rows: list[Value]) -> list[Value]:
    """Blank what was not returned or not collected and add London as the sum of the others."""
    region: dict[tuple[str, str, str, str], list[Value]] = {}
    blanked: list[Value] = []
    for row in rows:
        if is_blank(row.area_code, row.population):
            blanked.append(replace(row, numerator=None, denominator=None, due_count=None))
            continue
        blanked.append(row)
        key = (row.metric_id, row.population, row.period_type, row.period)
        region.setdefault(key, []).append(row)
    for (metric_id, population, period_type, period), parts in region.items():
        sums = (
            sum(part.numerator or 0 for part in parts),
            None if parts[0].denominator is None else sum(part.denominator or 0 for part in parts),
            None if parts[0].due_count is None else sum(part.due_count or 0 for part in parts),
        )
        if metric_id == "M37":
            sums = (sums[0], sums[0], None)
            for place, one in enumerate(blanked):
                if one.metric_id == metric_id and one.numerator is not None:
                    blanked[place] = replace(one, denominator=sums[0])
        blanked.append(Value(metric_id, population, "REGION", period_type, period, *sums))
    return blanked


def build_warehouse(path: Path, *, seed: int = 2026, with_context: bool = False) -> Path:
    """Write a warehouse of the release's tables; return its path."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table dim_borough (borough_code varchar, borough_name varchar, "
            "short_name varchar, is_inner_london boolean, tile_row integer, tile_column integer)"
        )
        connection.executemany(
            "insert into dim_borough values (?, ?, ?, false, ?, ?)", [row[:5] for row in BOROUGHS]
        )
        _add_quarters(connection)
        _add_statuses(connection)
        rows = _with_region(list(_values(seed)))
        add_metric_values(connection, [_row(value) for value in rows])
        add_units(connection)
        add_topics(connection, _topics(rows, seed), str(QUARTER))
        _add_context(connection, with_context)
    return path


def _topics(rows: list[Value], seed: int) -> Iterator[Row]:
    """Yield the slices that add up to the leavers of the boroughs, and their levy."""
    ended = {
        (one.population, one.area_code): (one.numerator or 0, one.denominator or 0)
        for one in rows
        if one.metric_id == "M05" and one.area_code != "REGION" and one.numerator is not None
    }
    quarter, years = str(QUARTER), ["2023-24", "2024-25", "2025-26"]
    yield from topic_rows(ended, quarter=quarter, period=PERIOD, seed=seed)
    areas = sorted({area for _, area in ended})
    yield from levy_rows(areas, quarter=quarter, years=years, seed=seed)


def _row(value: Value) -> tuple[object, ...]:
    state = "given"
    if value.area_code != "REGION" and is_blank(value.area_code, value.population):
        state = {NOT_RETURNED: "not_returned", SENT_BACK: "returned_for_correction"}.get(
            value.area_code, "not_collected"
        )
    return (
        str(QUARTER), value.metric_id, value.population, value.area_code, value.period_type,
        value.period, value.numerator, value.denominator, value.due_count, state,
    )  # fmt: skip


def _add_quarters(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table dim_quarter (quarter varchar, first_day date, last_day date, "
        "quarter_label varchar, financial_year varchar, due_date date, published_on date)"
    )
    dates = {QUARTER: date(2026, 11, 26), QUARTER.next(): date(2027, 2, 25)}
    connection.executemany(
        "insert into dim_quarter values (?, ?, ?, ?, ?, null, ?)",
        [
            (str(one), one.first_day, one.last_day, one.label, one.financial_year, dates.get(one))
            for one in [*quarters(), QUARTER.next()]
        ],
    )


def _add_statuses(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        "create table fct_return_status (borough_code varchar, quarter varchar, state varchar, "
        "version integer, received_at timestamp, signed_at timestamp, is_late boolean, "
        "scope varchar, row_count integer, submission_id varchar)"
    )
    connection.executemany(
        "insert into fct_return_status values (?, ?, ?, 1, null, null, ?, ?, null, null)",
        [
            (
                row[0],
                str(QUARTER),
                {NOT_RETURNED: "not_returned", SENT_BACK: "returned_for_correction"}.get(
                    row[0], "signed"
                ),
                row[0] in LATE,
                {NOT_RETURNED: None, DIGITAL_ONLY: "DIGITAL"}.get(row[0], "ALL"),
            )
            for row in BOROUGHS
        ],
    )


def _add_context(connection: duckdb.DuckDBPyConnection, with_context: bool) -> None:
    counts = "starts integer, enrolments integer, achievements integer"
    connection.execute(
        "create table ctx_dfe_london_borough_totals (academic_year varchar, "
        f"geography_basis varchar, borough_code varchar, borough_name varchar, {counts})"
    )
    connection.execute(
        "create table ctx_dfe_digital_provider_standard (academic_year varchar, ukprn varchar, "
        f"provider_name varchar, standard_title varchar, level_band varchar, {counts})"
    )
    if not with_context:
        return
    for basis in ("learner_home", "delivery"):
        connection.executemany(
            "insert into ctx_dfe_london_borough_totals values ('2024/25', ?, ?, ?, ?, 0, 0)",
            [(basis, row[0], row[1], 1000 + row[5] * 10) for row in BOROUGHS],
        )
    connection.executemany(
        "insert into ctx_dfe_digital_provider_standard "
        "values ('2024/25', ?, 'A provider', 'Software developer', '4+', ?, 0, 0)",
        [("10000001", 120), ("10000002", None)],
    )


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of one quarter, read-only to every test."""
    return build_warehouse(tmp_path_factory.mktemp("warehouse") / "warehouse-test.duckdb")


@pytest.fixture(scope="session")
def release(warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """The release published from it."""
    return publish_release(
        warehouse,
        tmp_path_factory.mktemp("releases") / str(QUARTER),
        quarter=QUARTER,
        is_synthetic=True,
        generated_on=GENERATED_ON,
    )
