"""The one check on planted faults: each found once, at its own cell, in its own return.

All returns of this file are one batch, so that Great Expectations runs once.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from dataclasses import dataclass, replace

import pytest

from expectations.check import check_returns, unreadable_result
from expectations.compile import compile_rules
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from specification.findings import CheckResult, Finding
from specification.load import find_borough
from specification.periods import Quarter
from synthetic.learner_numbers import learner_number
from tests.integration.rich_returns import COLLECTION, Rows, camden, parsed_return, rich_rows

pytestmark = pytest.mark.xdist_group("findings")  # one batch for all of them
LETTER_OF_ROUTE = "G"
ROW_COUNT, WRONG_COUNT = 2_000, 500
WRONG_ROWS = sorted(random.Random(7).sample(range(2, ROW_COUNT + 2), WRONG_COUNT))  # noqa: S311 # seeded
# There is no last quarter here, and no list of providers: what needs one is not judged.
_NEEDS = {
    check.rule.id for check in compile_rules(COLLECTION) if check.needs in ("previous", "providers")
}
JUDGED = tuple(rule.id for rule in COLLECTION.rules if rule.id not in _NEEDS)

ULNS = ["1000000053", "8652496040", "1234567890", "1000000043"]
ULN_TEXTS = [
    *ULNS,
    f" {ULNS[0]}",
    f"{ULNS[1][:3]} {ULNS[1][3:6]} {ULNS[1][6:]}",
    f"0{ULNS[2]}",
    ULNS[0][:9],
    f"ULN {ULNS[1]}",
    f"{ULNS[2]}.0",
]
MISPLACED = ["apprentice_ref", "programme_no", "epa_org", "team_ref", "provider_ukprn", "route"]


def many_apprentices() -> list[dict[str, str]]:
    wrong = set(WRONG_ROWS)
    return [
        {
            "apprentice_ref": f"HCK-{row:05d}",
            "uln": learner_number(row),
            "provider_ukprn": f"9000000{row % 7 + 1}",
            "start_date": f"{row % 28 + 1:02}/09/2025",
            "route": "COUNCIL" if row in wrong else "DIRECT",
        }
        for row in range(2, ROW_COUNT + 2)
    ]


@dataclass(frozen=True)
class Planted:
    """One cell of one rich return that nobody can read."""

    table: str
    row: int
    field: str
    rule: str

    def __str__(self) -> str:
        return f"{self.table}-{self.row}-{self.field}"


def unreadable_cells() -> list[Planted]:
    """Return every cell of the rich return whose type refuses the text that we plant."""
    readable = {"date": "F-003", "integer": "F-004", "decimal": "F-005", "month": "F-014"}
    own = {
        (rule.table, field): rule.id
        for rule in COLLECTION.rules
        if rule.kind == "codes"
        for field in rule.fields
    }
    return [
        Planted(
            name,
            at + 2,
            field.name,
            readable.get(field.type) or own.get((name, field.name), "F-007"),
        )
        for name, rows in rich_rows().items()
        for at in range(len(rows))
        for field in COLLECTION.tables[name].fields
        if field.type != "text"
    ]


CELLS = unreadable_cells()


def spoiled(planted: Planted, clean: ParsedReturn) -> ParsedReturn:
    """Return the clean return with one cell spoiled; its other sheets are read already."""
    rows = rich_rows()[planted.table]
    rows[planted.row - 2] = rows[planted.row - 2] | {planted.field: "?!?"}
    changed = parsed_return({planted.table: rows})
    return replace(clean, tables=clean.tables | changed.tables)


def returns_by_name() -> dict[str, ParsedReturn]:
    cover: Rows = {"return": [{}]}
    refs = [
        {"apprentice_ref": f"CMD-{at}", "uln": uln, "start_date": f"{at + 1}/09/2025"}
        for at, uln in enumerate(ULN_TEXTS)
    ]
    clean = parsed_return(rich_rows())
    named = {
        "clean": clean,
        "many": parsed_return(cover | {"apprentices": many_apprentices()}),
        "clean again": camden(rich_rows()),
        "learner numbers": camden(cover | {"apprentices": refs}),
        "only the cover": parsed_return(cover),
        "no cover": parsed_return({"apprentices": [{}], "progression": [], "workforce": []}),
        "wrong route": camden(
            cover | {"apprentices": [{"route": "Direct employed by council"}, {"grade": "Merrit"}]}
        ),
        "another borough and quarter": parsed_return(
            cover | {"apprentices": [{}]}, borough="Camden", quarter="2026-27Q3"
        ),
        "person in reference": parsed_return(
            cover | {"apprentices": [{"apprentice_ref": "jane.smith@hackney.gov.uk"}]}
        ),
    }
    for field in MISPLACED:
        row = {field: ULNS[3], "weekly_hours": "full time"}
        named[f"learner number in {field}"] = camden(cover | {"apprentices": [row]})
    return named | {str(one): spoiled(one, clean) for one in CELLS}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckResult]:
    home = Home(tmp_path_factory.mktemp("home"))
    named = returns_by_name()
    found = check_returns(list(named.values()), COLLECTION, home)
    return dict(zip(named, found, strict=True))


def cells_of(result: CheckResult) -> list[tuple[str, str, int | None, str]]:
    return [(one.rule, one.table, one.row, one.column) for one in result.findings]


@pytest.mark.parametrize("name", ["clean", "clean again", "only the cover"])
def test_a_clean_return_has_nothing_to_fix_whatever_else_is_in_its_batch(
    name: str, results: dict[str, CheckResult]
) -> None:
    result = results[name]
    assert cells_of(result) == []
    assert (result.verdict, result.errors, result.queries) == ("ready", 0, 0)
    assert result.passed == JUDGED


def test_five_hundred_bad_rows_are_exactly_five_hundred_findings(
    results: dict[str, CheckResult],
) -> None:
    result = results["many"]
    assert result.rows["apprentices"] == ROW_COUNT
    assert cells_of(result) == [("A-028", "apprentices", row, "route") for row in WRONG_ROWS]
    assert [one.cell for one in result.findings] == [
        f"{LETTER_OF_ROUTE}{row}" for row in WRONG_ROWS
    ]
    assert [one.reference for one in result.findings] == [f"HCK-{row:05d}/1" for row in WRONG_ROWS]
    assert {(one.value, one.sheet) for one in result.findings} == {("COUNCIL", "Apprentices")}
    assert (result.verdict, result.errors) == ("needs_fixing", WRONG_COUNT)
    assert "A-028" not in result.passed
    assert len(result.passed) == len(JUDGED) - 1


@pytest.mark.parametrize("planted", CELLS, ids=str)
def test_a_cell_that_nobody_can_read_is_one_finding_at_that_cell(
    planted: Planted, results: dict[str, CheckResult]
) -> None:
    expected = (planted.rule, planted.table, planted.row, planted.field)
    assert cells_of(results[str(planted)]) == [expected]
    assert results[str(planted)].findings[0].value == "?!?"


def test_each_bad_learner_number_is_found_at_its_row(results: dict[str, CheckResult]) -> None:
    found = [(one.rule, one.row) for one in results["learner numbers"].findings]
    assert found == [
        ("A-011", 2),
        ("A-011", 3),
        ("A-011", 4),
        ("A-011", 6),
        ("A-011", 7),  # the spaces between its digits are left out, and logged
        ("A-010", 8),
        ("A-010", 9),
        ("A-010", 10),
        ("A-010", 11),
    ]


def assert_no_learner_number(result: CheckResult) -> None:
    text = result.model_dump_json(by_alias=True)
    digits = re.sub(r"(?<=\d)[ ,.](?=\d)", "", text)
    for uln in ULNS:
        assert uln not in digits
        assert uln[:9] not in digits
        assert f"{int(uln):,}" not in text


def test_a_learner_number_never_appears_in_a_result(results: dict[str, CheckResult]) -> None:
    result = results["learner numbers"]
    assert {one.value for one in result.findings} == {"(hidden)"}
    assert [one.before for one in result.normalised if one.column == "uln"] == ["(hidden)"] * 2
    assert_no_learner_number(result)


@pytest.mark.parametrize("field", MISPLACED)
def test_a_learner_number_in_another_column_does_not_appear_either(
    field: str, results: dict[str, CheckResult]
) -> None:
    result = results[f"learner number in {field}"]
    assert ("F-005", "apprentices", 2, "weekly_hours") in cells_of(result)
    assert_no_learner_number(result)


def test_personal_data_in_a_reference_is_refused_without_being_repeated(
    results: dict[str, CheckResult],
) -> None:
    result = results["person in reference"]
    assert cells_of(result) == [("A-003", "apprentices", 2, "apprentice_ref")]
    assert "jane.smith" not in result.model_dump_json()


def test_a_close_misspelling_gets_a_suggestion(results: dict[str, CheckResult]) -> None:
    suggested = {one.column: one.suggestion for one in results["wrong route"].findings}
    assert suggested == {"route": "DIRECT", "grade": "ME", "apprentice_ref": ""}


def test_a_duplicate_names_the_row_it_repeats(results: dict[str, CheckResult]) -> None:
    (twice,) = (one for one in results["wrong route"].findings if one.rule == "A-002")
    assert (twice.row, twice.reference) == (3, "HCK-0012/1")
    assert "is also on row 2" in twice.message


def test_nothing_is_suggested_for_a_text_that_is_close_to_nothing(
    results: dict[str, CheckResult],
) -> None:
    assert {one.suggestion for one in results["many"].findings} == {""}


def test_a_file_of_another_borough_and_quarter_is_told_both_names(
    results: dict[str, CheckResult],
) -> None:
    found = {one.rule: one for one in results["another borough and quarter"].findings}
    assert set(found) == {"R-007", "R-008"}  # its as-at date fits its own quarter
    assert "Hackney" in found["R-007"].message
    assert "Camden" in found["R-007"].message
    assert "2026-27Q2" in found["R-008"].message
    assert "2026-27Q3" in found["R-008"].message


def test_a_return_without_its_cover_says_so(results: dict[str, CheckResult]) -> None:
    result = results["no cover"]
    assert [one.rule for one in result.findings] == ["F-010"]
    assert (result.findings[0].sheet, result.findings[0].row) == ("Return", None)


def test_no_message_has_a_gap_left_to_fill(results: dict[str, CheckResult]) -> None:
    findings = [one for result in results.values() for one in result.findings]
    assert len(Counter(one.rule for one in findings)) > 20
    for one in findings:
        assert not re.search(r"[{}]|None|“”", one.message + one.fix + one.expected), one


def test_findings_are_in_the_order_in_which_the_file_is_read(
    results: dict[str, CheckResult],
) -> None:
    tables = list(COLLECTION.tables)
    for result in results.values():
        places = [(tables.index(one.table), one.row or 0) for one in result.findings]
        assert places == sorted(places)


def test_the_json_of_a_result_has_the_documented_keys(results: dict[str, CheckResult]) -> None:
    result = results["learner numbers"]
    written = json.loads(result.model_dump_json(by_alias=True))
    assert list(written) == [
        "schema",
        "borough",
        "quarter",
        "verdict",
        "rows",
        "errors",
        "queries",
        "findings",
        "normalised",
        "passed",
    ]
    assert written["schema"] == "cohort.check/1"
    assert (written["borough"], written["quarter"]) == ("E09000007", "2026-27Q2")
    assert list(written["findings"][0]) == list(Finding.model_fields)
    assert set(written["findings"][0]) == {
        *("rule", "severity", "table", "sheet", "row", "column", "cell", "value"),
        *("expected", "message", "fix", "suggestion", "reference"),
    }
    keys = {"table", "sheet", "row", "column", "cell", "before", "after", "reason"}
    assert set(written["normalised"][0]) == keys
    assert CheckResult.model_validate_json(json.dumps(written)) == result


def test_an_unreadable_return_has_the_same_form() -> None:
    declared = Declared(find_borough("Hackney"), Quarter(2026, 2))
    written = json.loads(unreadable_result(declared).model_dump_json(by_alias=True))
    assert written["schema"] == "cohort.check/1"
    assert (written["verdict"], written["findings"], written["rows"]) == ("unreadable", [], {})
