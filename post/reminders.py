"""Reminders: 10, 3 and 1 working days before the due date, and the working day after it.

Here: which is due on a day, to whom, and what it says is left. Not here: the calendar of due dates
(specification), what happened (`steps`), or sending (`office`). Only officers of boroughs that
still owe something are written to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from feedback.issues import cells_to_fix
from feedback.wording import counted
from ingest.home import Home
from ingest.people import Person
from ingest.register import Register, State, Submission
from post.letters import Due, Kind
from post.steps import NobodyToTell
from post.working_days import is_working_day, working_days_from, working_days_until
from specification.findings import CheckResult
from specification.load import Borough, CollectionQuarter, load_boroughs, load_calendar

DAYS_BEFORE = (10, 3, 1)
"""Working days before the due date."""
_FROM = time(8)
_OVERDUE_FOR = 5
_LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True, slots=True)
class Stage:
    """Which reminder it is time for, and of which return."""

    planned: CollectionQuarter
    name: str
    kind: Kind


def stages_at(now: datetime) -> tuple[Stage, ...]:
    """Return the reminders that it is time for: on working days from 8 o'clock.

    One that was not sent on its day, because nothing ran, is still due until the next one is.
    """
    local = now.astimezone(_LONDON)
    if not is_working_day(local.date()) or local.time() < _FROM:
        return ()
    found = (_stage(planned, local.date()) for planned in load_calendar())
    return tuple(one for one in found if one is not None)


def _stage(planned: CollectionQuarter, today: date) -> Stage | None:
    due = planned.due_date
    if not (working_days_from(due, -max(DAYS_BEFORE)) <= today):
        return None
    if today > due:
        is_over = today > working_days_from(due, _OVERDUE_FOR)
        return None if is_over else Stage(planned, "overdue", Kind.OVERDUE)
    begun = [days for days in DAYS_BEFORE if working_days_from(due, -days) <= today]
    return Stage(planned, f"{min(begun)}-days-before", Kind.REMINDER)


def reminders_at(
    register: Register, home: Home, everyone: Collection[Person], now: datetime
) -> Iterator[Due | NobodyToTell]:
    """Give each reminder that it is time for, sent or not."""
    today = now.astimezone(_LONDON).date()
    for stage in stages_at(now):
        quarter = stage.planned.quarter
        signed = {code for code, of in register.signed() if of == quarter}
        newest = register.newest(quarter)
        for borough in load_boroughs():
            if borough.borough_code in signed:
                continue
            officers = [one for one in everyone if _is_officer(one, borough)]
            if not officers:
                yield NobodyToTell(borough.borough_code, f"it owes {quarter}, and has no officer")
            left = _left_to_do(home, newest.get(borough.borough_code))
            for person in officers:
                yield Due(
                    name=f"{stage.name}/{quarter}/{borough.borough_code}/{person.person_id}",
                    kind=stage.kind,
                    person=person,
                    borough=borough,
                    quarter=quarter,
                    due_date=stage.planned.due_date,
                    published_on=stage.planned.published_on,
                    working_days=working_days_until(today, stage.planned.due_date),
                    left=left,
                )


def _is_officer(person: Person, borough: Borough) -> bool:
    return any(one.borough_code == borough.borough_code for one in person.grants)


def _left_to_do(home: Home, newest: Submission | None) -> tuple[str, ...]:
    """Return what is left to do, in order, one line each."""
    if newest is None or newest.state is State.WITHDRAWN:
        return ("Upload your return: you have not started.", "Sign it off.")
    if newest.state is State.READY:
        return ("Sign it off: nothing is left to fix or explain, and it waits for a signature.",)
    lines = [*_to_correct(home, newest)]
    if newest.is_sent_back:
        lines.append("Read the note with which it was sent back, and answer it.")
    if newest.state is State.RECEIVED:
        lines.append("Look at what the check says of the file you sent.")
    return (*lines, "Sign it off.")


def _to_correct(home: Home, newest: Submission) -> Iterator[str]:
    if newest.error_count:
        path = home.check_result(newest.submission_id)
        cells = newest.error_count
        if path.is_file():  # the page counts cells, of which several rules may find one
            cells = cells_to_fix(CheckResult.model_validate_json(path.read_text("utf-8")))
        yield f"Fix {counted(cells, 'cell')}."
    if newest.open_query_count:
        yield f"Explain {counted(newest.open_query_count, 'query', 'queries')}."
