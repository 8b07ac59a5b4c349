"""The text of each letter, as it is read: whole, plain, and with nothing of a return in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest

from ingest.people import Grant, Identity, Person, Role
from post.letters import SYNTHETIC, Due, Kind, Letter, write_letter
from post.settings import PostSettings
from specification.load import find_borough
from specification.periods import Quarter

HACKNEY = find_borough("E09000012")
ADA = Person(
    "p-1",
    Identity("tests", "ada"),
    "Ada\nLovelace",
    "ada@council.example",
    frozenset({Grant(Role.SIGN, HACKNEY.borough_code)}),
)
SETTINGS = PostSettings(portal_url="https://returns.example/", post_reply_to="help@cohort.example")
LINKS = {
    Kind.READY: "https://returns.example/return/2026-27Q2/2/sign",
    Kind.RETURNED: "https://returns.example/return/2026-27Q2",
    Kind.RECEIPT: "https://returns.example/return/2026-27Q2/2/receipt",
    Kind.REMINDER: "https://returns.example/return/2026-27Q2",
    Kind.OVERDUE: "https://returns.example/return/2026-27Q2",
}
_AMERICAN = re.compile(r"\b(color|organiz|center\b|fulfill|canceled|behavior|analyz|please)", re.I)


def due(kind: Kind) -> Due:
    is_reminder = kind in (Kind.REMINDER, Kind.OVERDUE)
    return Due(
        name=f"tests/{kind}",
        kind=kind,
        person=ADA,
        borough=HACKNEY,
        quarter=Quarter(2026, 2),
        due_date=date(2026, 10, 30),
        published_on=date(2026, 11, 26),
        reference="" if is_reminder else "E09000012-2026-27Q2-v2",
        version=0 if is_reminder else 2,
        working_days=3 if kind is Kind.REMINDER else 0,
        left=("Fix 3 cells.", "Sign it off.") if is_reminder else (),
    )


def written(one: Due, settings: PostSettings = SETTINGS, *, is_synthetic: bool = False) -> Letter:
    return write_letter(one, settings, is_synthetic=is_synthetic)


@pytest.mark.parametrize("is_synthetic", [False, True])
@pytest.mark.parametrize("kind", Kind)
def test_every_letter_is_whole(kind: Kind, is_synthetic: bool) -> None:
    letter = written(due(kind), is_synthetic=is_synthetic)
    lines = letter.body.splitlines()
    assert LINKS[kind] in lines  # a line of its own, so that no program breaks it
    assert "Hackney" in letter.body and "July to September 2026" in letter.subject
    assert lines.count("Hello") == 1
    assert not re.search(r"[{}%]|None|<|>", letter.subject + letter.body)
    assert not _AMERICAN.search(letter.body)
    assert "\n\n\n" not in letter.body and letter.body.endswith("take it away.\n")
    assert all(line == line.strip() for line in lines)
    assert len(letter.subject) <= (90 if is_synthetic else 80) and "\n" not in letter.subject
    assert letter.subject.startswith(SYNTHETIC) == is_synthetic
    assert lines[0].startswith("Synthetic data.") == is_synthetic


@pytest.mark.parametrize("kind", Kind)
def test_no_letter_names_anybody(kind: Kind) -> None:
    letter = written(due(kind))
    assert letter.to_name == "Ada Lovelace"
    for word in ("Ada", "Lovelace", "@", ".xlsx", ".csv"):
        assert word not in letter.subject + letter.body
    assert not re.search(r"\d{10}", letter.body)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (10, "in 10 working days"),
        (3, "in 3 working days"),
        (1, "on the next working day"),
        (0, "today"),
    ],
)
def test_a_reminder_says_when(days: int, words: str) -> None:
    letter = written(replace(due(Kind.REMINDER), working_days=days))
    assert letter.subject == f"Due {words}: apprenticeship return, July to September 2026"
    assert f"is due {words}, by 5pm on Friday 30 October 2026." in letter.body
    assert "* Fix 3 cells.\n* Sign it off.\n" in letter.body


@pytest.mark.parametrize("kind", [Kind.REMINDER, Kind.OVERDUE])
def test_nobody_is_asked_to_reply_where_nobody_reads(kind: Kind) -> None:
    assert "reply to this e-mail" in written(due(kind)).body
    unread = written(due(kind), PostSettings(portal_url="https://returns.example"))
    assert "reply to this e-mail" not in unread.body
    assert "https://returns.example/help" in unread.body


def test_a_return_outside_the_calendar_has_no_day() -> None:
    for kind in (Kind.READY, Kind.RETURNED, Kind.RECEIPT):
        letter = written(replace(due(kind), due_date=None, published_on=None))
        assert "by 5pm" not in letter.body and "planned" not in letter.body
        assert "\n\n\n" not in letter.body
