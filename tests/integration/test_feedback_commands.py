"""Reasons, differences, confirmed columns and rules on trial as an officer meets them: in words."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from cli.main import app
from ingest.home import Home
from ingest.register import Register
from specification.periods import Quarter
from tests.integration.small_returns import QUARTER, as_csv, person

FIRST, SECOND = "E09000012-2026-27Q1-v1", "E09000012-2026-27Q1-v2"
NEXT = "E09000012-2026-27Q2-v1"
HACKNEY = ("--borough", "Hackney")
HOURS = [person(1, weekly_hours="45"), person(2, weekly_hours="44"), person(3)]


class Officer:
    """Runs commands in one home, one after the other."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def runs(self, *arguments: str, ends: int = 0) -> str:
        """Return everything that a command says, as one line, once it ended as it should."""
        settings = {"COHORT_HOME": str(self.home), "COLUMNS": "200", "NO_COLOR": "1"}
        done = CliRunner(env=settings).invoke(app, [*arguments])
        assert done.exit_code == ends, done.output
        return " ".join(done.output.split())

    def files(
        self,
        people: list[dict[str, str]],
        quarter: Quarter = QUARTER,
        headings: dict[str, str] | None = None,
    ) -> tuple[str, ...]:
        """Return the paths of a return, and the options that declare it."""
        folder = self.home.parent / "files"
        folder.mkdir(exist_ok=True)
        paths: list[str] = []
        for file in as_csv(people, quarter, headings=headings):
            (folder / file.name).write_bytes(file.content)
            paths.append(str(folder / file.name))
        return (*paths, *HACKNEY, "--quarter", str(quarter))


@pytest.fixture
def officer(tmp_path: Path) -> Officer:
    return Officer(tmp_path / "home")


def test_the_queries_of_a_return_are_answered_and_it_is_signed(officer: Officer) -> None:
    said = officer.runs("submit", *officer.files(HOURS), ends=1)
    assert "state: checked" in said
    assert "Queries without a reason (2)" in officer.runs("answer", FIRST, ends=1)
    refused = officer.runs("answer", FIRST, "A-033", "--reason", "Agreed in writing.", ends=2)
    assert "Their references: HCK-0001/1, HCK-0002/1." in refused
    one = ("--reference", "HCK-0001/1", "--reason", "Agreed in writing.")
    said = officer.runs("answer", FIRST, "a-033", *one, ends=1)
    assert "queries without a reason: 1" in said
    assert "1 query has no reason yet" in officer.runs("sign", FIRST, ends=2)
    said = officer.runs("answer", FIRST, "A-033", "--all", "--reason", "The contract says so.")
    assert "The reason is kept for 1 query." in said
    assert "state: ready" in said
    shown = officer.runs("answer", FIRST)
    assert "Queries with a reason (2)" in shown
    assert "Agreed in writing." in shown
    assert "is signed" in officer.runs("sign", FIRST)
    again = officer.runs("answer", FIRST, "A-033", "--all", "--reason", "Another reason.", ends=2)
    assert "is signed. Reasons are given before" in again
    officer.runs("verify")


def test_a_file_is_compared_before_it_is_sent(officer: Officer) -> None:
    people = [person(1), person(2), person(3)]
    files = officer.files(people)
    none = officer.runs("compare", *files, ends=2)
    assert "Hackney has no signed return for 2025-26Q4 to compare with." in none
    officer.runs("submit", *files)
    officer.runs("sign", FIRST)
    against_itself = officer.runs("compare", *files, "--with", "last-version")
    assert "Nothing changed." in against_itself
    changed = [person(1, weekly_hours="30"), person(2, uln=""), person(4)]
    later = officer.files(changed, QUARTER.next())
    said = officer.runs("compare", *later)
    assert "against the signed return of April to June 2026" in said
    assert "2 cells in 2 rows, 1 row added, 1 gone." in said
    assert "HCK-0001/1 Weekly hours 36 30" in said
    assert "HCK-0002/1 Unique learner number (hidden) (empty)" in said
    assert Register(Home(officer.home).register_url).last_event() == 3


def test_at_most_twenty_rows_of_a_kind_are_shown(officer: Officer) -> None:
    officer.runs("submit", *officer.files([person(1)]))
    many = [person(number) for number in range(1, 31)]
    said = officer.runs("compare", *officer.files(many), "--with", "last-version")
    assert "29 rows added" in said
    assert "HCK-0021/1" in said
    assert "HCK-0022/1" not in said
    assert "and 9 more" in said


def test_a_file_that_cannot_be_read_is_not_compared(officer: Officer) -> None:
    officer.runs("submit", *officer.files([person(1)]))
    broken = officer.home.parent / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 half of it")
    declared = (*HACKNEY, "--quarter", str(QUARTER), "--with", "last-version")
    assert "broken.xlsx" in officer.runs("compare", str(broken), *declared, ends=3)


def test_a_heading_is_confirmed_listed_and_forgotten(officer: Officer) -> None:
    files = officer.files([person(1)], headings={"weekly_hours": "Contract hrs"})
    officer.runs("submit", *files, ends=1)
    in_table = (*HACKNEY, "--table", "apprentices")
    said = officer.runs("columns", "confirm", "Contract hrs=weekly_hours", *in_table)
    assert said == "Hackney: “Contract hrs” means weekly_hours."
    assert "apprentices Contract hrs weekly_hours" in officer.runs("columns", "list", *HACKNEY)
    assert "state: ready" in officer.runs("submit", *files)
    officer.runs("columns", "forget", "contract HRS", *in_table)
    assert "Nothing is remembered for Hackney." in officer.runs("columns", "list", *HACKNEY)
    officer.runs("submit", *files, ends=1)
    no_sign = officer.runs("columns", "confirm", "Contract hrs", *in_table, ends=2)
    assert "“Contract hrs” has no “=”" in no_sign
    refused = officer.runs("columns", "confirm", "Surname=team_ref", *in_table, ends=2)
    assert "may hold personal data" in refused


def test_a_rule_is_tried_on_the_returns_of_a_quarter(officer: Officer) -> None:
    assert "No return is signed yet" in officer.runs("rules", "try", "A-033", ends=2)
    officer.runs("submit", *officer.files(HOURS), ends=1)
    officer.runs("answer", FIRST, "A-033", "--all", "--reason", "The contract says so.")
    officer.runs("sign", FIRST)
    officer.runs("submit", *officer.files([HOURS[0] | {"weekly_hours": "36"}, *HOURS[1:]]), ends=1)
    officer.runs("sign", SECOND)
    said = officer.runs("rules", "try", "a-033")
    assert "A-033 · query · live · April to June 2026" in said
    assert "Hackney 3 2 2 1 All 3 2 2 1" in said
    assert "There is no rule A-999" in officer.runs("rules", "try", "A-999", ends=2)
    other = officer.runs("rules", "try", "A-033", "--quarter", "2025-26Q4", ends=2)
    assert "No return for 2025-26Q4 is signed" in other
    listed = officer.runs("rules", "list")
    assert "A-033 query live apprentices Weekly hours are usual" in listed
