"""The portal as people meet it: a real server, a real provider, real workbooks."""

from __future__ import annotations

import html
import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from itsdangerous import TimestampSigner
from openpyxl import load_workbook

from ingest.agreements import Agreements, Terms
from ingest.home import Home
from ingest.people import Grant, Role
from ingest.register import Register, State
from portal.access import Action, authorise
from portal.pages import waiting
from portal.settings import PortalSettings, session_key
from portal.site import PAGES
from specification.load import load_collection
from specification.periods import Quarter
from specification.rules import Rule
from tests.integration.portal_server import (
    NOW,
    Portal,
    portal_of,
    send,
    sign_in,
    token_of,
    when_checked,
)
from tests.integration.receipts_and_letters import check_receipt_pdf, letters_about
from tests.integration.small_returns import Row, as_workbook, person

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("portal")]

QUARTER = Quarter(2026, 2)
HACKNEY, CAMDEN = "E09000012", "E09000007"
RETURN = "/return/2026-27Q2"
UPLOAD, SIGN = Grant(Role.UPLOAD, HACKNEY), Grant(Role.SIGN, HACKNEY)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of(Home(tmp_path_factory.mktemp("portal"))) as found:
        # Of Camden alone: Hackney joins it in the story below.
        Agreements(found.home.register_url).record(
            Terms("Sharing of returns", "DSA/1", date(2026, 4, 1), date(2027, 3, 31)),
            borough_codes=[CAMDEN],
            signed_on=date(2026, 3, 20),
            actor="tests",
            at=NOW,
        )
        yield found


def upload(client: httpx2.Client, *people: Row, path: str = RETURN) -> httpx2.Response:
    page = client.get(f"{path}/upload")
    files = [("files", (one.name, one.content)) for one in as_workbook(list(people), QUARTER)]
    sent = client.post(f"{path}/upload", data={"csrf": token_of(page)}, files=files)
    return when_checked(client, sent)


def test_from_a_faulty_upload_to_a_receipt(portal: Portal, tmp_path: Path) -> None:
    officer = portal.signed_in("uploading officer", UPLOAD)
    tasks = officer.get("/return")
    assert "Apprenticeship return" in tasks.text and "Hackney" in tasks.text
    template = officer.get(f"{RETURN}/template")
    assert load_workbook(io.BytesIO(template.content)).sheetnames

    faulty = upload(officer, person(1), person(2, weekly_hours="full time"))
    assert faulty.url.path == f"{RETURN}/1"
    assert "Fix 1 cell, then send this file again" in faulty.text
    assert "full time" in faulty.text
    # The row above and the columns beside it, as the officer sees them; no learner number.
    near = faulty.text.partition("app-cells")[2].partition("</table>")[0]
    assert "Found here: </span>full time" in near and near.count("<tr>") == 3
    for one in (person(1), person(2)):
        assert one["uln"] not in faulty.text
    marked = officer.get(f"{RETURN}/1/marked")
    assert load_workbook(io.BytesIO(marked.content)).sheetnames
    assert "full time" in officer.get(f"{RETURN}/1/findings.csv").text
    assert officer.get(f"{RETURN}/1/findings.json").json()["errors"] == 1

    right = upload(officer, person(1), person(2))
    assert right.url.path == f"{RETURN}/2"
    assert "Nothing to fix" in right.text
    for rule in {
        one["rule"] for one in officer.get(f"{RETURN}/2/findings.json").json()["findings"]
    }:
        explained = send(
            officer, f"{RETURN}/2/explain", f"{RETURN}/2/explain",
            rule=rule, reference="", reason="Agreed with the provider before the start.",
        )  # fmt: skip
        assert explained.status_code == 200
    assert "Needs an agreement" in officer.get(RETURN).text

    signer = portal.signed_in("signing officer", SIGN)
    unconfirmed = send(signer, f"{RETURN}/2/sign", f"{RETURN}/2/sign")
    assert unconfirmed.status_code == 422 and "Confirm that" in unconfirmed.text
    for page in (officer.get(RETURN), signer.get(f"{RETURN}/2/sign")):
        assert "No data sharing agreement in force covers Hackney" in page.text
    assert "Sign off for Hackney" not in signer.get(f"{RETURN}/2/sign").text
    refused = send(signer, f"{RETURN}/2/sign", f"{RETURN}/2/sign", confirm="yes")
    assert refused.status_code == 422 and "cannot be signed yet" in refused.text
    Agreements(portal.home.register_url).join(
        1, [HACKNEY], signed_on=date(2026, 10, 1), actor="tests", at=NOW
    )
    tasks = officer.get(RETURN)
    assert "Ready" in tasks.text and "agreement" not in tasks.text
    receipt = send(signer, f"{RETURN}/2/sign", f"{RETURN}/2/sign", confirm="yes")
    assert receipt.url.path == f"{RETURN}/2/receipt"
    proof = signer.get(f"{RETURN}/2/receipt.json").json()
    assert proof["reference"] == f"{HACKNEY}-2026-27Q2-v2"
    check_receipt_pdf(signer, f"{RETURN}/2/receipt", tmp_path)
    both = ["signing.officer@council.example", "uploading.officer@council.example"]
    assert letters_about(portal, "Signed: apprenticeship return", count=2) == both
    assert "was signed on" in portal.visitor().get(f"/verify/{proof['sha256']}").text
    assert "No signed return" in portal.visitor().get(f"/verify/{'0' * 64}").text
    history = signer.get("/history/2026-27Q2").text
    assert "The uploading officer" in history and "The signing officer" in history
    assert Register(portal.home.register_url).verify_chain() > 0


