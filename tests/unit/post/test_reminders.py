"""Reminders: the right people, on the right days, and what is left for each."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from ingest.people import Role
from post.letters import Due, Kind
from post.reminders import stages_at
from tests.unit.post.office_scene import BARNET, CAMDEN, HACKNEY, QUARTER, Scene, told

LONDON = ZoneInfo("Europe/London")
REMINDERS = (Kind.REMINDER, Kind.OVERDUE)


def morning(day: date, hour: int = 8, minute: int = 30) -> datetime:
    return datetime.combine(day, time(hour, minute), LONDON)


@pytest.mark.parametrize(
    ("day", "stages"),
    [
        (date(2026, 10, 15), []),
        (date(2026, 10, 16), ["2026-27Q2 10-days-before"]),
        (date(2026, 10, 17), []),  # Saturday
        (date(2026, 10, 19), ["2026-27Q2 10-days-before"]),  # for whom nothing ran on the 16th
        (date(2026, 10, 26), ["2026-27Q2 10-days-before"]),
        (date(2026, 10, 27), ["2026-27Q2 3-days-before"]),
        (date(2026, 10, 29), ["2026-27Q2 1-days-before"]),
        (date(2026, 10, 30), ["2026-27Q2 1-days-before"]),
        (date(2026, 10, 31), []),
        (date(2026, 11, 2), ["2026-27Q2 overdue"]),
        (date(2026, 11, 6), ["2026-27Q2 overdue"]),
        (date(2026, 11, 9), []),
        (date(2027, 1, 15), ["2026-27Q3 10-days-before"]),
        (date(2025, 4, 11), []),  # Q4 is due on 30 April 2025, and Easter lies between
        (date(2025, 4, 14), ["2024-25Q4 10-days-before"]),
        (date(2025, 4, 18), []),  # Good Friday
    ],
)
def test_the_days_of_each_reminder(day: date, stages: list[str]) -> None:
    assert [f"{one.planned.quarter} {one.name}" for one in stages_at(morning(day))] == stages


def test_nobody_is_woken() -> None:
    day = date(2026, 10, 16)
    assert stages_at(morning(day, 7, 59)) == ()
    assert stages_at(morning(day, 8, 0)) != ()
    # Seven o'clock in UTC is eight in London while it is summer there.
    assert stages_at(datetime(2026, 10, 16, 7, 0, tzinfo=UTC)) != ()


def test_each_officer_who_owes_is_told_four_times_and_no_other(scene: Scene) -> None:
    """Every day for two months, as the schedule asks: who is told on which."""
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.officer("both", CAMDEN, Role.UPLOAD, Role.SIGN)
    scene.officer("in time", BARNET, Role.UPLOAD)
    scene.officer("analyst", "", Role.ANALYSE)
    scene.officer("leaver", HACKNEY)
    early = scene.sent_in(uploader, borough_code=BARNET)
    scene.sign(early, signer)
    found: dict[date, list[tuple[str, str]]] = {}
    day, office = date(2026, 10, 5), scene.office()
    while day < date(2026, 12, 5):
        done = office.send(morning(day))
        reminded = [one for one in told(done) if one[1] in REMINDERS]
        if reminded:
            found[day] = reminded
        if day == date(2026, 10, 27):  # Camden signs on the day of the second reminder
            camden = scene.sent_in(uploader, borough_code=CAMDEN, at=morning(day, 12))
            scene.sign(camden, signer, at=morning(day, 13))
        day += timedelta(days=1)
    hackney = [("signer", "reminder"), ("uploader", "reminder")]
    assert found == {
        date(2026, 10, 16): [("both", "reminder"), *hackney],
        date(2026, 10, 27): [("both", "reminder"), *hackney],
        date(2026, 10, 29): hackney,
        date(2026, 11, 2): [("signer", "overdue"), ("uploader", "overdue")],
    }


def reminder_of(scene: Scene, day: date = date(2026, 10, 16)) -> Due:
    due = scene.office().due(morning(day)).letters
    return next(one for one in due if one.kind in REMINDERS)


@pytest.mark.parametrize(
    ("errors", "open_queries", "left"),
    [
        (3, 0, ("Fix 3 cells.", "Sign it off.")),
        (1, 2, ("Fix 1 cell.", "Explain 2 queries.", "Sign it off.")),
        (0, 1, ("Explain 1 query.", "Sign it off.")),
        (
            0,
            0,
            ("Sign it off: nothing is left to fix or explain, and it waits for a signature.",),
        ),
    ],
)
def test_a_reminder_says_what_is_left(
    scene: Scene, errors: int, open_queries: int, left: tuple[str, ...]
) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.sent_in(uploader, errors=errors, open_queries=open_queries)
    assert tuple(reminder_of(scene).left) == left


def test_who_has_not_begun_or_took_it_back_is_told_so(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    not_started = ("Upload your return: you have not started.", "Sign it off.")
    assert tuple(reminder_of(scene).left) == not_started
    sent = scene.sent_in(uploader)
    scene.register.withdraw(
        sent.submission_id, reason="The wrong file was sent.", actor="x", at=sent.received_at
    )
    assert tuple(reminder_of(scene).left) == not_started


def test_what_was_sent_back_is_to_be_answered(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    sent = scene.sent_in(uploader)
    scene.register.send_back(
        sent.submission_id, note="Look at it once more.", actor="x", at=sent.received_at
    )
    assert "Read the note" in reminder_of(scene).left[0]


def test_boroughs_that_nobody_can_be_reminded_of_are_named(scene: Scene) -> None:
    scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.officer("unreachable", CAMDEN, Role.UPLOAD, email="")
    done = scene.round(morning(date(2026, 10, 16)))
    assert [one.name for one in done.without_address] == ["unreachable"]
    unknown = {one.borough_code for one in done.nobody}
    assert len(unknown) == 31 and unknown.isdisjoint({HACKNEY, CAMDEN})
    assert str(QUARTER) in done.nobody[0].why
