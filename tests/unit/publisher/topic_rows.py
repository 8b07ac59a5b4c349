"""The slices and amounts of the small warehouse: providers, groups of people, teams and money.

Here: rows of fct_metric_values that add up to the figures without a slice. Not here: those figures
(conftest), or SQL of the warehouse (warehouse_sql).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import duckdb

from specification.load import load_code_rows
from tests.unit.publisher.warehouse_sql import add_comparisons

PROVIDERS = {f"900000{number:02d}": f"Sample Provider {letter} (synthetic)"
             for number, letter in enumerate("FEDCBA", start=1)}  # fmt: skip
ONE_BOROUGH, TWO_BOROUGHS, FEW = "90000011", "90000012", "90000013"
"""Providers of one borough alone, of two, and of a handful of people."""

GROUPS = {
    "sex": {"F": 49, "M": 44, "X": 1, "U": 2, "not_known": 4},
    "age_band": {"16-18": 20, "19-23": 30, "24+": 50},
    "ethnic_group": {
        "White": 40, "Mixed or multiple ethnic groups": 9, "Asian or Asian British": 20,
        "Black, Black British, Caribbean or African": 21, "Other ethnic group": 4, "Not known": 6,
    },
    "disability": {"1": 14, "2": 80, "9": 4, "not_known": 2},
}  # fmt: skip
THREE_YEARS = "three_academic_years"

Row = tuple[str, str, str, str, str, str, str, float, float | None]
"""metric_id, population, area_code, slice_type, slice_value, period_type, period, two numbers."""

Sums = dict[tuple[str, str, str, str, str, str], tuple[float, float]]

Ended = Mapping[tuple[str, str], tuple[int, int]]
"""By population and borough, how many achieved and how many left."""


def topic_rows(ended: Ended, *, quarter: str, period: str, seed: int) -> Iterator[Row]:
    """Yield the slices of a quarter whose leavers are given, those of London among them."""
    chance = random.Random(seed)  # noqa: S311 - a fixture, not a key
    yield from _with_london(_provider_rows(chance, ended, period))
    yield from _group_rows(chance, ended, period)
    yield from _readiness_rows(chance, quarter)
    yield from _with_london(_rating_rows(chance, sorted({area for _, area in ended}), quarter))


def _usual(area: str) -> list[str]:
    """Return the providers of a borough: four of the six, and for some a rare one."""
    number = int(area[-2:])
    names = list(PROVIDERS)
    usual = [names[(number + step) % len(names)] for step in (0, 1, 3, 4)]
    rare = {2: ONE_BOROUGH, 3: TWO_BOROUGHS, 5: TWO_BOROUGHS, 7: FEW, 8: FEW, 10: FEW}
    return usual + ([rare[number]] if number in rare else [])


def _provider_rows(chance: random.Random, ended: Ended, period: str) -> Iterator[Row]:
    """Divide each borough's leavers; of every kind, the digital ones are among them."""
    digital: dict[tuple[str, str], tuple[int, int]] = {}
    for (population, area), (achieved, left) in sorted(ended.items(), reverse=True):
        ours = ended.get(("DIGITAL", area), (0, 0)) if population == "ALL" else (0, 0)
        people = [1] * (achieved - ours[0]) + [0] * (left - achieved - ours[1] + ours[0])
        usual = _usual(area)
        weights = [8, 5, 4, 3, 1][: len(usual)]
        went = chance.choices(usual, weights=weights, k=len(people))
        for provider in usual:
            outcomes = [one for one, name in zip(people, went, strict=True) if name == provider]
            counts = sum(outcomes), len(outcomes)
            if population == "DIGITAL":
                digital[area, provider] = counts
            else:
                mine = digital.get((area, provider), (0, 0))
                counts = counts[0] + mine[0], counts[1] + mine[1]
            if counts[1]:
                for metric_id in ("M05", "M26"):
                    yield (
                        metric_id, population, area, "provider", provider, THREE_YEARS, period,
                        *counts,
                    )  # fmt: skip