def test_an_agreement_is_kept_by_forms(portal: Portal) -> None:
    keeper = portal.signed_in("administrator", Grant(Role.ADMINISTER))
    new = "/agreements/new"
    said = {"title": "Another agreement on returns", "held_at": "DSA/2", "who": "these"}
    said |= date_fields("begins", 1, 4, 2026) | date_fields("review", 31, 2, 2027)
    wrong = send(keeper, new, new, **said, **date_fields("signed", 20, 3, 26), borough="CMD")
    assert wrong.status_code == 422 and "<title>Error: " in wrong.text
    for sentence in ("“Review by” must be a real date", "“Signed on” must have a year of four"):
        assert wrong.text.count(sentence) == 2  # above the form, and at the field
    assert 'value="Another agreement on returns"' in wrong.text
    assert 'value="CMD" checked' in wrong.text
    said |= date_fields("review", 31, "March", 2027)
    made = send(keeper, new, new, **said, **date_fields("signed", 20, 3, 2026), borough="CMD")
    path = made.url.path
    assert path == "/agreements/2" and "1 of 33 boroughs are in it" in made.text

    twice = send(keeper, f"{path}/join", path, borough="CMD", **date_fields("signed", 1, 9, 2026))
    assert twice.status_code == 422 and "Camden is in since 20 March 2026" in twice.text
    send(keeper, f"{path}/join", path, borough="BNT", **date_fields("signed", 1, 9, 2026))
    early = send(keeper, f"{path}/leave", path, leaver="CMD", **date_fields("left", 1, 3, 2026))
    assert early.status_code == 422 and "must be 20 March 2026 or later" in early.text
    send(keeper, f"{path}/leave", path, leaver="CMD", **date_fields("left", 30, 9, 2026))
    after = send(keeper, f"{path}/review", path, **date_fields("review", 1, 4, 2028))
    assert "The administrator took out Camden, last day 30 September 2026" in after.text
    seen = portal.signed_in("uploading officer", UPLOAD).get(path).text
    assert "1 April 2028" in seen and "Barnet" in seen and "<form" not in seen.partition("<main")[2]
    kept = Agreements(portal.home.register_url).agreement(2)
    days = {one.borough_code: (one.signed_on, one.left_on) for one in kept.parties}
    assert days == {
        CAMDEN: (date(2026, 3, 20), date(2026, 9, 30)),
        "E09000003": (date(2026, 9, 1), None),
    }


def date_fields(name: str, *words: object) -> dict[str, str]:
    return {
        f"{name}-{part}": str(word)
        for part, word in zip(("day", "month", "year"), words, strict=True)
    }


def test_whoever_prepared_a_version_cannot_sign_it(portal: Portal) -> None:
    both = portal.signed_in("both", UPLOAD, SIGN)
    made = upload(both, person(1), person(3))
    path = made.url.path
    for rule in {one["rule"] for one in both.get(f"{path}/findings.json").json()["findings"]}:
        send(both, f"{path}/explain", f"{path}/explain", rule=rule, reason="It is right as it is.")
    assert "You prepared this version" in both.get(f"{path}/sign").text
    token = token_of(both.get(RETURN + "/upload"))
    refused = both.post(f"{path}/sign", data={"csrf": token, "confirm": "yes"})
    assert refused.status_code == 422 and "Somebody else has to sign it" in refused.text
    newest = Register(portal.home.register_url).versions(HACKNEY, QUARTER)[-1]
    assert newest.state is State.READY


