"""How the demo's releases come to be published: with made-up people, at the announced time.

Here: the order of the steps and who takes them. Not here: the steps (`publisher.steps`), or the
returns (`cli.demo`). Everything is dated by the story, so that the register reads like a real one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from ingest.home import Home
from orchestration.build import publish as make_draft
from orchestration.public_site import write_public_site
from publisher.editions import Edition
from publisher.steps import check, preview, publish, reply
from specification.load import load_calendar
from specification.periods import Quarter
from specification.publication import load_publication

ANALYST, SECOND, OFFICER = (
    "synthetic analyst",
    "synthetic second reader",
    "synthetic borough officer",
)
ANSWERING = "E09000012"
"""The borough that sees its page before the time, and answers it."""

NOTE = (
    "Most of our digital cohort changed provider in the spring, so fewer of them reached their end "
    "point in this year than we expect in the next. This note is made up, like the figures."
)
REASONS = (
    "Totals against the last release, the boroughs that differ from London, and each borough’s "
    "note read beside its figures. Nothing is left to question."
)


def publish_quarters(home: Home, quarters: tuple[Quarter, ...], say: Callable[[str], None]) -> Path:
    """Publish the quarters in order and return the newest bundle's folder.

    In the first one a borough answers with a note, so that its draft is made again.
    """
    newest = None
    for quarter in quarters:
        note = NOTE if quarter == quarters[0] else ""
        newest = _publish(home, quarter, note, say)
    if newest is None:
        raise ValueError("no quarter to publish")
    return newest.folder


def write_demo_site(home: Home) -> Path:
    """Write the site of what is published and return its first page."""
    return write_public_site(home, home.site)


def _publish(home: Home, quarter: Quarter, note: str, say: Callable[[str], None]) -> Edition:
    publication = load_publication()
    dates = next(one for one in load_calendar() if one.quarter == quarter)
    announced = publication.announced_at(dates.published_on)
    drafted = announced - timedelta(days=14)
    say(f"Publishing the comparative report for {quarter.label}: draft, replies, check")
    make_draft(home, quarter, actor=ANALYST, at=drafted)
    page = home.previews / str(quarter) / ANSWERING
    preview(home, quarter, ANSWERING, page, actor=OFFICER, at=drafted + timedelta(hours=2))
    answered = drafted + timedelta(days=1)
    reply(home, quarter, ANSWERING, note=note, actor=OFFICER, at=answered)
    if note:
        say("  A borough answered with a note: the draft is made again, with it")
        make_draft(home, quarter, actor=ANALYST, at=answered + timedelta(hours=3))
    check(home, quarter, reasons=REASONS, actor=SECOND, at=announced - timedelta(days=1))
    edition = publish(home, quarter, actor=ANALYST, at=announced)
    say(f"  Published {edition.name} at {publication.written(announced)}")
    return edition
