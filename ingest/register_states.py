"""How a submission stands, by its events alone.

Here: one event after the other, and the one that made it ready. Not here: all events of a register,
and whether its tables say the same (`register_replay`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ingest.register_entries import Entry, State, Submission, state_after_check


@dataclass(frozen=True, slots=True)
class Standing:
    """What the events alone say of a submission."""

    sha256: str
    state: State
    error_count: int | None = None
    query_count: int | None = None
    open_query_count: int | None = None
    content_sha256: str | None = None
    is_sent_back: bool = False

    @classmethod
    def of(cls, submission: Submission) -> Standing:
        """Return the same of a submission as the register has it."""
        one = submission
        return cls(
            one.sha256,
            one.state,
            one.error_count,
            one.query_count,
            one.open_query_count,
            one.content_sha256,
            one.is_sent_back,
        )

    def after(self, errors: int | None, open_queries: int | None) -> State:
        """Return the state that these counts put it in."""
        return state_after_check(errors or 0, open_queries or 0, is_sent_back=self.is_sent_back)


def standing_after(before: Standing, action: str, details: Mapping[str, Any]) -> Standing:
    """Return how a submission stands after one more event."""
    match action:
        case "received":
            return Standing(details["sha256"], State.RECEIVED)
        case "checked":
            return _checked(before, details)
        case "explained":
            state = before.after(before.error_count, details["open"])
            return replace(before, state=state, open_query_count=details["open"])
        case "sent_back":
            return replace(before, state=State.CHECKED, is_sent_back=True)
        case "ready_again":
            again = replace(before, is_sent_back=False)
            return replace(again, state=again.after(again.error_count, again.open_query_count))
        case _:
            return replace(before, state=State(action))


def _checked(before: Standing, details: Mapping[str, Any]) -> Standing:
    # Events from before reasons were kept have no `open`: a query did not hold a return back then.
    open_queries = details.get("open")
    return replace(
        before,
        state=before.after(details["errors"], open_queries),
        error_count=details["errors"],
        query_count=details["queries"],
        open_query_count=open_queries,
        content_sha256=details.get("content_sha256"),
    )


def became_ready(entries: Sequence[Entry]) -> Entry | None:
    """Return the last act that made a submission ready; None where it is not ready now.

    Args:
        entries: everything that happened to it, oldest first.
    """
    standing, made_ready = Standing("", State.RECEIVED), None
    for one in entries:
        before = standing.state
        standing = standing_after(standing, one.happened.action, one.happened.details)
        if standing.state is State.READY and before is not State.READY:
            made_ready = one
    return made_ready if standing.state is State.READY else None
