"""When a release is announced, until when boroughs answer it, who reads it before, whom to ask.

Here: `publication.yaml` as a model, and its times for a quarter of the calendar. Not here: what
became of a release (the register), or which day it is published (`load.load_calendar`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator

from specification.load import FOLDER, UnknownName, load_boroughs, load_calendar, read_yaml
from specification.periods import Quarter


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Replies(_Model):
    """Until when a borough may answer: days before the announced day, and days from the draft."""

    close_days_before: int
    close_at: time
    open_days: int


class Contact(_Model):
    """Whom a reader asks: a team and its address, no person."""

    name: str
    address: str

    @property
    def words(self) -> str:
        """The contact in one line."""
        return f"{self.name}, {self.address}"


class EarlyReader(_Model):
    """A role that sees a release before its time, and why."""

    role: str
    reason: str

    @property
    def words(self) -> str:
        """The entry of the pre-release access list."""
        return f"{self.role}: {self.reason}"


class FigureToSign(_Model):
    """A metric that a signing officer sees of the own borough, and of whom, in words.

    Of the newest period of its type, where `period` names none.
    """

    metric: str
    population: str
    period_type: str
    period: str = ""
    of: str


class Publication(_Model):
    """What holds for every release. Times of day are those of `time_zone`.

    `other_boroughs`: GSS codes of those that agreed to be published as one line.
    `before_signing`: what a signing officer sees of a version, in this order.
    """

    title: str
    time_zone: str
    published_at: time
    replies: Replies
    contact: Contact
    pre_release_access: tuple[EarlyReader, ...]
    before_signing: tuple[FigureToSign, ...]
    other_boroughs: tuple[str, ...] = ()

    @field_validator("time_zone")
    @classmethod
    def _is_a_time_zone(cls, name: str) -> str:
        ZoneInfo(name)
        return name

    @field_validator("other_boroughs")
    @classmethod
    def _are_boroughs_together(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        known = {one.borough_code for one in load_boroughs()}
        unknown = [code for code in codes if code not in known]
        if unknown:
            raise ValueError(
                f"other_boroughs: {', '.join(unknown)} is the code of no London borough. Write GSS "
                "codes, such as E09000012: they are in code_lists/boroughs.csv."
            )
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"other_boroughs: {', '.join(twice)} is listed twice. List it once.")
        if len(codes) == 1:
            raise ValueError(
                f"other_boroughs: {codes[0]} alone would be published as itself. Add a borough "
                "that agrees, or leave the list empty."
            )
        return codes

    def announced_at(self, day: date) -> datetime:
        """Return the moment (UTC) at which a release of that day is published."""
        return self._moment(day, self.published_at)

    def replies_close(self, day: date, *, opened: datetime) -> datetime:
        """Return the moment (UTC) until which boroughs may answer the draft of a release.

        Args:
            day: the day on which the release is published.
            opened: when the first draft was there to be answered.
        """
        announced = self._moment(day - timedelta(days=self.replies.close_days_before),
                                 self.replies.close_at)  # fmt: skip
        return max(announced, opened.astimezone(UTC) + timedelta(days=self.replies.open_days))

    def local(self, moment: datetime) -> datetime:
        """Return a moment as the clocks of the readers show it."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def written(self, moment: datetime) -> str:
        """Return a moment as people write it, `9:30, 26 November 2026`."""
        there = self.local(moment)
        return f"{there.hour}:{there:%M}, {there.day} {there:%B %Y}"

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=ZoneInfo(self.time_zone)).astimezone(UTC)


@cache
def load_publication() -> Publication:
    """Return what holds for every release."""
    return Publication.model_validate(read_yaml(FOLDER / "publication.yaml"))


def publication_day(quarter: Quarter) -> date:
    """Return the announced day of a quarter's release.

    Raises:
        UnknownName: the calendar has no such quarter; the message says which there are.
    """
    calendar = load_calendar()
    for one in calendar:
        if one.quarter == quarter:
            return one.published_on
    raise UnknownName(
        f"No release is announced for {quarter}. Allowed: {calendar[0].quarter} to "
        f"{calendar[-1].quarter}."
    )
