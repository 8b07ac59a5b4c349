"""A reader of the whole bundle learns no hidden count: not from files, page, pictures or sums."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.optimize import LinearConstraint, milp

from ingest.snapshots import file_sha256
from publisher.figures import ABSENT, SYMBOLS, Figures
from publisher.release import Release, publish_release
from specification.periods import Quarter

QUARTER = Quarter(2026, 2)
FEW_OTHERS = {"E09000024": "lan", "E09000029": "lan", "E09000008": "n"}
"""Outcomes outside digital that are under 5 in the fixture: see conftest.FEW_OTHERS."""
MOST = 100_000


class Attacker:
    """What can be worked out from published cells: unknowns, sums, and an integer program."""

    def __init__(self) -> None:
        self.low: list[int] = []
        self.high: list[int] = []
        self.place: dict[str, int] = {}
        self.sums: list[dict[int, int]] = []

    def learn(self, name: str, cell: str | None = None) -> None:
        """Take note of a cell: a number, or a symbol or nothing for an unknown."""
        number = int(cell) if cell is not None and cell.isdigit() else None
        self.place[name] = len(self.low)
        self.low.append(0 if number is None else number)
        self.high.append(MOST if number is None else number)

    def add_up(self, total: str, parts: list[str]) -> None:
        """Take note that one cell is the sum of others."""
        row = {self.place[total]: 1}
        for part in parts:
            row[self.place[part]] = row.get(self.place[part], 0) - 1
        self.sums.append(row)

    def range(self, name: str) -> tuple[int, int]:
        """Return the least and the most that a cell can be."""
        rows = np.zeros((len(self.sums), len(self.low)))
        for number, row in enumerate(self.sums):
            for place, sign in row.items():
                rows[number, place] = sign
        found: list[int] = []
        for sign in (1, -1):
            aim = np.zeros(len(self.low))
            aim[self.place[name]] = sign
            answer = milp(
                aim,
                constraints=LinearConstraint(rows, 0, 0),
                integrality=np.ones(len(self.low)),
                bounds=(np.array(self.low), np.array(self.high)),
            )
            assert answer.success, answer.message
            found.append(round(sign * answer.fun))
        return found[0], found[1]


def read_table(release: Release, table_id: str) -> list[dict[str, str]]:
    """Return a published table's rows without the boroughs that have no figures."""
    path = release.folder / "data" / f"{table_id}.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return [row for row in rows if list(row.values())[2] not in ABSENT]


def areas_of(rows: list[dict[str, str]]) -> list[str]:
    """Return the boroughs of a table, London left out."""
    return [row["borough_code"] for row in rows if row["borough_code"] != "REGION"]


def assert_nothing_is_pinned(attacker: Attacker, names: Iterator[str] | list[str]) -> None:
    """Fail where a count under 5, or a count that is not printed, has one possible value."""
    for name in names:
        least, most = attacker.range(name)
        if attacker.low[attacker.place[name]] == attacker.high[attacker.place[name]]:
            continue
        assert most - least >= 3, f"{name} is between {least} and {most}"


def test_outcomes_cannot_be_worked_out(release: Release) -> None:
    """Digital, journeys apart, and every kind, together with what lies between the two."""
    attacker = Attacker()
    tables = {
        "d": read_table(release, "achievement-by-borough"),
        "e": read_table(release, "every-kind-by-borough"),
    }
    for which, rows in tables.items():
        for row in rows:
            _learn_outcome(attacker, which, row["borough_code"], row)
        for letter in "lan":
            parts = [f"{which}{letter}{area}" for area in areas_of(rows)]
            attacker.add_up(f"{which}{letter}REGION", parts)
    for area in areas_of(tables["e"]):
        _learn_outcome(attacker, "o", area, {})
        for letter in "lan":
            attacker.add_up(f"e{letter}{area}", [f"d{letter}{area}", f"o{letter}{area}"])
    hidden = [
        f"{which}{letter}{row['borough_code']}"
        for which, rows in tables.items() for row in rows if row["achieved"] == "c"
        for letter in "an"
    ]  # fmt: skip
    assert hidden, "the fixture should have small counts"
    few = [f"o{letter}{area}" for area, letters in FEW_OTHERS.items() for letter in letters]
    assert_nothing_is_pinned(attacker, hidden + few)
    for rows in tables.values():
        for row in rows:
            if row["achieved"].isdigit():
                assert int(row["leavers"]) - int(row["achieved"]) >= 5
                assert int(row["achieved"]) >= 5


def _learn_outcome(attacker: Attacker, which: str, area: str, row: dict[str, str]) -> None:
    """Take note of leavers = achieved + not achieved; what is not in the row is unknown."""
    leavers, achieved, not_achieved = (f"{which}{letter}{area}" for letter in "lan")
    attacker.learn(leavers, row.get("leavers"))
    attacker.learn(achieved, row.get("achieved"))
    attacker.learn(not_achieved)
    attacker.add_up(leavers, [achieved, not_achieved])


def test_starts_cannot_be_worked_out_from_boroughs_and_london(release: Release) -> None:
    """Starts by quarter, of every kind by borough and of London, digital ones of London."""
    rows = read_table(release, "starts-by-borough")
    quarters = [name for name in rows[0] if name.startswith("starts_")]
    attacker = Attacker()
    for row in rows:
        for quarter in quarters:
            attacker.learn(f"{quarter}{row['borough_code']}", row[quarter])
    areas = areas_of(rows)
    for quarter in quarters:
        attacker.add_up(f"{quarter}REGION", [f"{quarter}{area}" for area in areas])
    hidden = [
        f"{quarter}{row['borough_code']}" for row in rows for quarter in quarters
        if row[quarter] == "c"
    ]  # fmt: skip
    assert hidden
    assert_nothing_is_pinned(attacker, hidden)


