"""Seeded cases of the fair comparison, as the facts that its models read, and their build.

Here: each case is an as-at quarter of its own, so that one build of dbt holds them all. Not here:
what the figures must be (test_comparison), but for two that no library counts - the case mix and
the months.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from tests.integration.dbt_lake import run_dbt

WILSON_CASES = Path(__file__).parents[3] / "shared" / "reference" / "wilson_cases.csv"
MONTHS = {"END": 0, "M6": 6, "M12": 12, "M24": 24, "M60": 60}
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Leavers:
    """Leavers of one provider and stratum, of whom `achieved` achieved."""

    provider: str
    achieved: int
    counted: int
    level: int | None = 4
    entry_route: str | None = "NEW"


@dataclass(frozen=True, slots=True)
class Followed:
    """One achiever: the grade at each checkpoint that was answered."""

    borough: str
    grades: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Start:
    """Mature journeys of one team, which said `answer` of every condition before they began."""

    answer: int
    achieved: int
    counted: int


def units_of(counts: Sequence[tuple[int, int]]) -> list[Leavers]:
    """Return one provider for each pair of achieved and counted."""
    return [Leavers(f"u{at:02d}", r, n) for at, (r, n) in enumerate(counts)]


def random_units(random_numbers: random.Random, unit_count: int) -> list[Leavers]:
    """Return units of two lots each, some with nobody or everybody achieving, some tiny."""
    lots: list[Leavers] = []
    for at in range(unit_count):
        share = random_numbers.choice([0.0, 1.0, *(random_numbers.random() for _ in range(4))])
        for _ in range(2):
            counted = random_numbers.choice([1, 3, random_numbers.randint(1, 130)])
            achieved = sum(random_numbers.random() < share for _ in range(counted))
            level = random_numbers.choice([3, 4, 5, 6, 7, None])
            entry_route = random_numbers.choice(["NEW", "STAFF", None])
            lots.append(Leavers(f"u{at:02d}", achieved, counted, level, entry_route))
    return lots


# Fourteen providers of whom phi is 3.8; the first has 20 leavers (metrics.md 6.4).
OVERDISPERSED = units_of(
    [
        *((14, 20), (18, 22), (42, 59), (11, 44), (20, 34), (49, 49), (43, 50)),
        *((22, 28), (12, 25), (27, 44), (12, 29), (15, 35), (11, 24), (11, 16)),
    ]
)


def leaver_cases() -> dict[str, list[Leavers]]:
    """Return random providers, 1 to 33 of them, and those of the published numbers."""
    random_numbers = random.Random(4)  # noqa: S311 - a seed, so that a failure can be repeated
    cases = {
        f"random {at:02d} of {count}": random_units(random_numbers, count)
        for at, count in enumerate([1, 1, 2, 5, 9, 9, 9, 10, 10, 10, 11, 14, 20, 33, 33])
    }
    if WILSON_CASES.is_file():
        with WILSON_CASES.open(encoding="utf-8") as lines:
            published = [(int(row["r"]), int(row["n"])) for row in csv.DictReader(lines)]
        cases["wilson"] = units_of(published)
    return {
        **cases,
        "eight of 6.5": units_of([(8, 10), (57, 90)]),
        "twenty of 16.2": units_of([(20, 25), (61, 100)]),
        "overdispersed": OVERDISPERSED,
        "nobody": units_of([(0, n) for n in range(1, 13)]),
        "everybody": units_of([(n, n) for n in range(1, 6)]),
        "symmetric": units_of([(20, 80), (60, 80), (30, 50), (20, 50)] * 5),
    }


def followed_cases() -> dict[str, list[Followed]]:
    """Return random achievers, answered at some of the checkpoints."""
    random_numbers = random.Random(5)  # noqa: S311 - a seed, so that a failure can be repeated
    grades = ["ASSOCIATE", "APPRENTICE", "NON_DIGITAL", "U", None, "MID", "SENIOR"]
    cases: dict[str, list[Followed]] = {}
    for at, count in enumerate([4, 9, 12, 60, 300]):
        cases[f"followed {at}"] = [
            Followed(
                random_numbers.choice(["E09000012", "E09000014"]),
                tuple(
                    (checkpoint, random_numbers.choices(grades, [9, 3, 3, 1, 2, 2, 1])[0])
                    for checkpoint in MONTHS
                    if random_numbers.random() < 0.6
                ),
            )
            for _ in range(count)
        ]
    return cases


START_CASES = {
    "shown": [Start(4, 56, 70), Start(2, 48, 80)],
    "all and none": [Start(3, 12, 12), Start(1, 0, 10)],
    "ten": [Start(4, 1, 10), Start(1, 9, 10)],
    "nine": [Start(4, 40, 60), Start(2, 3, 9)],
}
LEAVER_CASES = leaver_cases()
FOLLOWED_CASES = followed_cases()
CASES = [*LEAVER_CASES, *FOLLOWED_CASES, *START_CASES]

FACTS = """
create schema staging;
create schema intermediate;
create table intermediate.int_quarters_changed (as_at_quarter varchar);
create table intermediate.int_returns_expected (quarter varchar);
create table intermediate.int_returns_signed
    (quarter varchar, borough_code varchar, as_at_date date, submission_id varchar);
