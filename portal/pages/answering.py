"""Which drafts wait for the answer of the visitor's borough, and what it said so far.

Here: what the register says of them. Not here: the draft itself and the form (drafts).
"""

from __future__ import annotations

from ingest.release_events import BoroughReplied
from ingest.release_stages import RegisteredEdition
from portal.page import Call
from publisher.preview import embargo_of
from specification.periods import Quarter


def answer_of(call: Call, quarter: Quarter) -> BoroughReplied | None:
    """Return what the visitor's borough last said of the draft that is there now.

    What it said before the quarter was last published was of another draft.
    """
    releases, borough_code = call.services.releases.now(), call.here.borough_code
    opened = releases.opened(quarter)
    found = (one for one in releases.replies(quarter) if one.borough_code == borough_code)
    answer = next(found, None)
    return answer if answer is not None and (opened is None or answer.at >= opened) else None


def pending_drafts(call: Call) -> list[RegisteredEdition]:
    """Return every draft that is not published yet, the newest quarter first."""
    releases = call.services.releases.now()
    found = (releases.pending(quarter) for quarter in reversed(releases.quarters()))
    return [one for one in found if one is not None]


def draft_tasks(call: Call) -> list[dict[str, str]]:
    """Return a row of the task list for each draft that the visitor's borough may answer."""
    return [_task(call, one) for one in pending_drafts(call)]


def _task(call: Call, pending: RegisteredEdition) -> dict[str, str]:
    quarter, embargo = pending.quarter, embargo_of(pending)
    if answer_of(call, quarter) is not None:
        status, kind = "Answered", ""
    elif why_not_answer(call, quarter):
        status, kind = "Closed", ""
    else:
        status, kind = "To answer", "blue"
    return {
        "text": "Answer the draft report",
        "href": f"/draft/{quarter}",
        "hint": f"{quarter.label}. Answer by {embargo.replies_until}",
        "status": status,
        "kind": kind,
    }


def why_not_answer(call: Call, quarter: Quarter) -> str:
    """Return why the borough could not answer now, empty where it could."""
    event = BoroughReplied(
        quarter=quarter,
        borough_code=call.here.borough_code,
        note="",
        actor=call.actor,
        at=call.now,
    )
    return call.services.releases.now().refusal(event)