@pytest.mark.parametrize(
    ("table_id", "column"), [("shares-2019-to-2021", "starts"), ("retained-by-borough", "known")]
)
def test_a_column_cannot_be_worked_out_from_its_total(
    release: Release, table_id: str, column: str
) -> None:
    rows = read_table(release, table_id)
    attacker = Attacker()
    for row in rows:
        attacker.learn(row["borough_code"], row[column])
        assert not row[column].isdigit() or int(row[column]) not in range(1, 5)
    attacker.add_up("REGION", areas_of(rows))
    assert_nothing_is_pinned(attacker, [row["borough_code"] for row in rows if row[column] == "c"])


def test_retained_cannot_be_worked_out(release: Release) -> None:
    rows = read_table(release, "retained-by-borough")
    attacker = Attacker()
    for row in rows:
        area = row["borough_code"]
        for letter, cell in (("u", row["due"]), ("k", row["known"]), ("r", row["counted"])):
            attacker.learn(f"{letter}{area}", cell)
        attacker.learn(f"m{area}")
        attacker.learn(f"w{area}")
        attacker.add_up(f"k{area}", [f"r{area}", f"m{area}"])
        attacker.add_up(f"u{area}", [f"k{area}", f"w{area}"])
    areas = areas_of(rows)
    for letter in "ukrmw":
        attacker.add_up(f"{letter}REGION", [f"{letter}{area}" for area in areas])
    hidden = [row["borough_code"] for row in rows if row["counted"] == "c"]
    assert hidden
    assert_nothing_is_pinned(attacker, [f"{letter}{area}" for area in hidden for letter in "rm"])
    for row in rows:
        if row["counted"] == "c":
            assert {row["share"], row["low_bound"], row["high_bound"]} <= {"c", "z"}


def test_files_have_a_symbol_and_no_number_where_a_count_is_hidden(release: Release) -> None:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    for table in figures.tables():
        parquet = pq.read_table(release.folder / "data" / f"{table.table_id}.parquet").to_pydict()
        for number, row in enumerate(table.records()):
            for name, cell in row.items():
                if cell in SYMBOLS and f"{name}_symbol" in parquet:
                    assert parquet[name][number] is None
                    assert parquet[f"{name}_symbol"][number] == cell


def _republished(source: Path, folder: Path, statements: list[str]) -> dict[str, bytes]:
    """Change a copy of the warehouse, publish it, and return the bundle's bytes by path."""
    folder.mkdir()
    warehouse = folder / "warehouse-test.duckdb"
    shutil.copy(source, warehouse)
    with duckdb.connect(str(warehouse)) as connection:
        for statement in statements:
            connection.execute(statement)
    found = publish_release(
        warehouse, folder / "release", quarter=QUARTER, is_synthetic=True,
        generated_on=date(2026, 11, 26),
    )  # fmt: skip
    paths = sorted(path for path in found.folder.rglob("*") if path.is_file())
    return {path.relative_to(found.folder).as_posix(): path.read_bytes() for path in paths}


def _swap(where: str, first: str, second: str) -> str:
    """Return SQL that gives each of two boroughs the other's count."""
    return f"""
        update fct_metric_values as here set numerator = (
            select there.numerator from fct_metric_values as there
            where {where.replace("here.", "there.")} and there.area_code =
                case here.area_code when '{first}' then '{second}' else '{first}' end)
        where {where} and here.area_code in ('{first}', '{second}')
    """


def test_two_londons_that_differ_in_hidden_counts_make_the_same_bundle(
    warehouse: Path, tmp_path: Path
) -> None:
    """Every byte of pictures, page and files is the same: none depends on a hidden number."""
    statements: list[str] = []
    for where in (
        "here.metric_id = 'M37'",
        "here.metric_id = 'M01' and here.population = 'ALL' and here.period_type = 'quarter' "
        "and here.period = '2025-26Q2'",
    ):
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            rows = connection.execute(
                f"select area_code, numerator from fct_metric_values as here where {where} "
                "and numerator between 1 and 4 order by numerator, area_code"
            ).fetchall()
        if len(rows) > 1 and rows[0][1] != rows[-1][1]:
            statements.append(_swap(where, rows[0][0], rows[-1][0]))
    assert statements, "the fixture should have two different small counts to exchange"
    # Of the same leavers of every kind, 2 of Merton's are not digital: now 3; Sutton's 3 are 2.
    statements.append("""
        update fct_metric_values
        set denominator = denominator + case area_code when 'E09000024' then -1 else 1 end
        where metric_id = 'M05' and population = 'DIGITAL'
            and area_code in ('E09000024', 'E09000029')
    """)
    before = _republished(warehouse, tmp_path / "before", [])
    after = _republished(warehouse, tmp_path / "after", statements)
    for bundle, folder in ((before, "before"), (after, "after")):
        # The manifest names the warehouse by its hash, and depends on it in no way else.
        hashed = file_sha256(tmp_path / folder / "warehouse-test.duckdb")
        assert bundle["manifest.json"].count(hashed.encode()) == 1
        bundle["manifest.json"] = bundle["manifest.json"].replace(hashed.encode(), b"")
    assert [name for name in before if before[name] != after[name]] == []
