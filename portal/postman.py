"""The postman: letters go out beside the portal, and nobody waits for them.

Here: one thread that sends what is due after a step. Not here: which letters are due, or sending
(`post.office`), reminders of the calendar: those are sent by a schedule or `cohort post`.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from post.office import PostOffice

_log = logging.getLogger("cohort.portal")
_AGAIN_SECONDS = 15 * 60
_LAST_SECONDS = 5


class Postman:
    """Sends what is due whenever somebody knocks, one round at a time.

    What a server does not take is tried again a quarter of an hour later. Whatever goes wrong here,
    the step that somebody took is in the register, and the letter is due until it is sent.
    """

    def __init__(self, office: PostOffice) -> None:
        self._office = office
        self._knocked, self._is_over = threading.Event(), False
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def open(self) -> None:
        """Begin, with what is due from before."""
        self.knock()
        self._thread.start()

    def knock(self) -> None:
        """Say that something happened; returns at once."""
        self._knocked.set()

    def close(self) -> None:
        """End after the letter that is being sent."""
        self._is_over = True
        self.knock()
        self._thread.join(_LAST_SECONDS)

    def _work(self) -> None:
        wait: float | None = None
        while True:
            self._knocked.wait(wait)
            self._knocked.clear()
            if self._is_over:
                return
            wait = _AGAIN_SECONDS if self._is_anything_left() else None

    def _is_anything_left(self) -> bool:
        try:
            return bool(self._office.send(datetime.now(UTC), with_reminders=False).waiting)
        except Exception:
            _log.exception("the letters that are due could not be sent")
            return True
