"""Words that are published: of nobody, and beside figures without a number of people."""

from __future__ import annotations

import pytest

from ingest.published_words import UnfitWords, fit_beside_figures, fit_to_publish


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Too short", "9 characters"),
        ("x" * 501, "501 characters"),
        ("Ask jo.smith@council.example about it.", "an e-mail address"),
        ("The learner 1234567890 left the course.", "a ten-digit number"),
        ("The learner 123 456 7890 left the course.", "a ten-digit number"),
        ("National Insurance QQ 12 34 56 C is wrong.", "a National Insurance number"),
    ],
)
def test_words_that_say_who_somebody_is_are_not_kept(words: str, fault: str) -> None:
    for fit in (fit_to_publish, fit_beside_figures):
        with pytest.raises(UnfitWords, match=fault):
            fit(words)


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("Our 3 leavers all moved to other councils.", "3"),
        ("Of the cohort 12.5% went to another provider.", "12.5"),
        ("The cohort of 2025 had 14 in it.", "14"),
        ("Only two apprentices are left in this team.", "two apprentices"),
        ("A single young learner changed provider.", "A single young learner"),
        ("There were 1,024 rows in the file.", "1,024"),
    ],
)
def test_a_number_of_people_is_not_printed_beside_figures(words: str, held: str) -> None:
    with pytest.raises(UnfitWords, match=f"holds “{held}”"):
        fit_beside_figures(words)
    assert fit_to_publish(words) == words


@pytest.mark.parametrize(
    "words",
    [
        "Our cohort of 2025-26 changed provider in 2026-27Q1.",
        "Since 4 November our register is kept by another team.",
        "Between 1 to 15 March the register was closed.",
        "In Q2 and in the academic year 2025/26 the register was late.",
        "The provider changed on November 4 and all moved with it.",
        "What M6 shows is one provider only, not the whole of it.",
    ],
)
def test_days_years_and_quarters_may_be_named(words: str) -> None:
    assert fit_beside_figures(words) == words


def test_spaces_are_single() -> None:
    assert fit_to_publish("  The  register\nwas late. ") == "The register was late."