create table staging.stg_apprenticeships__readiness (
    submission_id varchar, team_ref varchar, standard_ref varchar, c1 varchar, c2 varchar,
    c3 varchar, c4 varchar, c5 varchar, c6 varchar, c7 varchar, c8 varchar
);
create table fct_progression (
    as_at_quarter varchar, borough_code varchar, apprentice_ref varchar, programme_no bigint,
    checkpoint varchar, is_digital integer, is_in_all integer, is_known integer,
    is_mid_or_above integer, destination_grade varchar
);
create table fct_apprenticeships (
    as_at_quarter varchar, as_at_date date, borough_code varchar, journey_id varchar,
    provider_ukprn varchar, level integer, entry_route varchar, standard_ref varchar,
    team_ref varchar, journey_started_on date, is_digital integer, is_in_all integer,
    hybrid_year integer, exit_year integer, is_leaver integer, is_completer integer,
    is_achiever integer, is_journey_end integer, is_journey_achieved integer,
    is_mature_journey integer, is_mature_achieved integer
);
"""
ONE_LEAVER_EACH = """
insert into fct_apprenticeships by name
select ? as as_at_quarter, date '2026-09-30' as as_at_date, ? as provider_ukprn,
    'E0900000' || place % 4 as borough_code, ? as level, ? as entry_route,
    1 as is_digital, 1 as is_in_all, 2025 as hybrid_year, 1 as is_leaver, 1 as is_completer,
    cast(place < ? as integer) as is_achiever, 0 as is_journey_end, 0 as is_mature_journey
from range(?) as places(place)
"""
ONE_START_EACH = """
insert into fct_apprenticeships by name
select $quarter as as_at_quarter, date '2026-09-30' as as_at_date, 'E09000012' as borough_code,
    $team || '|' || place as journey_id, 'ST0116' as standard_ref, $team as team_ref,
    date '2024-09-02' as journey_started_on, 1 as is_digital, 1 as is_in_all, 0 as is_leaver,
    0 as is_journey_end, 1 as is_mature_journey,
    cast(place < $achieved as integer) as is_mature_achieved
from range($counted) as places(place)
"""


def write_facts(path: Path) -> None:
    """Write the tables that the comparisons read, as the models above them leave them."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(FACTS)
        for table in ("int_quarters_changed", "int_returns_expected"):
            connection.executemany(
                f"insert into intermediate.{table} values (?)", [[case] for case in CASES]
            )
        for case, lots in LEAVER_CASES.items():
            for lot in lots:
                values = [lot.provider, lot.level, lot.entry_route, lot.achieved, lot.counted]
                connection.execute(ONE_LEAVER_EACH, [case, *values])
        answers = [
            [
                *(case, person.borough, f"p{at}", checkpoint),
                *(int(grade is not None), int(grade in ("MID", "SENIOR")), grade),
            ]
            for case, people in FOLLOWED_CASES.items()
            for at, person in enumerate(people)
            for checkpoint, grade in person.grades
        ]
        connection.executemany(
            "insert into fct_progression values (?, ?, ?, 1, ?, 1, 1, ?, ?, ?)", answers
        )
        connection.execute(
            "insert into intermediate.int_returns_signed"
            " values ('2024-25Q1', 'E09000012', '2024-06-30', 'said')"
        )
        for case, starts in START_CASES.items():
            for start in starts:
                team = f"{case} {start.answer}"
                said = ["said", team, "ST0116", *[str(start.answer)] * 8]
                places = ", ".join("?" * len(said))
                connection.execute(
                    f"insert into staging.stg_apprenticeships__readiness values ({places})", said
                )
                values = {"quarter": case, "team": team}
                counts = {"achieved": start.achieved, "counted": start.counted}
                connection.execute(ONE_START_EACH, {**values, **counts})


def build(folder: Path) -> None:
    """Build the comparisons, and test them, in the file that holds the facts."""
    selected = ("checkpoint", "progression_grade", "int_comparison_*", "int_survival_*")
    run_dbt(
        folder / "lake",
        folder / "building.duckdb",
        *("--select", *selected, "marts.comparison"),
        *("--exclude-resource-type", "unit_test", "--indirect-selection", "cautious"),
    )


def rows(folder: Path, query: str, values: Sequence[Any] = ()) -> list[Row]:
    """Return what a query of the built warehouse finds."""
    with duckdb.connect(str(folder / "building.duckdb"), read_only=True) as connection:
        found = connection.execute(query, list(values))
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def expected_by_strata(lots: list[Leavers]) -> dict[str, float]:
    """Return the case mix's expectation of each provider, counted once more."""
    bands = {2: "2-3", 3: "2-3", 4: "4-5", 5: "4-5", 6: "6-7", 7: "6-7"}
    achieved: Counter[Any] = Counter()
    counted: Counter[Any] = Counter()
    expected: dict[str, float] = defaultdict(float)

    def strata(lot: Leavers) -> list[Any]:
        band = bands.get(lot.level or 0)
        return [(band, lot.entry_route), band or "no band", "everybody"]

    for lot in lots:
        for stratum in strata(lot):
            achieved[stratum] += lot.achieved
            counted[stratum] += lot.counted
    for lot in lots:
        large = [at for at in strata(lot) if counted[at] >= 20 or at == "everybody"]
        expected[lot.provider] += lot.counted * achieved[large[0]] / counted[large[0]]
    return expected


def durations(people: list[Followed]) -> tuple[list[int], list[bool]]:
    """Return each answered achiever's months, and whether a mid-level role ended them."""
    months: list[int] = []
    is_reached: list[bool] = []
    for person in people:
        answered = [(MONTHS[at], grade) for at, grade in person.grades if grade is not None]
        reached = [at for at, grade in answered if grade in ("MID", "SENIOR")]
        if answered:
            months.append(min(reached) if reached else max(at for at, _ in answered))
            is_reached.append(bool(reached))
    return months, is_reached
