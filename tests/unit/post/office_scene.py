"""A home with officers of some boroughs, and the steps that they take.

Here: people with roles, and versions of returns brought as far as a test needs. Not here: any test.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ingest.home import Home
from ingest.people import Grant, Identity, People, Person, Role
from ingest.register import LandedFile, Register, Submission
from post.office import PostOffice, Round, send_due
from post.settings import PostSettings
from specification.periods import Quarter

HACKNEY, CAMDEN, BARNET = "E09000012", "E09000007", "E09000003"
QUARTER = Quarter(2026, 2)  # due on Friday 30 October 2026
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Scene:
    """A home, and what a test does in it."""

    home: Home

    @property
    def register(self) -> Register:
        return Register(self.home.register_url)

    @property
    def people(self) -> People:
        return People(self.home.register_url)

    def officer(
        self, name: str, borough_code: str, *roles: Role, email: str | None = None
    ) -> Person:
        """Return somebody with these roles, at `name@council.example` unless it is said."""
        address = f"{name}@council.example" if email is None else email
        person = self.people.signed_in(Identity("tests", name), name=name, email=address, at=NOON)
        for role in roles:
            person = self.people.give(
                person.person_id, Grant(role, borough_code), actor="tests", at=NOON
            )
        return person

    def sent_in(
        self,
        by: Person,
        *,
        content: str = "a",
        borough_code: str = HACKNEY,
        errors: int = 0,
        open_queries: int = 0,
        at: datetime = NOON,
    ) -> Submission:
        """Return a version that somebody sent in, checked."""
        received = self.register.receive(
            borough_code=borough_code,
            quarter=QUARTER,
            files=[LandedFile("leavers of Ada Lovelace.csv", content * 64)],
            actor=by.person_id,
            at=at,
        )
        return self.register.record_check(
            received.submission_id,
            errors=errors,
            queries=open_queries,
            open_queries=open_queries,
            actor=by.person_id,
            at=at,
        )

    def sign(self, submission: Submission, by: Person, at: datetime = NOON) -> Submission:
        return self.register.sign(submission.submission_id, actor=by.person_id, at=at)

    def round(self, now: datetime = NOON, settings: PostSettings | None = None) -> Round:
        """Send what is due."""
        return send_due(self.home, settings or PostSettings(), now)

    def office(self, settings: PostSettings | None = None) -> PostOffice:
        return PostOffice(self.home, settings or PostSettings())


def told(done: Round) -> list[tuple[str, str]]:
    """Return who was told what, in order of name."""
    return sorted((one.person.name, one.kind.value) for one in done.sent)