def _group_rows(chance: random.Random, ended: Ended, period: str) -> Iterator[Row]:
    london: dict[str, tuple[int, int]] = {}
    for (population, _), (achieved, left) in ended.items():
        before = london.get(population, (0, 0))
        london[population] = before[0] + achieved, before[1] + left
    for slice_type, groups in GROUPS.items():
        digital: dict[str, tuple[int, int]] = {}
        for population in ("DIGITAL", "ALL"):
            if population not in london:
                continue
            achieved, left = london[population]
            if population == "ALL":
                achieved -= london["DIGITAL"][0]
                left -= london["DIGITAL"][1]
            outcomes = [1] * achieved + [0] * (left - achieved)
            went = chance.choices(list(groups), weights=list(groups.values()), k=left)
            for value in groups:
                mine = [one for one, name in zip(outcomes, went, strict=True) if name == value]
                counts = sum(mine), len(mine)
                if population == "DIGITAL":
                    digital[value] = counts
                else:
                    counts = counts[0] + digital[value][0], counts[1] + digital[value][1]
                yield (
                    "M05", population, "REGION", slice_type, value, THREE_YEARS, period, *counts,
                )  # fmt: skip


def _readiness_rows(chance: random.Random, quarter: str) -> Iterator[Row]:
    """Yield London's teams, posts and apprentices due to finish, by discipline and together."""
    reasons = dict.fromkeys((row["code"] for row in load_code_rows("hold_reason")), 0)
    together: dict[str, tuple[float, float | None]] = {}
    for row in load_code_rows("discipline"):
        teams = chance.randint(12, 60)
        ready = chance.randint(teams // 3, teams // 2)
        for reason in chance.choices(list(reasons), weights=[1, 1, 2, 2, 2, 9, 1, 1], k=teams // 3):
            reasons[reason] += 1
        counts: dict[str, tuple[float, float | None]] = {
            "M36": (ready, teams),
            "M36b": (chance.randint(4 * teams, 8 * teams), 8 * teams),
            "M38a": (chance.randint(0, 90), None),
            "M38b": (chance.randint(0, 90), None),
            "M38c": (chance.randint(0, 90) + 0.5, None),
            "M38d": (chance.randint(0, 9), None),
            "M38e": (chance.randint(0, 40), None),
        }
        for metric_id, (numerator, denominator) in counts.items():
            before = together.get(metric_id, (0, None))
            together[metric_id] = (
                before[0] + numerator,
                None if denominator is None else (before[1] or 0) + denominator,
            )
            yield (
                metric_id, "DIGITAL", "REGION", "discipline", row["code"], "quarter", quarter,
                numerator, denominator,
            )  # fmt: skip
    for reason, count in reasons.items():
        if count:
            yield (
                "M36c", "DIGITAL", "REGION", "hold_reason", reason, "quarter", quarter, count, None,
            )  # fmt: skip
    together["M36c"] = (sum(reasons.values()), None)
    for metric_id, numbers in together.items():
        yield metric_id, "DIGITAL", "REGION", "all", "all", "quarter", quarter, *numbers


def _rating_rows(chance: random.Random, areas: list[str], quarter: str) -> Iterator[Row]:
    for area in areas:
        for provider in _usual(area):
            marks = [chance.choice([1, 2, 3, 3, 4]) for _ in range(chance.randint(1, 6))]
            again = sum(mark > 2 for mark in marks)
            for metric_id, count in (("M28", sum(marks)), ("M28c", again)):
                yield (
                    metric_id, "ALL", area, "provider", provider, "quarter", quarter, count,
                    len(marks),
                )  # fmt: skip


def _with_london(rows: Iterator[Row]) -> Iterator[Row]:
    """Yield the rows, those of London, and of the metrics that have no other, of all together."""
    sums: Sums = {}
    for row in rows:
        yield row
        metric_id, population, _, slice_type, value, period_type, period, first, second = row
        keys = [(metric_id, population, slice_type, value, period_type, period)]
        if metric_id != "M05":
            keys.append((metric_id, population, "all", "all", period_type, period))
        for key in keys:
            before = sums.get(key, (0, 0))
            sums[key] = before[0] + first, before[1] + (second or 0)
    for (metric_id, population, slice_type, value, period_type, period), numbers in sums.items():
        yield metric_id, population, "REGION", slice_type, value, period_type, period, *numbers


def levy_rows(areas: list[str], *, quarter: str, years: list[str], seed: int) -> Iterator[Row]:
    """Yield each borough's levy account, and the new apprentices of its parts, with London's."""
    chance = random.Random(seed)  # noqa: S311 - a fixture, not a key
    sums: Sums = {}
    for area in areas:
        for year in years:
            funds = chance.uniform(80_000, 1_600_000)
            for metric_id, part in (("M34", 1.1), ("M34b", 0.3), ("M35", 0.05)):
                key = metric_id, "ALL", "all", "all", "financial_year", year
                numbers = round(funds * chance.uniform(0, part), 2), round(funds, 2)
                yield metric_id, "ALL", area, "all", "all", "financial_year", year, *numbers
                before = sums.get(key, (0, 0))
                sums[key] = before[0] + numbers[0], before[1] + numbers[1]
        key = "M34d", "ALL", "all", "all", "quarter", quarter
        expiring = round(chance.uniform(0, 900_000), 2)
        yield "M34d", "ALL", area, "all", "all", "quarter", quarter, expiring, None
        sums[key] = sums.get(key, (0, 0))[0] + expiring, 0
    for (metric_id, population, kind, value, period_type, period), numbers in sums.items():
        denominator = None if metric_id == "M34d" else numbers[1]
        yield (
            metric_id, population, "REGION", kind, value, period_type, period, numbers[0],
            denominator,
        )  # fmt: skip
    for value, (new, employees) in {
        "all": (2368, 141_221), "LA": (1825, 79_866), "SCHOOLS": (543, 61_355),
    }.items():  # fmt: skip
        slice_type = "all" if value == "all" else "part"
        yield "M39", "ALL", "REGION", slice_type, value, "financial_year", years[-1], new, employees


def add_topics(connection: duckdb.DuckDBPyConnection, rows: Iterator[Row], quarter: str) -> None:
    """Add the rows, names for the providers, and the providers' place in the comparison."""
    connection.execute(
        "create table added (metric_id varchar, population varchar, area_code varchar, "
        "slice_type varchar, slice_value varchar, period_type varchar, period varchar, "
        "numerator double, denominator double)"
    )
    connection.executemany("insert into added values (?, ?, ?, ?, ?, ?, ?, ?, ?)", list(rows))
    connection.execute(
        "insert into fct_metric_values by name select *, ? as as_at_quarter, 'given' as "
        "value_state, case when denominator is null then numerator when denominator > 0 then "
        "numerator / denominator end as value, 1 as definition_version from added",
        [quarter],
    )
    connection.execute("drop table added")
    connection.execute("create table dim_provider (provider_ukprn varchar, provider_name varchar)")
    connection.executemany("insert into dim_provider values (?, ?)", list(PROVIDERS.items()))
    add_provider_units(connection)


def add_provider_units(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the providers to the units that are compared; as many achieve as London lets expect."""
    connection.execute("""
        insert into int_comparison_units by name
        select london.as_at_quarter, london.population, 'M05' as metric_id,
            'provider' as unit_type, parts.slice_value as unit_code, parts.period_type,
            parts.period, cast(parts.numerator as bigint) as numerator,
            cast(parts.denominator as bigint) as denominator,
            (select count(*) from fct_metric_values as boroughs
                where boroughs.metric_id = 'M26' and boroughs.area_code <> 'REGION'
                and boroughs.population = parts.population
                and boroughs.slice_value = parts.slice_value) as borough_count,
            london.value as target, parts.denominator * london.value as expected
        from fct_metric_values as parts
        inner join fct_metric_values as london
            on london.metric_id = 'M05' and london.area_code = 'REGION'
            and london.slice_type = 'all' and london.population = parts.population
            and london.period = parts.period
        where parts.metric_id = 'M26' and parts.area_code = 'REGION'
            and parts.slice_type = 'provider'
    """)
    add_comparisons(connection)
