"""When a release is published, until when it is answered, and whom to ask."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from specification.load import UnknownName, load_calendar
from specification.periods import Quarter
from specification.publication import Publication, load_publication, publication_day


@pytest.mark.parametrize(
    ("quarter", "moment", "words"),
    [
        (Quarter(2026, 2), datetime(2026, 11, 26, 9, 30, tzinfo=UTC), "9:30, 26 November 2026"),
        (Quarter(2026, 1), datetime(2026, 8, 27, 8, 30, tzinfo=UTC), "9:30, 27 August 2026"),
    ],
)
def test_a_release_is_published_at_half_past_nine_in_london(
    quarter: Quarter, moment: datetime, words: str
) -> None:
    publication = load_publication()
    announced = publication.announced_at(publication_day(quarter))
    assert announced == moment
    assert publication.written(announced) == words


@pytest.mark.parametrize(
    ("opened", "closes"),
    [
        (datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 19, 17, tzinfo=UTC)),
        (datetime(2026, 11, 18, 9, tzinfo=UTC), datetime(2026, 11, 23, 9, tzinfo=UTC)),
        (datetime(2027, 3, 1, 9, tzinfo=UTC), datetime(2027, 3, 6, 9, tzinfo=UTC)),
    ],
)
def test_a_late_draft_is_open_for_five_days(opened: datetime, closes: datetime) -> None:
    assert load_publication().replies_close(date(2026, 11, 26), opened=opened) == closes


def test_replies_close_after_returns_are_due_and_before_every_announced_day() -> None:
    publication = load_publication()
    for one in load_calendar():
        due = datetime.combine(one.due_date, datetime.min.time(), tzinfo=UTC)
        closes = publication.replies_close(one.published_on, opened=due)
        assert due < closes < publication.announced_at(one.published_on)


def test_a_quarter_without_a_day_is_said_so() -> None:
    with pytest.raises(UnknownName, match="No release is announced for 2031-32Q1"):
        publication_day(Quarter(2031, 1))


def test_contact_and_early_readers_are_roles() -> None:
    publication = load_publication()
    assert publication.contact.words == "LOTI data team, data@example.org"
    assert all(": " in one.words for one in publication.pre_release_access)


def test_a_time_zone_that_is_none_is_refused() -> None:
    content = load_publication().model_dump(mode="json") | {"time_zone": "Europe/Hackney"}
    with pytest.raises((ValidationError, KeyError), match="Hackney"):
        Publication.model_validate(content)


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (["E09000029"], "alone would be published as itself. Add a borough that agrees"),
        (["E09000029", "E08000001"], "E08000001 is the code of no London borough. Write GSS"),
        (["E09000029", "E09000024", "E09000029"], "E09000029 is listed twice. List it once"),
    ],
)
def test_boroughs_that_cannot_be_published_together_are_refused(
    codes: list[str], message: str
) -> None:
    content = load_publication().model_dump(mode="json") | {"other_boroughs": codes}
    with pytest.raises(ValidationError, match=message):
        Publication.model_validate(content)


def test_boroughs_are_published_together_only_where_some_agreed() -> None:
    assert load_publication().other_boroughs == ()
    content = load_publication().model_dump(mode="json")
    agreed = Publication.model_validate(content | {"other_boroughs": ["E09000029", "E09000024"]})
    assert agreed.other_boroughs == ("E09000029", "E09000024")
