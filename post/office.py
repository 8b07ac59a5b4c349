"""The post office: every letter that is due goes out once.

Here: what is due, less what was sent, and sending the rest. Not here: when it is asked (the portal
after each step, `cohort post`, a schedule), or what a letter says (`letters`).

The register is the only truth of what happened. A letter has a name made of the event or the
reminder and the person, and its name is kept once it went out. Who is interrupted between the two
sends it twice; nobody forgets one: what could not be sent is due at the next asking.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest.home import Home
from ingest.people import People, Person
from ingest.register import Register
from ingest.sent_letters import SentLetters
from post.carriers import Carrier, NotSent, carrier_of, is_address
from post.letters import Due, Letter, write_letter
from post.reminders import reminders_at
from post.settings import PostSettings
from post.steps import NobodyToTell, letters_of_steps

_log = logging.getLogger("cohort.post")


@dataclass(frozen=True, slots=True)
class DueLetters:
    """What is to be sent now, who has no address to send it to, and for what nobody is there."""

    letters: tuple[Due, ...]
    without_address: tuple[Person, ...]
    nobody: tuple[NobodyToTell, ...]


@dataclass(frozen=True, slots=True)
class Round:
    """What became of the letters that were due. `waiting` are sent at the next asking."""

    sent: tuple[Due, ...]
    waiting: tuple[Due, ...]
    why: tuple[str, ...]
    without_address: tuple[Person, ...]
    nobody: tuple[NobodyToTell, ...]


class PostOffice:
    """The letters of one home."""

    def __init__(self, home: Home, settings: PostSettings) -> None:
        self._home, self._settings = home, settings
        self._register, self._people = Register(home.register_url), People(home.register_url)
        self._sent = SentLetters(home.register_url)

    def due(self, now: datetime, *, with_reminders: bool = True) -> DueLetters:
        """Return the letters that are due and were not sent.

        Args:
            now: a moment with its time zone.
            with_reminders: whether the calendar is looked at too, and not only what happened.
        """
        everyone = self._people.everyone()
        found = [*letters_of_steps(self._register, everyone, now)]
        if with_reminders:
            found += reminders_at(self._register, self._home, everyone, now)
        sent = self._sent.sent()
        due = [one for one in found if isinstance(one, Due) and one.name not in sent]
        unknown = {one.person.person_id: one.person for one in due if not _has_address(one)}
        return DueLetters(
            tuple(one for one in due if _has_address(one)),
            tuple(unknown.values()),
            tuple(one for one in found if isinstance(one, NobodyToTell)),
        )

    def send(self, now: datetime, *, with_reminders: bool = True) -> Round:
        """Send every letter that is due, once. Where a server fails they wait, and nothing raises.

        Args:
            now: a moment with its time zone.
            with_reminders: as in `due`.
        """
        due = self.due(now, with_reminders=with_reminders)
        sent, why = self._send(due.letters, now) if due.letters else ([], [])
        waiting = tuple(one for one in due.letters if one not in sent)
        if why:
            _log.warning("%d letters wait: %s", len(waiting), "; ".join(why))
        return Round(tuple(sent), waiting, tuple(why), due.without_address, due.nobody)

    def write(self, due: Due) -> Letter:
        """Return the text of a letter."""
        return write_letter(due, self._settings, is_synthetic=self._home.is_synthetic)

    def _send(self, due: Sequence[Due], now: datetime) -> tuple[list[Due], list[str]]:
        sent: list[Due] = []
        why: dict[str, None] = {}
        try:
            with carrier_of(self._home, self._settings) as carrier:
                for one in due:
                    try:
                        if self._send_one(carrier, one, now):
                            sent.append(one)
                    except NotSent as problem:
                        why[str(problem)] = None
                        if problem.is_for_all:
                            break
        except NotSent as problem:
            why[str(problem)] = None
        return sent, list(why)

    def _send_one(self, carrier: Carrier, due: Due, now: datetime) -> bool:
        """Send one letter, unless somebody else does so now; return whether it went out."""
        if not self._sent.claim(due.name, now):
            return False
        try:
            carrier.send(self.write(due), now)
        except BaseException:
            self._sent.give_back(due.name)
            raise
        self._sent.was_sent(due.name, now)
        return True


def send_due(home: Home, settings: PostSettings, now: datetime) -> Round:
    """Send every letter of a home that is due, reminders too; nothing where it has no register."""
    if not home.has_register:
        return Round((), (), (), (), ())
    return PostOffice(home, settings).send(now)


def _has_address(due: Due) -> bool:
    return is_address(due.person.email)