def test_a_heading_is_confirmed_once(portal: Portal) -> None:
    officer = portal.signed_in("uploading officer", UPLOAD)
    book = load_workbook(io.BytesIO(as_workbook([person(7)], QUARTER)[0].content))
    heading = next(one for one in book["Apprentices"][1] if one.value == "Weekly hours")
    heading.value = "Weekly hrs"
    changed = io.BytesIO()
    book.save(changed)
    files = [("files", ("return.xlsx", changed.getvalue()))]
    token = token_of(officer.get(f"{RETURN}/upload"))
    sent = officer.post(f"{RETURN}/upload", data={"csrf": token}, files=files)
    asked = when_checked(officer, sent)
    assert "Yes, “Weekly hrs” is “Weekly hours”" in asked.text
    said = {"csrf": token, "table": "apprentices", "heading": "Weekly hrs"}
    wrong = officer.post(f"{asked.url.path}/column", data=said | {"field": "nothing"})
    assert wrong.status_code == 422
    taken = officer.post(f"{asked.url.path}/column", data=said | {"field": "weekly_hours"})
    assert taken.url.path == asked.url.path
    assert "Weekly hrs" not in taken.text


@pytest.mark.parametrize("rule", load_collection().rules, ids=lambda rule: rule.id)
def test_every_rule_has_its_page(portal: Portal, rule: Rule) -> None:
    page = portal.visitor().get(f"/rules/{rule.id}")
    assert page.status_code == 200 and html.escape(rule.title, quote=False) in page.text.replace(
        "&#39;", "'"
    ).replace("&#34;", '"')


def test_what_cannot_be_read_is_answered_beside_the_field(portal: Portal) -> None:
    officer = portal.signed_in("uploading officer", UPLOAD)
    token = token_of(officer.get(f"{RETURN}/upload"))
    nothing = officer.post(f"{RETURN}/upload", data={"csrf": token})
    assert nothing.status_code == 422 and "Choose the file of your return" in nothing.text
    files = [("files", ("return.pdf", b"%PDF-1.7 not a workbook"))]
    sent = officer.post(f"{RETURN}/upload", data={"csrf": token}, files=files)
    unread = when_checked(officer, sent)
    assert unread.status_code == 422 and "govuk-error-message" in unread.text


