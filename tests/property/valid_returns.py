"""Whole valid returns, drawn from the specification: no rule has anything to say about them.

Here: strategies of returns with all eight tables and apprentices of every story, and their sheets.
Not here: levy accounts (`valid_accounts`), ways to break a return.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import product
from typing import TypeVar

from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.sheets import Sheet
from specification.load import (
    Borough,
    load_boroughs,
    load_calendar,
    load_code_list,
    load_collection,
)
from specification.model import Table
from specification.periods import Quarter, officer_date
from tests.property.valid_accounts import cells_of_account, valid_accounts
from tests.property.valid_spells import (
    apprentices_of,
    follow_ups_of,
    optional_cells,
    start_of,
)

COLLECTION = load_collection()
QUARTERS = [one.quarter for one in load_calendar() if COLLECTION.covers(one.quarter)]
Cells = dict[str, object]
Drawn = TypeVar("Drawn")
UNHURRIED = (
    HealthCheck.nested_given,
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
    HealthCheck.filter_too_much,
)


@dataclass(frozen=True)
class ValidReturn:
    """A return as an officer would type it: the texts of each table that is sent."""

    declared: Declared
    rows: dict[str, list[dict[str, str]]]
    headed_by_name: bool = False

    def sheet(self, name: str, rows: Sequence[dict[str, str]] | None = None) -> Sheet:
        """Return one sheet, with other rows if they are given."""
        table = COLLECTION.tables[name]
        headings = tuple(one.name if self.headed_by_name else one.label for one in table.fields)
        cells = self.rows[name] if rows is None else rows
        body = [tuple(row.get(one.name, "") for one in table.fields) for row in cells]
        return Sheet(table.label, (headings, *body))

    def parsed(self) -> ParsedReturn:
        """Return the whole return as it is read."""
        return parse_sheets([self.sheet(name) for name in self.rows], self.declared, COLLECTION)


def drawn(strategy: st.SearchStrategy[Drawn], count: int, *, start: int) -> list[Drawn]:
    """Return `count` values that Hypothesis draws from a seed, to be checked as one batch.

    A check costs a second however many returns it has, so they are drawn before they are checked.
    """
    found: list[Drawn] = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate,),
        suppress_health_check=UNHURRIED,
    )
    @given(strategy)
    def collect(one: Drawn) -> None:
        found.append(one)

    collect()
    return found


@cache
def codes(name: str) -> st.SearchStrategy[str]:
    """Return a strategy of the codes of a list."""
    return st.sampled_from([one.code for one in load_code_list(name)])


@st.composite
def valid_returns(
    draw: st.DrawFn,
    *,
    is_complete: bool = False,
    declared: Declared | None = None,
    scopes: Sequence[str] = ("ALL", "DIGITAL"),
) -> ValidReturn:
    """Draw a valid return.

    Args:
        is_complete: every table is sent, and every story is in it.
        declared: its borough and quarter, if not any.
    """
    borough, quarter = draw(st.sampled_from(load_boroughs())), draw(st.sampled_from(QUARTERS))
    if declared is not None:
        borough, quarter = declared.borough, declared.quarter
    scope = draw(st.sampled_from(scopes))
    readiness = draw(_readiness_rows())
    teams = [str(row["team_ref"]) for row in readiness]
    apprentices = draw(apprentices_of(quarter, scope, teams, is_complete=is_complete))
    # A register that was filled down is asked about: these start on different days.
    assume(len(apprentices) < 10 or len({row["start_date"] for row in apprentices}) > 2)
    assume(len(apprentices) < 20)
    progression = draw(follow_ups_of(apprentices, quarter, borough.borough_code))
    tables: dict[str, list[Cells]] = {
        "apprentices": apprentices,
        "progression": progression,
        "workforce": draw(_workforce_rows(apprentices, quarter)),
        "levy": cells_of_account(
            draw(valid_accounts(quarter.last_day.replace(day=1), 26 if is_complete else 1))
        ),
        "readiness": readiness,
        "provider_feedback": draw(_feedback_rows(apprentices, int(is_complete))),
        "public_sector": draw(_public_sector_rows()),
    }
    nil = set() if is_complete else draw(_tables_left_out(tables, quarter))
    sent = {name: rows for name, rows in tables.items() if name not in nil}
    if not is_complete and quarter.number != 4 and draw(st.booleans()):
        sent.pop("public_sector", None)
    cover = _cover(draw, borough, quarter, scope, nil)
    is_iso = draw(st.booleans())
    texts = {
        name: [written(row, COLLECTION.tables[name], is_iso=is_iso) for row in rows]
        for name, rows in ({"return": [cover]} | sent).items()
    }
    return ValidReturn(Declared(borough, quarter), texts, draw(st.booleans()))


def written(row: Cells, table: Table, *, is_iso: bool) -> dict[str, str]:
    """Return the cells of a row as an officer would type them."""
    dates: Callable[[date], str] = date.isoformat if is_iso else officer_date
    texts: dict[str, str] = {}
    for name, value in row.items():
        if isinstance(value, date):
            is_month = table.field(name).type == "month"
            texts[name] = f"{value:%Y-%m}" if is_month else dates(value)
        elif value is not None:
            texts[name] = str(value)
    return texts


def _cover(draw: st.DrawFn, borough: Borough, quarter: Quarter, scope: str, nil: set[str]) -> Cells:
    row: Cells = {
        "borough_code": draw(st.sampled_from((borough.borough_code, borough.borough_name))),
        "period": str(quarter),
        "as_at_date": quarter.last_day,
        "scope": scope,
    }
    for name, table in COLLECTION.tables.items():
        if not table.is_single_row:
            row[f"nil_{name}"] = "Y" if name in nil else draw(st.sampled_from(("N", "")))
    return row


@st.composite
def _tables_left_out(draw: st.DrawFn, tables: dict[str, list[Cells]], quarter: Quarter) -> set[str]:
    """Draw tables that are marked as nothing to report; follow-ups only if there are none."""
    may_be = {"workforce", "levy", "readiness", "provider_feedback", "public_sector"}
    if not tables["progression"]:
        may_be.add("progression")
    return draw(st.sets(st.sampled_from(sorted(may_be)), max_size=2))


@st.composite
def _workforce_rows(draw: st.DrawFn, apprentices: list[Cells], quarter: Quarter) -> list[Cells]:
    grades = [one.code for one in load_code_list("workforce_grade")]
    disciplines = [one.code for one in load_code_list("discipline")]
    keys = draw(
        st.lists(
            st.sampled_from(list(product(disciplines, grades))), unique=True, min_size=2, max_size=8
        )
    )
    rows: list[Cells] = []
    now = {row["apprentice_ref"]: row for row in apprentices}  # a restart comes after its first row
    for discipline, grade in keys:
        live = sum(
            row["status"] in ("1", "6")
            and row["route"] == "DIRECT"
            and row.get("discipline") == discipline
            for row in now.values()
        )
        posts = draw(st.decimals(live, live + 40, places=draw(st.integers(0, 2))))
        filled = Decimal(live) if grade == "APPRENTICE" else draw(st.decimals(0, posts, places=0))
        row: Cells = {
            "discipline": discipline,
            "grade": grade,
            "posts_established": posts,
            "posts_filled": min(filled, posts),
            "joiners": draw(st.integers(0, 9)),
            "leavers": draw(st.integers(0, 9)),
        }
        if draw(st.booleans()):
            row["agency"] = draw(st.decimals(0, 2 * posts, places=0))
        rows.append(row | draw(optional_cells("workforce", ("hard_to_fill",))))
    first = quarter.last_day.replace(year=quarter.last_day.year - 1)
    started = sum(bool(row.get("discipline")) and start_of(row) > first for row in apprentices)
    if draw(st.booleans()):
        rows[0]["planned_starts_12m"] = draw(st.integers(1, 3 * started + 5))
        rows[0]["expected_openings_12m"] = draw(st.integers(0, 9_999))
    return rows


@st.composite
def _readiness_rows(draw: st.DrawFn) -> list[Cells]:
    rows: list[Cells] = []
    for place in range(draw(st.integers(2, 4))):
        decision = draw(codes("readiness_decision"))
        scores = st.sampled_from("234" if decision == "GO" else "1234")
        row: Cells = {
            "team_ref": f"TEAM-{place}",
            "discipline": draw(codes("discipline")),
            "standard_ref": draw(st.sampled_from(("ST0118", "ST0116", "FA0001"))),
            "decision": decision,
        }
        row |= {f"c{number}": draw(scores) for number in range(1, 9)}
        rows.append(row if decision == "GO" else row | {"hold_reason": draw(codes("hold_reason"))})
    return rows


@st.composite
def _feedback_rows(draw: st.DrawFn, apprentices: list[Cells], least: int) -> list[Cells]:
    used = sorted({(str(row["provider_ukprn"]), str(row["standard_ref"])) for row in apprentices})
    rows: list[Cells] = []
    for provider, standard in draw(
        st.lists(st.sampled_from(used), unique=True, min_size=least, max_size=4)
    ):
        row: Cells = {
            "provider_ukprn": provider,
            "standard_ref": standard,
            "overall": draw(codes("feedback_rating")),
            "would_use_again": draw(codes("yes_no")),
        }
        names = tuple(f"a{number}" for number in range(1, 10))
        rows.append(row | draw(optional_cells("provider_feedback", names)))
    return rows


@st.composite
def _public_sector_rows(draw: st.DrawFn) -> list[Cells]:
    rows: list[Cells] = []
    for part in ("LA", "SCHOOLS"):
        employees, new = draw(st.integers(0, 9_000)), draw(st.integers(0, 900))
        apprentices, started = draw(st.integers(0, 200)), draw(st.integers(0, new))
        rows.append(
            {
                "part": part,
                "employees_start": employees,
                "employees_new": new,
                "employees_end": draw(st.integers(0, employees + new)),
                "apprentices_start": apprentices,
                "apprentices_new": started,
                "apprentices_end": draw(st.integers(0, apprentices + started)),
            }
        )
    return rows
