"""Apprentices of every story, and the follow-ups that fall due for them.

Here: strategies of the rows of the Apprentices and Progression sheets. Not here: whole returns
(`valid_returns`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from hypothesis import strategies as st

from specification.load import (
    Standard,
    load_code_list,
    load_code_rows,
    load_collection,
    load_standards,
)
from specification.periods import Quarter
from specification.rules import DatedMinimumRule, RangeRule
from synthetic.learner_numbers import learner_number

COLLECTION = load_collection()
Cells = dict[str, object]
STORIES = ("training", "waiting", "completed", "failed", "withdrawn", "on_break", "restarted")
PROVIDERS = tuple(f"9000000{number}" for number in range(1, 6))
_LONGEST_AGO = timedelta(days=6 * 365)
_DAYS_IN_MONTH = Decimal("30.4375")
_LEVY_BEGAN = date(2017, 5, 1)
_LEVEL_7_LIMITED = date(2026, 1, 1)
_MOST_RECENT = 3


@dataclass(frozen=True)
class Told:
    """What is known before a spell is told: the quarter, and what its other cells may hold."""

    quarter: Quarter
    scope: str
    teams: list[str]

    @property
    def as_at(self) -> date:
        """The day on which everything is true."""
        return self.quarter.last_day


@cache
def _codes(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([one.code for one in load_code_list(name)])


@st.composite
def optional_cells(draw: st.DrawFn, table: str, names: tuple[str, ...]) -> Cells:
    """Draw some of the optional coded cells of a row, each a code of its list."""
    fields = [COLLECTION.tables[table].field(name) for name in names]
    return {one.name: draw(_codes(str(one.codes))) for one in fields if draw(st.booleans())}


def minimum_on(rule_id: str, day: date) -> int:
    """Return the minimum of a dated rule on a day, 0 where none was in force."""
    rule = COLLECTION.rule(rule_id)
    assert isinstance(rule, DatedMinimumRule)
    found = [one.minimum for one in rule.steps if one.valid_from <= day <= one.valid_to]
    return found[0] if found else 0


def start_of(row: Cells) -> date:
    """Return the start date of a row."""
    start = row["start_date"]
    assert isinstance(start, date)
    return start


def _usual(rule_id: str) -> tuple[int, int]:
    rule = COLLECTION.rule(rule_id)
    assert isinstance(rule, RangeRule)
    return rule.minimum, rule.maximum


@st.composite
def apprentices_of(
    draw: st.DrawFn, quarter: Quarter, scope: str, teams: list[str], *, is_complete: bool
) -> list[Cells]:
    """Draw the rows of 3 to 15 apprentices; with `is_complete` every story is told."""
    told = Told(quarter, scope, teams)
    stories = list(STORIES) if is_complete else []
    more = st.sampled_from(STORIES)
    stories += draw(st.lists(more, min_size=3 - min(len(stories), 3), max_size=15 - len(stories)))
    numbers = draw(st.integers(0, 10_000_000))
    rows: list[Cells] = []
    for place, story in enumerate(stories):
        is_recent = place < _MOST_RECENT and draw(st.booleans())
        latest = told.as_at if is_recent else quarter.first_day - timedelta(days=1)
        first_story = "on_break" if story == "restarted" else story
        first = draw(_spells(told, first_story, latest - timedelta(days=40)))
        first |= {"apprentice_ref": f"REF-{place:03}", "programme_no": 1}
        first |= {"uln": learner_number(numbers + place)}
        if is_recent and (told.as_at - start_of(first)).days <= 60 and draw(st.booleans()):
            del first["uln"]
        rows.append(first)
        if story == "restarted":
            rows.append(draw(_restarts(told, first)))
    return rows


@st.composite
def _spells(draw: st.DrawFn, told: Told, story: str, latest: date) -> Cells:
    """Draw one row of a story that starts on or before `latest`."""
    standard, earliest = draw(_standards_by(told, latest))
    closing = min(latest, standard.last_start_date or latest)
    start = draw(st.dates(earliest, closing))
    shortest = max(
        minimum_on("A-047", start),
        int(standard.typical_duration_months * _DAYS_IN_MONTH / 2) + 2,
    )
    longest = int(standard.typical_duration_months * _DAYS_IN_MONTH * 3 / 2) - 1
    least = max(minimum_on("A-070", start), standard.minimum_hours or 0)
    row: Cells = {
        "standard_ref": standard.reference,
        "provider_ukprn": draw(st.sampled_from(PROVIDERS)),
        "start_date": start,
        "planned_end_date": start + timedelta(days=draw(st.integers(shortest, longest)) - 1),
        "planned_otj_hours": draw(st.integers(max(least, 1), 2_000)),
        "restart": draw(st.sampled_from(("N", ""))),
    }
    row |= draw(_people(standard, start))
    row |= draw(_contracts(told, standard))
    return row | draw(_endings(told, story, row))


@st.composite
def _standards_by(draw: st.DrawFn, told: Told, latest: date) -> tuple[Standard, date]:
    """Draw a standard that takes starts by `latest`, and the first day that we take one from."""
    found: list[tuple[Standard, date]] = []
    for one in load_standards():
        earliest = max(one.approved_date or _LEVY_BEGAN, _LEVY_BEGAN, told.as_at - _LONGEST_AGO)
        if earliest <= min(latest, one.last_start_date or latest):
            found.append((one, earliest))
    return draw(st.sampled_from(found))


@st.composite
def _people(draw: st.DrawFn, standard: Standard, start: date) -> Cells:
    row: Cells = {"age_at_start": draw(st.integers(16, 75)), "funding": draw(_codes("funding"))}
    names = ("sex", "ethnicity", "disability", "prior_attainment", "home_borough", "local_school")
    row |= draw(optional_cells("apprentices", (*names, "care_leaver_or_ehcp")))
    if standard.level == 7 and start >= _LEVEL_7_LIMITED:
        kind = draw(st.sampled_from(("young", "care_leaver", "paid_for")))
        if kind == "paid_for":
            row |= {"age_at_start": draw(st.integers(25, 75)), "funding": "CO_INVEST"}
        elif kind == "young":
            row["age_at_start"] = draw(st.integers(16, 21))
        else:
            row |= {"age_at_start": draw(st.integers(22, 24)), "care_leaver_or_ehcp": "Y"}
    return row


@st.composite
def _contracts(draw: st.DrawFn, told: Told, standard: Standard) -> Cells:
    low, high = _usual("A-033")
    row: Cells = {
        "route": draw(_codes("route")),
        "entry_route": draw(_codes("entry_route")),
        "contract_type": draw(_codes("contract_type")),
        "weekly_hours": draw(st.decimals(low, high, places=draw(st.integers(0, 2)))),
    }
    row |= draw(optional_cells("apprentices", ("discipline", "otj_pattern")))
    if told.scope == "DIGITAL" and "discipline" not in row:
        row["discipline"] = draw(_codes("discipline"))
    texts: dict[str, st.SearchStrategy[object]] = {
        "team_ref": st.sampled_from(told.teams),
        "epa_org": st.integers(0, 9999).map("EPA{:04}".format),
        "cohort_label": st.sampled_from(("Cohort 1 2018", "Autumn", "Year 2", "Büro, “north”")),
        "total_price": st.decimals(0, standard.max_funding_gbp, places=2),
    }
    return row | {name: draw(one) for name, one in texts.items() if draw(st.booleans())}


@st.composite
def _endings(draw: st.DrawFn, told: Told, story: str, row: Cells) -> Cells:
    """Draw how a spell stands on the as-at date. Source: ILR 2026-27, allowed states."""
    start, planned = start_of(row), row["planned_otj_hours"]
    assert isinstance(planned, int)
    if story == "training":
        return {"status": "1"}
    first = max(start, told.as_at - timedelta(days=365)) if story == "on_break" else start
    ended = draw(st.dates(first, told.as_at))
    done = draw(st.integers(-(-planned * 9 // 10), 9_999))
    match story:
        case "waiting":
            return {"status": "1", "training_end_date": ended, "outcome": "8"}
        case "on_break":
            found: Cells = {"status": "6", "training_end_date": ended, "outcome": "3"}
            back = draw(st.integers(1, 300))
            return found | (
                {"expected_return_date": told.as_at + timedelta(days=back)}
                if draw(st.booleans())
                else {}
            )
        case "withdrawn":
            reasons = [
                one for one in load_code_rows("withdraw_reason_detail") if one["code"] != "E98"
            ]
            reason = draw(st.sampled_from(reasons))
            return {
                "status": "3",
                "training_end_date": ended,
                "outcome": "3",
                "withdraw_reason": reason["ilr_reason"],
                "withdraw_reason_detail": reason["code"],
                "actual_otj_hours": draw(st.integers(0, 9_999)),
            }
        case _:
            passed = story == "completed"
            grades = ("PA", "ME", "DS") if passed else ("FL", None)
            return {
                "status": "2",
                "training_end_date": ended,
                "outcome": "1" if passed else "3",
                "achievement_date": draw(st.dates(ended, told.as_at)),
                "grade": draw(st.sampled_from(grades)),
                "actual_otj_hours": done,
            }


@st.composite
def _restarts(draw: st.DrawFn, told: Told, first: Cells) -> Cells:
    """Draw the row that goes on with an apprenticeship after a break or a change of provider."""
    start, broke_off = start_of(first), first["training_end_date"]
    assert isinstance(broke_off, date)
    if broke_off >= told.as_at - timedelta(days=30) or broke_off <= start:
        broke_off = min(max(start + timedelta(days=5), start), told.as_at - timedelta(days=30))
        first["training_end_date"] = broke_off
    again = draw(st.dates(broke_off + timedelta(days=1), told.as_at - timedelta(days=1)))
    kept = ("apprentice_ref", "standard_ref", "uln", "age_at_start", "funding", "route", "team_ref")
    kept += ("entry_route", "contract_type", "weekly_hours", "planned_otj_hours", "discipline")
    row: Cells = {name: first[name] for name in kept if name in first}
    row |= {
        "programme_no": 2,
        "provider_ukprn": draw(st.sampled_from(PROVIDERS)),
        "start_date": again,
        "restart": "Y",
        "original_start_date": start,
        "planned_end_date": again + timedelta(days=draw(st.integers(0, 900))),
    }
    standard = next(one for one in load_standards() if one.reference == first["standard_ref"])
    if standard.level == 7 and again >= _LEVEL_7_LIMITED:
        row |= {"funding": "CO_INVEST", "care_leaver_or_ehcp": "N"}
    if draw(st.booleans()):
        first |= {"status": "3", "withdraw_reason": "2", "withdraw_reason_detail": "E07"}
        first |= {"actual_otj_hours": draw(st.integers(0, 999))}
        first.pop("expected_return_date", None)
    return row | draw(_endings(told, draw(st.sampled_from(STORIES[:-1])), row))


@st.composite
def follow_ups_of(
    draw: st.DrawFn, apprentices: list[Cells], quarter: Quarter, borough_code: str
) -> list[Cells]:
    """Draw the follow-ups of those who have left: those that are due, and some that are not yet."""
    gone_on = {
        (row["apprentice_ref"], int(str(row["programme_no"])) - 1)
        for row in apprentices
        if row["restart"] == "Y"
    }
    rows: list[Cells] = []
    for row in apprentices:
        left = {"2": "achievement_date", "3": "training_end_date"}.get(str(row["status"]))
        if left is None or (row["apprentice_ref"], row["programme_no"]) in gone_on:
            continue
        step = 0
        for checkpoint in load_code_rows("checkpoint"):
            due = _months_after(row[left], int(checkpoint["months"]))
            days = (quarter.last_day - due).days
            if days < 0 or not (90 <= days <= 455 or draw(st.booleans())):
                continue
            checked = due + timedelta(days=draw(st.integers(-30, min(90, days))))
            follow_up, step = draw(_jobs(checkpoint["code"], step, borough_code))
            key: Cells = {name: row[name] for name in ("apprentice_ref", "programme_no")}
            rows.append(key | {"checked_on": checked} | follow_up)
    return rows


def _months_after(day: object, months: int) -> date:
    assert isinstance(day, date)
    years, index = divmod(day.month - 1 + months, 12)
    month = day.replace(year=day.year + years, month=index + 1, day=1)
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return month.replace(day=min(day.day, (following - timedelta(days=1)).day))


@st.composite
def _jobs(draw: st.DrawFn, checkpoint: str, step: int, borough_code: str) -> tuple[Cells, int]:
    """Draw where a person was at a checkpoint, on a grade at most one step down."""
    destination = draw(_codes("destination"))
    if checkpoint == "END" and destination == "UNKNOWN":
        destination = "PERM_SAME"
    row: Cells = {"checkpoint": checkpoint, "destination": destination}
    row |= {"source": draw(_codes("information_source"))}
    row |= draw(optional_cells("progression", ("discipline",)))
    if destination in ("PERM_SAME", "FTC_SAME", "OTHER_LDN") or draw(st.booleans()):
        ladder = load_code_rows("progression_grade")
        fits = [one for one in ladder if int(one["ladder_step"] or step) > step - 2]
        grade = draw(st.sampled_from(fits))
        row["grade"] = grade["code"]
        step = max(step, int(grade["ladder_step"] or step))
    if destination == "OTHER_LDN":
        others = [one.code for one in load_code_list("other_borough") if one.code != borough_code]
        row["other_borough_code"] = draw(st.sampled_from(others))
    return row, step
