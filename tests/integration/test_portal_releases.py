"""Releases in the portal: what boroughs read and answer, and the steps of those who publish.

The steps are taken once, in order, over HTTP; each test looks at what some of them gave.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from ingest.home import Home
from ingest.people import Grant, Role
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from ingest.release_stages import Stage
from ingest.warehouse import current_warehouse
from portal.editions import PATIENCE
from portal.site import PAGES
from publisher.asked import ask_draft, refuse_draft
from publisher.release import publish_release
from publisher.steps import plan_draft, register_draft, require_whole_editions
from specification.periods import Quarter
from specification.publication import publication_day
from tests.integration.asked_runs import make_asked_drafts
from tests.integration.portal_server import Portal, portal_of, send, token_of
from tests.integration.published_home import make_home

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("release life")]

QUARTER, HACKNEY, CAMDEN = Quarter(2026, 2), "E09000012", "E09000007"
EDITION, DRAFT = "/editions/2026-27Q2", "/draft/2026-27Q2"
NOTE = "Our digital cohort changed provider in the spring of 2026."
REASONS = "Totals and notes were read against the last release."
PUBLISH = Grant(Role.PUBLISH)
SIGNER = ("signing officer", Grant(Role.SIGN, HACKNEY))
OFFICER = ("uploading officer", Grant(Role.UPLOAD, HACKNEY))
OTHERS = [
    ("uploads for Camden", Grant(Role.UPLOAD, CAMDEN)),
    ("signs for Camden", Grant(Role.SIGN, CAMDEN)),
    OFFICER,
    SIGNER,
    ("analyst", Grant(Role.ANALYSE)),
    ("administrator", Grant(Role.ADMINISTER)),
]


@dataclass
class Life:
    """A portal after all steps, and the page that each of them gave."""

    portal: Portal
    gave: dict[str, httpx2.Response] = field(default_factory=dict[str, httpx2.Response])

    def text(self, name: str) -> str:
        """Return the words of a page, with single spaces."""
        return " ".join(self.gave[name].text.replace("&#39;", "'").split())


def register_as_if_announced(home: Home, actor: str) -> None:
    """Make a draft whose announced time is past, as the calendar might have had it."""
    past = datetime.now(UTC) - timedelta(hours=1)
    plan = plan_draft(home, QUARTER, actor=actor, at=datetime.now(UTC))
    times = {"announced_at": past, "replies_until": past}
    plan = replace(plan, event=plan.event.model_copy(update=times))
    made = publish_release(
        current_warehouse(home),
        plan.folder,
        quarter=QUARTER,
        is_synthetic=True,
        generated_on=publication_day(QUARTER),
        earlier=plan.earlier,
        draft=plan.draft,
    )
    register_draft(home, plan, made.sha256)


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """One release, from nothing to its correction."""
    with portal_of(make_home(tmp_path_factory.mktemp("releases") / "home")) as portal:
        yield lived(Life(portal))


def lived(life: Life) -> Life:
    """Take every step."""
    portal, gave = life.portal, life.gave
    maker, second = (portal.signed_in(one, PUBLISH) for one in ("publisher", "second publisher"))
    signer, officer = portal.signed_in(*SIGNER), portal.signed_in(*OFFICER)
    camden = portal.signed_in("signs for Camden", Grant(Role.SIGN, CAMDEN))

    gave["nothing yet"] = maker.get("/editions")
    gave["no draft"] = signer.get(DRAFT)
    gave["no draft waits"] = signer.get("/draft")
    gave["asked"] = send(maker, f"{EDITION}/ask", EDITION)
    gave["asked twice"] = send(second, f"{EDITION}/ask", EDITION)
    assert make_asked_drafts(portal.home) == [True]
    assert make_asked_drafts(portal.home) == []
    gave["drafted"] = maker.get(EDITION)
    gave["tasks"] = signer.get("/return")
    gave["read"] = signer.get("/draft")
    gave["read by the officer"] = officer.get(DRAFT)
    gave["read by Camden"] = camden.get(DRAFT)
    gave["rows"] = signer.get(f"{DRAFT}/rows/starts-by-borough")
    gave["rows of Camden"] = camden.get(f"{DRAFT}/rows/starts-by-borough")
    gave["no such rows"] = signer.get(f"{DRAFT}/rows/starts-london")
    gave["no objection"] = send(camden, DRAFT, DRAFT, answer="none")
    gave["own check"] = send(maker, f"{EDITION}/check", EDITION, reasons=REASONS)
    gave["no reasons"] = send(second, f"{EDITION}/check", EDITION, reasons="fine")
    gave["unchecked"] = send(maker, f"{EDITION}/publish", EDITION, confirm="yes")
    gave["checked"] = send(second, f"{EDITION}/check", EDITION, reasons=REASONS)
    gave["by the checker"] = send(second, f"{EDITION}/publish", EDITION, confirm="yes")
    gave["too soon"] = send(maker, f"{EDITION}/publish", EDITION, confirm="yes")
    gave["nothing said"] = send(signer, DRAFT, DRAFT, answer="note", note=" ")
    gave["both said"] = send(signer, DRAFT, DRAFT, answer="none", note=NOTE)
    counted = "All 3 of ours <left>."
    gave["counted"] = send(signer, DRAFT, DRAFT, answer="note", note=counted)
    token = token_of(officer.get("/"))
    gave["said by the officer"] = officer.post(DRAFT, data={"csrf": token, "answer": "none"})
    gave["replied"] = send(signer, DRAFT, DRAFT, answer="note", note=NOTE)
    gave["answered"] = maker.get(EDITION)
    gave["answered tasks"] = signer.get("/return")
    gave["asked again"] = send(maker, f"{EDITION}/ask", EDITION)
    register_as_if_announced(portal.home, portal.known("publisher").person_id)
    gave["read again"] = signer.get(DRAFT)
    gave["late reply"] = send(signer, DRAFT, DRAFT, answer="none")
    return life


def finished(life: Life) -> None:
    """Publish a draft whose time has come, and ask for its correction."""
    portal, gave = life.portal, life.gave
    maker, second = (portal.signed_in(one, PUBLISH) for one in ("publisher", "second publisher"))
    send(second, f"{EDITION}/check", EDITION, reasons=REASONS)
    gave["unconfirmed"] = send(maker, f"{EDITION}/publish", EDITION)
    gave["published"] = send(maker, f"{EDITION}/publish", EDITION, confirm="yes")
    gave["correction without a reason"] = send(maker, f"{EDITION}/ask", EDITION)
    gave["correction that counts"] = send(
        maker, f"{EDITION}/ask", EDITION, reason="We had left out 7 leavers."
    )
    gave["correction"] = send(
        maker, f"{EDITION}/ask", EDITION, reason="One borough’s register held a cohort twice."
    )


def test_a_quarter_without_a_draft_says_so(life: Life) -> None:
    assert "Nothing yet" in life.text("nothing yet")
    assert "No return is signed yet" in life.text("nothing yet")
    assert life.gave["no draft"].status_code == 404
    assert "No draft waits for your answer" in life.text("no draft waits")


def test_asking_waits_for_nobody(life: Life) -> None:
    assert life.gave["asked"].url.path == EDITION
    assert "The publisher asked for a draft on" in life.text("asked")
    assert "takes longer than it should" not in life.text("asked")
    assert life.gave["asked twice"].status_code == 422
    assert "A draft of 2026-27Q2 is being made already." in life.text("asked twice")


def test_the_draft_is_of_who_asked(life: Life) -> None:
    assert "Edition 2026-27Q2/1, made on" in life.text("drafted")
    assert "by The publisher" in life.text("drafted")
    releases = ReleaseRegister(life.portal.home.register_url).releases()
    made_by = {one.made_by for one in releases.editions(QUARTER)}
    assert made_by == {life.portal.known("publisher").person_id}
    assert "You made 2026-27Q2/1. A second person must check it." in life.text("drafted")


def test_a_borough_is_asked_for_its_answer_until_it_gave_one(life: Life) -> None:
    assert "Answer the draft report" in life.text("tasks")
    assert "To answer" in life.text("tasks")
    assert "To answer" not in life.text("answered tasks")
    assert "Answered" in life.text("answered tasks")


def test_a_borough_reads_its_own_figures_and_no_other(life: Life) -> None:
    assert life.gave["read"].url.path == DRAFT
    for name, own, other in (
        ("read", "Hackney", "Camden"),
        ("read by the officer", "Hackney", "Camden"),
        ("read by Camden", "Camden", "Hackney"),
    ):
        text = life.text(name)
        assert f"For {own} only" in text and "Embargoed until" in text and "Synthetic data" in text
        assert other not in text
        assert not [code for code in (HACKNEY, CAMDEN, "Islington") if code in text]
        assert life.gave[name].headers["cache-control"] == "no-store"


def test_rows_are_its_own_and_say_their_embargo(life: Life) -> None:
    for name, code in (("rows", HACKNEY), ("rows of Camden", CAMDEN)):
        rows = list(csv.DictReader(io.StringIO(life.gave[name].text)))
        assert {row["borough_code"] for row in rows} == {code, "REGION"}
        assert all(row["embargoed_until"] for row in rows)
        assert life.gave[name].headers["cache-control"] == "no-store"
    assert life.gave["no such rows"].status_code == 404


def test_who_answers_is_told_what_is_wrong_and_loses_no_word(life: Life) -> None:
    for name, words in (
        ("nothing said", "Write a note, or choose"),
        ("both said", "You wrote a note. Send it, or clear it"),
        ("counted", "The note holds “3”"),
    ):
        assert life.gave[name].status_code == 422
        assert words in life.text(name) and "<title>Error: " in life.text(name)
    assert "All 3 of ours &lt;left&gt;.</textarea>" in life.text("counted")
    assert NOTE in life.text("both said")


def test_who_uploads_reads_and_does_not_answer(life: Life) -> None:
    assert "A signing officer of Hackney answers" in life.text("read by the officer")
    assert life.gave["said by the officer"].status_code == 404


def test_an_answer_is_kept_and_asks_for_a_new_draft(life: Life) -> None:
    assert "Your note" in life.text("replied") and NOTE in life.text("replied")
    assert "The draft below was made before it" in life.text("replied")
    assert "You have no objection" in life.text("no objection")
    answered = life.text("answered")
    assert "2 of 33 boroughs answered. The draft lacks the last word of Hackney" in answered
    assert NOTE in answered and "Hackney, The signing officer," in answered
    assert "made before it" not in life.text("read again") and NOTE in life.text("read again")


def test_who_comes_late_is_told_whom_to_write_to(life: Life) -> None:
    assert life.gave["late reply"].status_code == 422
    assert "Replies to 2026-27Q2 closed at" in life.text("late reply")
    assert "Send this note" not in life.text("read again")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("own check", "You made 2026-27Q2/1. A second person must check it."),
        ("no reasons", "The reason has 4 characters. Give one of 10 to 500."),
        ("unchecked", "2026-27Q2/1 is not checked. A second person must check it."),
        ("by the checker", "You checked 2026-27Q2/1. Somebody else must publish it"),
        ("too soon", "It is not published before."),
    ],
)
def test_each_refused_step_says_why(life: Life, name: str, words: str) -> None:
    assert life.gave[name].status_code == 422
    assert words in life.text(name)
    assert "`" not in life.text(name)  # no command of the command line


def test_the_address_of_a_form_leads_to_its_page(life: Life) -> None:
    maker = life.portal.signed_in("publisher", PUBLISH)
    for step in ("ask", "check", "publish"):
        assert maker.get(f"{EDITION}/{step}").url.path == EDITION


def test_a_check_is_kept_with_its_reasons(life: Life) -> None:
    assert "Checked" in life.text("checked") and REASONS in life.text("checked")
    assert "by The second publisher" in life.text("checked")


def test_the_whole_draft_is_there_for_who_checks_it(life: Life) -> None:
    second = life.portal.signed_in("second publisher", PUBLISH)
    page = second.get("/embargoed/2026-27Q2/2/")
    assert "<h1>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert "script-src 'self'" in page.headers["content-security-policy"]
    for path in ("assets/style.css", f"boroughs/{HACKNEY}.html", "figures.json", "tables.xlsx"):
        assert second.get(f"/embargoed/2026-27Q2/2/{path}").status_code == 200, path


GUESSES = [
    "2026-27Q2/1/", "2026-27Q2/1/figures.json", "2026-27Q2/3/", "2026-27Q1/1/",
    "2026-27Q2/2/%2e%2e/1/figures.json", "2026-27Q2/2/%2e%2e/%2e%2e/%2e%2e/register.sqlite",
    "2026-27Q2/2/..%2f..%2f..%2fregister.sqlite", "2026-27Q2/2//etc/passwd",
    "2026-27Q2/2/%00", "2026-27Q2/2/%252e%252e/1/index.html", "nothing/1/", "..%2f..%2f/2/",
]  # fmt: skip


@pytest.mark.parametrize("path", GUESSES)
def test_no_guess_leads_to_another_file(life: Life, path: str) -> None:
    second = life.portal.signed_in("second publisher", PUBLISH)
    assert second.get(f"/embargoed/{path}").status_code in (400, 404)


@pytest.mark.parametrize(("subject", "grant"), OTHERS, ids=[one for one, _ in OTHERS])
def test_no_other_role_sees_a_draft_or_takes_a_step(life: Life, subject: str, grant: Grant) -> None:
    client = life.portal.signed_in(subject, grant)
    token = token_of(client.get("/"))
    for path in ("index.html", "figures.json", f"boroughs/{CAMDEN}.html", "audit.json", ""):
        assert client.get(f"/embargoed/2026-27Q2/2/{path}").status_code == 404, path
        assert client.get(f"/releases/2026-27Q2/2/{path}").status_code == 404, path
    for page in PAGES:
        if page.path.startswith("/editions"):
            path = page.path.replace("{quarter}", "2026-27Q2")
            method, form = ("POST", {"csrf": token}) if page.is_form else ("GET", None)
            assert client.request(method, path, data=form).status_code == 404, path
    if grant.borough_code == "":
        for path in (DRAFT, f"{DRAFT}/rows/starts-by-borough", "/draft"):
            assert client.get(path).status_code == 404, path


def test_nobody_reads_a_draft_without_signing_in(life: Life) -> None:
    client = life.portal.visitor()
    for path in ("/embargoed/2026-27Q2/2/figures.json", DRAFT, f"{DRAFT}/rows/starts-by-borough"):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert client.get("/releases/2026-27Q2/2/figures.json").status_code == 404
    assert client.get("/releases/2026-27Q2/").status_code == 404


def test_who_read_a_draft_is_in_the_register(life: Life) -> None:
    releases = ReleaseRegister(life.portal.home.register_url).releases()
    first = releases.editions(QUARTER)[0]
    readers = [
        (one.borough_code, life.portal.people.person(one.actor).name)
        for one in releases.shown(first)
    ]
    assert readers == [
        (HACKNEY, "The signing officer"),
        (HACKNEY, "The uploading officer"),
        (CAMDEN, "No name given"),
    ]


def test_its_time_makes_a_checked_draft_public_and_a_correction_needs_a_reason(life: Life) -> None:
    finished(life)
    assert life.gave["unconfirmed"].status_code == 422
    assert "Confirm that the release may be public." in life.text("unconfirmed")
    assert "Published" in life.text("published") and "Correct it" in life.text("published")
    visitor = life.portal.visitor()
    assert visitor.get("/releases/2026-27Q2/").url.path == "/releases/2026-27Q2/2/"
    assert NOTE in visitor.get(f"/releases/2026-27Q2/2/boroughs/{HACKNEY}.html").text
    signer = life.portal.signed_in(*SIGNER)
    assert signer.get(DRAFT).status_code == 404
    assert "needs a reason" in life.text("correction without a reason")
    assert "The reason holds “7”" in life.text("correction that counts")
    assert "asked for a draft on" in life.text("correction")
    releases = ReleaseRegister(life.portal.home.register_url).releases()
    stages = [one.stage for one in releases.editions(QUARTER)]
    assert stages == [Stage.SET_ASIDE, Stage.PUBLISHED]
    assert Register(life.portal.home.register_url).verify_chain() > 0
    assert require_whole_editions(life.portal.home) == 1


def test_a_draft_that_nobody_makes_is_said_to_wait_too_long(life: Life) -> None:
    home, client = life.portal.home, life.portal.signed_in("publisher", PUBLISH)
    maker, long_ago = life.portal.known("publisher").person_id, datetime.now(UTC) - PATIENCE
    asked = ask_draft(home, Quarter(2025, 4), actor=maker, at=long_ago)
    path = "/editions/2025-26Q4"
    assert "takes longer than it should" in client.get(path).text
    assert "Being made" in client.get("/editions").text

    why = "No borough has a signed return."
    refuse_draft(
        home, asked.quarter, asked_at=asked.at, why=why, actor="dagster", at=datetime.now(UTC)
    )
    page = client.get(path).text
    assert "The last draft could not be made" in page and why in page
    assert "Not made" in client.get("/editions").text
    assert "asked for a draft on" in send(client, f"{path}/ask", path).text
