"""A borough's words are published only where they name nobody and count no few people."""

from __future__ import annotations

import pytest

from publisher.explanations import FEW_PEOPLE, GivenReason, publishable, withheld_because
from publisher.figures import Figures
from publisher.page import render_page
from publisher.release import Release
from publisher.remarks_page import reasons_by_borough

HACKNEY, CAMDEN = "E09000012", "E09000007"
FIT = "Weekly hours follow the new contract of the depot, agreed with the provider."


def given(
    reason: str = FIT,
    *,
    rows: int | None = 12,
    table: str = "apprentices",
    rule: str = "A-033",
    borough_code: str = HACKNEY,
) -> GivenReason:
    return GivenReason(borough_code, rule, "Weekly hours are usual", table, rows, reason)


@pytest.mark.parametrize(
    "reason",
    [
        FIT,
        "Checked with HR in October 2026: the hours are those of the contract.",
        "We moved to the provider's new start dates in 2025/26. They are later by design.",
        "All 120 starts are of the 2026-27Q2 cohort in Tower Hamlets and Hackney.",
        "Payroll is right: the posts were filled through the agency.",
        "The top-up came in 1,200 parts, which is 12.4 per cent.",
    ],
)
def test_words_about_no_person_are_published(reason: str) -> None:
    assert withheld_because(given(reason)) is None


@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("Ask claire@hackney.example for the contract.", "address"),
        ("The learner 1234567893 started under a temporary number.", "long number"),
        ("The learner 123 456 7893 started under a temporary number.", "long number"),
        ("HCK-0012/1 is right, as the provider confirmed.", "reference"),
        ("Staff number 004417 has the longer hours.", "long number"),
        ("The contract of QQ 12 34 56 C says 45 hours.", "National Insurance"),
        ("Works from E8 1EA and travels, so the hours are long.", "postcode"),
        ("On leave since 12/03/2026, which was agreed.", "date"),
        ("On leave since 3 March, which was agreed.", "date"),
        ("Only 3 of these are on sick leave.", "small number"),
        ("Two apprentices are on maternity leave.", "small number"),
        ("They are both on long-term sick leave.", "small number"),
        ("These are at level 4.", "small number"),
        ("The apprentice is on long-term sick leave.", "one person"),
        ("This former apprentice went back to college.", "one person"),
        ("Because of her pregnancy the break is longer.", "one person"),
        ("The hours were agreed with Mrs Begum.", "one person"),
        ("The hours were agreed with Nadia in the depot.", "name a person"),
        ("Nadia Rahman agreed the hours.", "name a person"),
        ("The hours are right. Nadia works longer.", "name a person"),
        ("The hours follow O’Connor in the depot.", "name a person"),
    ],
)
def test_words_that_may_be_about_a_person_are_withheld(reason: str, cause: str) -> None:
    found = withheld_because(given(reason))
    assert found is not None
    assert cause in found


@pytest.mark.parametrize(
    ("rows", "table", "is_withheld"),
    [
        (1, "apprentices", True),
        (4, "progression", True),
        (5, "apprentices", False),
        (None, "apprentices", False),
        (1, "levy", False),
    ],
)
def test_a_reason_about_few_people_has_no_words(
    rows: int | None, table: str, is_withheld: bool
) -> None:
    assert (withheld_because(given(rows=rows, table=table)) == FEW_PEOPLE) is is_withheld


def test_withheld_reasons_of_a_rule_are_one_and_rows_are_never_exact() -> None:
    few = [given(f"{FIT} {word}", rows=3) for word in ("Agreed.", "Known.", "Seen.")]
    one, other, whole = publishable(
        [*few, given(rows=37), given(borough_code=CAMDEN, rule="A-088", rows=None)][::-1]
    )[::-1]
    assert (one.reason, one.withheld, one.rows) == ("", FEW_PEOPLE, "5 to 9")
    assert (other.reason, other.withheld, other.rows) == (FIT, "", "10 to 49")
    assert (whole.borough_name, whole.rows) == ("Camden", "the whole table")


def test_the_page_folds_them_by_borough_and_says_what_is_withheld(release: Release) -> None:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    secret = "Two apprentices are on maternity leave."
    reasons = publishable(
        [given(), given(secret, rule="A-057"), given("<b>All</b> are right.", borough_code=CAMDEN)]
    )
    told = figures.model_copy(update={"explanations": reasons, "sections": ()})
    page = render_page(told, {})
    assert [one.line for one in reasons_by_borough(told)] == [
        "Camden: 1 check", "Hackney: 2 checks",
    ]  # fmt: skip
    assert f"“{FIT}”" in page
    assert "The words are withheld. It holds a small number." in page
    assert secret not in told.model_dump_json() + page
    assert "&lt;b&gt;All&lt;/b&gt; are right." in page
    assert "What boroughs explained" not in release.report.read_text("utf-8")
