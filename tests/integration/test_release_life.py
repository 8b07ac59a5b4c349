"""A release from its draft to its correction, by the command line, and what is refused on the way.

The steps are run once, in order; each test looks at what one of them gave.
"""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from starlette.types import ASGIApp, Message

from ingest.home import Home
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from portal.site import build_site
from publisher.figures import Figures
from specification.periods import Quarter
from tests.integration.published_home import Ran, make_home, run

pytestmark = pytest.mark.xdist_group("release life")


@dataclass(frozen=True)
class Answer:
    """What the website gives for one address."""

    code: int
    leads_to: str
    text: str


def get(site: ASGIApp, path: str) -> Answer:
    """Ask the website for an address, as a server would."""
    sent: list[Message] = []
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        for message in asked:
            return message
        await asyncio.Event().wait()  # the reader stays until all was sent
        raise AssertionError("nobody wakes it")

    async def ask() -> None:
        await asyncio.wait_for(site(scope, receive, send), timeout=60)

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": unquote(path), "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"host", b"localhost")], "root_path": "",
        "scheme": "http", "server": ("localhost", 80), "http_version": "1.1",
    }  # fmt: skip
    asyncio.run(ask())
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Answer(sent[0]["status"], headers.get("location", ""), body.decode("utf-8", "replace"))


QUARTER = ("--quarter", "2026-27Q2")
HACKNEY = (*QUARTER, "--borough", "Hackney", "--actor", "Hackney's officer")
DRAFTED = ("--at", "2026-11-12T09:30")
ANSWERED = ("--at", "2026-11-13T09:30")
CLOSED = ("--at", "2026-11-19T17:01")
ANNOUNCED = ("--at", "2026-11-26T09:30")
TOO_SOON = ("--at", "2026-11-26T09:29")
LATER = ("--at", "2026-12-03T12:00")
ANALYST, SECOND = ("--actor", "analyst"), ("--actor", "second reader")
NOTE = "Our digital cohort changed provider in the spring of 2026."
REASONS = ("--reasons", "Totals and notes were read against the last release.")
REASON = "One borough’s register held a cohort twice."


@dataclass
class Life:
    """The home after all steps, and what each gave."""

    home: Home
    ran: dict[str, Ran] = field(default_factory=dict[str, Ran])

    def step(self, name: str, *arguments: str | Path) -> None:
        """Run a command and keep what it gave."""
        self.ran[name] = run(self.home, *arguments)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    """One release on its whole way."""
    root = tmp_path_factory.mktemp("life")
    one = Life(make_home(root / "home"))
    one.step("reply to nothing", "release", "reply", *HACKNEY, "--no-objection", *DRAFTED)
    one.step("draft", "publish", *QUARTER, *ANALYST, *DRAFTED)
    one.step("preview", "release", "preview", *HACKNEY, "--folder", root / "hackney", *DRAFTED)
    one.step("count", "release", "reply", *HACKNEY, "--note", "All 3 of ours left.", *ANSWERED)
    one.step("reply", "release", "reply", *HACKNEY, "--note", NOTE, *ANSWERED)
    one.step("stale check", "release", "check", *QUARTER, *SECOND, *REASONS, *ANSWERED)
    one.step("status with a draft", "release", "status")
    one.step("draft again", "publish", *QUARTER, *ANALYST, *ANSWERED)
    one.step("own check", "release", "check", *QUARTER, *ANALYST, *REASONS, *ANSWERED)
    one.step("late reply", "release", "reply", *HACKNEY, "--no-objection", *CLOSED)
    one.step("unchecked", "release", "publish", *QUARTER, *ANALYST, *ANNOUNCED)
    one.step("no reasons", "release", "check", *QUARTER, *SECOND, "--reasons", "fine", *ANSWERED)
    one.step("check", "release", "check", *QUARTER, *SECOND, *REASONS, *ANSWERED)
    one.step("too soon", "release", "publish", *QUARTER, *ANALYST, *TOO_SOON)
    one.step("by the checker", "release", "publish", *QUARTER, *SECOND, *ANNOUNCED)
    one.step("publish", "release", "publish", *QUARTER, *ANALYST, *ANNOUNCED)
    one.step("draft of a published one", "publish", *QUARTER, *ANALYST, *LATER)
    correct = ("release", "correct", *QUARTER, *ANALYST, *LATER, "--reason")
    one.step("correct without words", *correct, " ")
    one.step("correct", *correct, REASON)
    one.step("check of it", "release", "check", *QUARTER, *SECOND, *REASONS, *LATER)
    one.step("publish it", "release", "publish", *QUARTER, *ANALYST, *LATER)
    one.step("status", "release", "status")
    one.step("calendar", "release", "calendar")
    one.step("verify", "verify")
    return one


