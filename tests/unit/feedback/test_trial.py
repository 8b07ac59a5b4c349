"""A rule on trial: how much it would have found, and how much of that was corrected since."""

from __future__ import annotations

from collections.abc import Sequence

from feedback.trial import BoroughTrial, Trial, count_trial
from ingest.parse import Declared, ParsedReturn, parse_sheets
from ingest.sheets import Sheet
from specification.findings import Finding
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
TABLE = COLLECTION.tables["apprentices"]


def returned(hours: dict[str, str], *, title_rows: int = 0) -> ParsedReturn:
    """Return a parsed return in which these apprentices have these weekly hours."""
    rows = [
        TABLE.valid_row | {"apprentice_ref": reference, "weekly_hours": text}
        for reference, text in hours.items()
    ]
    head = [("A title",)] * title_rows + [tuple(field.label for field in TABLE.fields)]
    body = [tuple(row.get(field.name, "") for field in TABLE.fields) for row in rows]
    declared = Declared(find_borough("Hackney"), Quarter(2026, 1))
    return parse_sheets([Sheet(TABLE.label, (*head, *body))], declared, COLLECTION)


def finding(row: int | None, column: str = "weekly_hours") -> Finding:
    return Finding(
        rule="A-033",
        severity="query",
        table="apprentices",
        sheet="Apprentices",
        row=row,
        column=column,
        cell="",
        value="",
        expected="",
        message="",
        fix="",
    )


def counted(
    parsed: ParsedReturn,
    findings: Sequence[Finding],
    later: Sequence[ParsedReturn],
    *,
    is_judged: bool = True,
    table: str = "apprentices",
) -> BoroughTrial:
    return count_trial(parsed, findings, later, COLLECTION, is_judged=is_judged, table=table)


NOW = {"HCK-0001": "50", "HCK-0002": "55", "HCK-0003": "sixty", "HCK-0004": "36"}
FOUND = [finding(2), finding(3), finding(4)]


def test_a_cell_that_holds_another_value_later_was_corrected() -> None:
    later = returned({"HCK-0004": "30", "HCK-0003": "36", "HCK-0002": "55", "HCK-0001": "36"})
    trial = counted(returned(NOW), FOUND, [later])
    assert (trial.rows, trial.findings, trial.followed, trial.corrected) == (4, 3, 3, 2)


def test_rows_are_followed_by_their_reference_and_not_by_their_place() -> None:
    moved = dict(reversed(NOW.items()))
    trial = counted(returned(NOW), FOUND, [returned(moved, title_rows=3)])
    assert (trial.followed, trial.corrected) == (3, 0)


def test_a_row_that_is_gone_later_is_not_followed() -> None:
    trial = counted(returned(NOW), FOUND, [returned({"HCK-0002": "55"})])
    assert (trial.followed, trial.corrected) == (1, 0)


def test_a_correction_in_either_later_return_counts_once() -> None:
    same, corrected = returned(NOW), returned(NOW | {"HCK-0001": "36"})
    for later in ([corrected, same], [same, corrected], [corrected, corrected]):
        trial = counted(returned(NOW), FOUND, later)
        assert (trial.followed, trial.corrected) == (3, 1)


def test_without_a_later_return_nothing_is_followed() -> None:
    trial = counted(returned(NOW), FOUND, [])
    assert (trial.findings, trial.followed, trial.corrected) == (3, 0, 0)


def test_a_finding_of_a_whole_sheet_is_counted_and_not_followed() -> None:
    trial = counted(returned(NOW), [finding(None), finding(2, "")], [returned({})])
    assert (trial.findings, trial.followed) == (2, 0)


def test_a_finding_on_the_headings_is_not_followed() -> None:
    trial = counted(returned(NOW), [finding(1)], [returned(NOW)])
    assert (trial.findings, trial.followed) == (1, 0)


def test_a_return_that_could_not_be_judged_has_no_rows() -> None:
    trial = counted(returned(NOW), [], [], is_judged=False)
    assert (trial.is_judged, trial.rows) == (False, 0)


def test_a_rule_of_every_table_judges_every_row() -> None:
    assert counted(returned(NOW), [], [], table="*").rows == 4
    assert counted(returned(NOW), [], [], table="levy").rows == 0


def test_the_totals_are_those_of_the_boroughs() -> None:
    later = [returned(NOW | {"HCK-0001": "36"})]
    trial = Trial(
        (
            counted(returned(NOW), FOUND, later),
            counted(returned(NOW), [], later),
            counted(returned(NOW), [], later, is_judged=False),
        )
    )
    assert (trial.judged, trial.hit, trial.rows) == (2, 1, 8)
    assert (trial.findings, trial.followed, trial.corrected) == (3, 3, 1)