def test_a_long_check_says_how_far_it_is(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    officer, other = portal.signed_in("uploading officer", UPLOAD), portal.visitor()
    portal.known("administrator", Grant(Role.UPLOAD, CAMDEN))
    sign_in(other, "administrator")
    monkeypatch.setattr(waiting, "PATIENCE", 0.0)
    token = token_of(officer.get(f"{RETURN}/upload"))
    files = [("files", (one.name, one.content)) for one in as_workbook([person(77)], QUARTER)]
    page = officer.post(f"{RETURN}/upload", data={"csrf": token}, files=files)
    assert "Your return is being checked" in page.text and "Reading your file" in page.text
    assert other.get(page.url.path).status_code == 404
    monkeypatch.undo()
    assert "/checking/" not in when_checked(officer, page).url.path
    assert officer.get(f"{RETURN}/checking/another").status_code == 404


ROLES = [
    ("nobody's role", None),
    *((role.value, Grant(role, CAMDEN if role.is_of_a_borough else "")) for role in Role),
]


@pytest.mark.parametrize(("name", "grant"), ROLES)
def test_every_page_keeps_to_its_rule(portal: Portal, name: str, grant: Grant | None) -> None:
    """Each page, as each role of another borough: entered if its rule says so, else not there."""
    grants = [grant] if grant else []
    client = portal.signed_in(f"visitor {name}", *grants)
    person = portal.known(f"visitor {name}")
    token = token_of(client.get("/"))
    for page in PAGES:
        if page.path in ("/sign-in", "/signed-in", "/sign-out"):
            continue
        path = page.path.replace("{quarter}", "2026-27Q2").replace("{version:int}", "2")
        path = path.replace("{rule}", "A-001").replace("{sha256}", "0" * 64)
        path = path.replace("{number:int}", "1").replace("{path:path}", "index.html")
        path = path.replace("{ticket}", "none")
        borough = CAMDEN if grant and grant.role.is_of_a_borough else ""
        may = authorise(person, page.action, borough)
        if page.is_form:
            answer = client.post(path, data={"csrf": token}, follow_redirects=False)
        else:
            answer = client.get(path, follow_redirects=False)
        if not may:
            assert answer.status_code == 404, (path, answer.status_code)
        if page.action is not Action.ADMINISTER:
            assert HACKNEY not in answer.text, path


def test_nobody_enters_without_signing_in(portal: Portal) -> None:
    client = portal.visitor()
    for page in PAGES:
        if page.action is Action.ANYBODY:
            continue
        path = page.path.replace("{quarter}", "2026-27Q2").replace("{version:int}", "2")
        path = path.replace("{number:int}", "1")
        method = "POST" if page.is_form else "GET"
        answer = client.request(method, path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path


def test_a_form_needs_the_token_of_its_visit(portal: Portal) -> None:
    client = portal.signed_in("uploading officer", UPLOAD)
    for token in ("", "guessed", token_of(portal.signed_in("another").get("/"))):
        answer = client.post("/sign-out", data={"csrf": token})
        assert answer.status_code == 403 and "open for too long" in answer.text
    assert "Hackney" in client.get(RETURN).text  # still here
    token = token_of(client.get(RETURN))
    foreign = {"Origin": "https://elsewhere.example"}
    assert client.post("/sign-out", data={"csrf": token}, headers=foreign).status_code == 403


def _cookie(portal: Portal, content: dict[str, str], key: str | None = None) -> str:
    import base64
    import json

    settings = PortalSettings(portal_url=portal.url)
    signer = TimestampSigner(key or session_key(portal.home, settings))
    return signer.sign(base64.b64encode(json.dumps(content).encode())).decode()


@pytest.mark.parametrize("fault", ["none", "old", "idle", "unknown", "forged", "nonsense"])
def test_a_session_that_is_not_good_is_no_session(portal: Portal, fault: str) -> None:
    known = portal.known("uploading officer", UPLOAD)
    now = datetime.now(UTC)
    content = {"person": known.person_id, "since": now.isoformat(), "seen": now.isoformat()}
    if fault == "old":
        content["since"] = (now - timedelta(hours=8, minutes=1)).isoformat()
    if fault == "idle":
        content["seen"] = (now - timedelta(minutes=31)).isoformat()
    if fault == "unknown":
        content["person"] = "p-0000000000000000"
    cookie = _cookie(portal, content, key="guessed" if fault == "forged" else None)
    client = portal.visitor()
    client.cookies.set(
        "cohort", "nonsense" if fault == "nonsense" else cookie, domain="localhost.local"
    )
    answer = client.get(RETURN, follow_redirects=False)
    assert (answer.status_code == 200) == (fault == "none"), answer.status_code


def test_a_role_taken_away_is_away_at_once(portal: Portal) -> None:
    client = portal.signed_in("leaver", Grant(Role.UPLOAD, CAMDEN))
    assert client.get(RETURN).status_code == 200
    person = portal.known("leaver")
    portal.people.take(
        person.person_id, Grant(Role.UPLOAD, CAMDEN), actor="tests", at=datetime.now(UTC)
    )
    assert client.get(RETURN).status_code == 404


def test_too_much_is_refused_before_it_is_read(portal: Portal) -> None:
    client = portal.signed_in("uploading officer", UPLOAD)
    path = f"{RETURN}/upload"
    most = PortalSettings().most_upload_mb * 1_000_000
    assert client.post(path, content=b"x" * (most + 1)).status_code == 413

    def endless() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.xlsx"\r\n\r\n'
        for _ in range(most // 1_000_000 + 2):
            yield b"x" * 1_000_000

    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    assert client.post(path, content=endless(), headers=kind).status_code == 413


def test_another_host_is_refused(portal: Portal) -> None:
    answer = portal.visitor().get("/", headers={"Host": "elsewhere.example"})
    assert answer.status_code == 400


def test_what_is_said_with_every_answer(portal: Portal) -> None:
    headers = portal.visitor().get("/").headers
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "unsafe-inline" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"


def test_signing_in_goes_back_to_the_page_that_was_wanted(portal: Portal) -> None:
    portal.known("uploading officer", UPLOAD)
    client = portal.visitor()
    there = client.get("/history")
    back = client.post(str(there.url), data={"sub": "uploading officer"})
    assert back.url.path == "/history"


def test_an_answer_of_the_provider_is_taken_once(portal: Portal) -> None:
    client = portal.visitor()
    answers: list[str] = []

    def note(request: httpx2.Request) -> None:
        answers.append(str(request.url))

    client.event_hooks["request"].append(note)
    sign_in(client, "uploading officer")
    taken = next(url for url in answers if "/signed-in?" in url)
    assert client.get(taken).status_code == 403
    assert portal.visitor().get(taken).status_code == 403


def test_too_many_forms_from_one_address_have_to_wait(tmp_path: Path) -> None:
    with portal_of(Home(tmp_path), most_forms=3) as portal:
        answers = [portal.visitor().post("/sign-out").status_code for _ in range(4)]
    assert answers[3] == 429 and 429 not in answers[:3]