@pytest.mark.parametrize(
    "name",
    [
        "draft", "preview", "reply", "draft again", "check", "publish", "correct", "check of it",
        "publish it", "status", "calendar", "verify",
    ],
)  # fmt: skip
def test_each_allowed_step_goes_through(life: Life, name: str) -> None:
    assert life.ran[name].code == 0, life.ran[name].said


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("reply to nothing", "no draft of 2026-27Q2 to answer"),
        ("count", "holds “3”"),
        ("stale check", "without the last word of Hackney"),
        ("own check", "A second person must check it"),
        ("late reply", "closed at 17:00, 19 November 2026"),
        ("unchecked", "is not checked"),
        ("no reasons", "Give one of 10 to 500"),
        ("too soon", "announced for 9:30, 26 November 2026. It is not published before"),
        ("by the checker", "Somebody else must publish it"),
        ("draft of a published one", "needs a reason. Use `cohort release correct`"),
        ("correct without words", "Say what is corrected"),
    ],
)
def test_each_refused_step_says_why(life: Life, name: str, words: str) -> None:
    ran = life.ran[name]
    assert (ran.code, ran.out) == (2, "")
    assert words in ran.sentence


def test_the_draft_says_what_comes_next(life: Life) -> None:
    ran = life.ran["draft"]
    assert ran.lines["edition"] == "2026-27Q2/1"
    assert Path(ran.lines["report"]) == life.home.edition(Quarter(2026, 2), 1) / "index.html"
    assert "until 17:00, 19 November 2026" in ran.sentence
    assert "published from 9:30, 26 November 2026" in ran.sentence


def test_a_borough_sees_its_own_rows_only_and_under_embargo(life: Life) -> None:
    page = Path(life.ran["preview"].lines["preview"])
    text = page.read_text("utf-8")
    assert "Embargoed until 9:30, 26 November 2026" in text
    assert "Synthetic data" in text
    assert not [name for name in ("Camden", "Islington", "E09000007") if name in text]
    files = sorted(page.parent.glob("*.csv"))
    assert files
    for path in files:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        assert {row["borough_code"] for row in rows} == {"E09000012", "REGION"}
        assert {row["embargoed_until"] for row in rows} == {"9:30, 26 November 2026"}
    bundle = life.home.edition(Quarter(2026, 2), 1)
    for path in files:
        published = (bundle / "data" / path.name).read_text("utf-8").splitlines()
        own = [line.split(",", 2)[2].lstrip() for line in path.read_text("utf-8").splitlines()[1:]]
        assert all(any(line.endswith(cells) for line in published) for cells in own)


def test_a_reply_says_that_the_draft_lacks_it(life: Life) -> None:
    assert "does not have the last word of Hackney" in life.ran["reply"].sentence
    assert "lacks Hackney" in life.ran["status with a draft"].out


def test_the_note_is_in_the_published_bundle_and_not_in_the_one_before(life: Life) -> None:
    def figures(number: int) -> Figures:
        path = life.home.edition(Quarter(2026, 2), number) / "figures.json"
        return Figures.model_validate_json(path.read_text("utf-8"))

    assert figures(1).replies == ()
    assert [(one.borough_name, one.note) for one in figures(2).replies] == [("Hackney", NOTE)]
    assert str(figures(2).replies[0].replied_on) == "2026-11-13"
    assert (figures(3).edition, figures(3).reason) == (3, REASON)
    assert figures(3).replies == figures(2).replies


def test_a_correction_is_protected_together_with_what_it_replaces(life: Life) -> None:
    audits = [
        json.loads((life.home.edition(Quarter(2026, 2), number) / "audit.json").read_text("utf-8"))
        for number in (2, 3)
    ]
    assert [audit["together_with"] for audit in audits] == [[], ["2026-27Q2/2"]]
    assert all(audit["is_safe"] for audit in audits)


def test_status_and_calendar_show_where_each_edition_stands(life: Life) -> None:
    lines = [" ".join(line.split()) for line in life.ran["status"].out.splitlines()]
    assert lines[1:] == [
        "2026-27Q2/1 set aside analyst 0",
        "2026-27Q2/2 superseded by 2026-27Q2/3 analyst second reader 9:30, 26 November 2026 1",
        "2026-27Q2/3 published analyst second reader 12:00, 3 December 2026 1",
    ]
    calendar = life.ran["calendar"].out
    assert "9:30, 26 November 2026" in calendar
    assert "published: 2026-27Q2/3" in calendar
    assert "9:30, 28 August 2025" in calendar  # summer time


def test_the_register_holds_each_step_and_is_intact(life: Life) -> None:
    assert life.ran["verify"].lines == {
        "events": "9", "files": "0", "editions": "2", "intact": "yes",
    }  # fmt: skip
    with sqlite3.connect(life.home.root / "register.sqlite") as connection:
        actions = connection.execute("select action, actor from events order by number").fetchall()
    assert actions == [
        ("edition_made", "analyst"),
        ("edition_shown", "Hackney's officer"),
        ("borough_replied", "Hackney's officer"),
        ("edition_made", "analyst"),
        ("edition_checked", "second reader"),
        ("edition_published", "analyst"),
        ("edition_made", "analyst"),
        ("edition_checked", "second reader"),
        ("edition_published", "analyst"),
    ]
    assert Register(life.home.register_url).verify_chain() == len(actions)


def test_the_portal_serves_what_is_published_and_no_draft(life: Life) -> None:
    site = build_site(life.home)
    home = get(site, "/reports").text
    assert "replaced by edition 2026-27Q2/3" in home
    assert "2026-27Q2/1/" not in home
    assert get(site, "/releases/2026-27Q2/").leads_to == "/releases/2026-27Q2/3/"
    assert "<h1>" in get(site, "/releases/2026-27Q2/3/").text
    assert get(site, "/releases/2026-27Q2/2/figures.json").code == 200
    for path in ("1/", "1/figures.json", "4/", "2/../1/figures.json", "2/%2e%2e/1/", "../"):
        assert get(site, f"/releases/2026-27Q2/{path}").code == 404, path


@pytest.mark.parametrize(
    ("path", "content", "words"),
    [
        ("figures.json", "{}", "figures.json of 2026-27Q2/2 was changed"),
        ("added.txt", "more", "added.txt of 2026-27Q2/2 is in no manifest"),
        ("audit.json", None, "audit.json of 2026-27Q2/2 is missing"),
        ("manifest.json", "{}", "is not the one that was registered"),
        ("manifest.json", None, "has no manifest.json"),
    ],
)
def test_verify_names_a_file_of_an_edition_that_was_changed(
    life: Life, path: str, content: str | None, words: str
) -> None:
    file = life.home.edition(Quarter(2026, 2), 2) / path
    before = file.read_bytes() if file.exists() else None
    try:
        if content is None:
            file.unlink()
        else:
            file.write_text(content, "utf-8")
        ran = run(life.home, "verify")
        assert (ran.code, ran.out) == (1, "")
        assert words in ran.sentence
    finally:
        file.unlink(missing_ok=True)
        if before is not None:
            file.write_bytes(before)


def test_the_story_of_a_real_partnership_is_told_now(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", is_synthetic=False)
    ran = run(home, "publish", *QUARTER, *ANALYST, *DRAFTED)
    assert ran.code == 2
    assert "--at is for the story of a synthetic London" in ran.sentence
    assert ReleaseRegister(home.register_url).releases().quarters() == ()
