"""The whole story in a real browser without JavaScript: from the template to a published release.

A faulty return is corrected in its marked copy, explained, signed by somebody else and built; the
release of its quarter is corrected with it, answered by the borough, checked by a second person and
published. Each page is looked at on the way. The quarter is one whose announced time has passed, so
that no clock is faked; its first edition, which waits for days, was published by the commands.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Browser, Page

from expectations.intake import Sent, receive
from ingest.home import Home
from ingest.parse import Declared
from ingest.people import Grant, Role
from ingest.pseudonym import make_key_file
from ingest.register import Register
from ingest.workers import ReadingPool
from orchestration.build import build, publish
from publisher.steps import check, require_whole_editions
from publisher.steps import publish as make_public
from specification.load import find_borough
from specification.periods import Quarter
from tests.chromium import chromium, needs_chromium
from tests.integration.asked_runs import make_asked_drafts
from tests.integration.portal_server import Portal, portal_of
from tests.integration.small_returns import Row, as_workbook, person
from tests.integration.test_portal_in_a_browser import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.xdist_group("orchestration"),
    needs_chromium,
]
QUARTER, HACKNEY, CAMDEN = Quarter(2026, 1), "E09000012", "E09000007"
RETURN, EDITION, DRAFT = f"/return/{QUARTER}", f"/editions/{QUARTER}", f"/draft/{QUARTER}"
REASONS = "Totals and notes were read against the last release."
NOTE = "Our digital cohort changed provider in the spring of 2026."
SIGNED = datetime(2026, 7, 20, 9, tzinfo=UTC)
DRAFTED = datetime(2026, 8, 1, 9, tzinfo=UTC)
ANNOUNCED = datetime(2026, 8, 27, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    home = Home(tmp_path_factory.mktemp("story"))
    make_key_file(home.key_file)
    home.synthetic.mkdir()
    (home.synthetic / "truth.json").write_text("{}", "utf-8")
    sign_elsewhere(home)
    with portal_of(home) as found:
        yield found


def sign_elsewhere(home: Home) -> None:
    """Sign another borough's return, as its own officers did."""
    files = as_workbook(apprentices(first=100), QUARTER, borough_code=CAMDEN)
    register = Register(home.register_url)
    with ReadingPool(workers=1) as pool:
        sent = Sent(Declared(find_borough(CAMDEN), QUARTER), files, "Camden's officer", SIGNED)
        received = receive([sent], home, register, pool)[0]
    assert received.submission is not None
    register.sign(received.submission.submission_id, actor="Camden's signer", at=SIGNED)


def apprentices(*, first: int, **faults: dict[str, str]) -> list[Row]:
    """Return fourteen apprentices who started on different days; `row_3={…}` changes one."""
    return [
        person(first + day, start_date=f"{day:02}/09/2025", **faults.get(f"row_{day + 1}", {}))
        for day in range(1, 15)
    ]


def publish_first_edition(home: Home) -> None:
    """Publish the first edition at its time, as the command line did."""
    publish(home, QUARTER, actor="first maker", at=DRAFTED)
    check(home, QUARTER, reasons=REASONS, actor="first reader", at=DRAFTED)
    make_public(home, QUARTER, actor="first maker", at=ANNOUNCED)


def weekly_hours(path: Path, **changed: float | str) -> Path:
    """Write hours into rows of a workbook's apprentices, `row_3=36`, and return it."""
    book = load_workbook(path)
    sheet = book["Apprentices"]
    assert isinstance(sheet, Worksheet)
    column = next(one.column for one in sheet[1] if one.value == "Weekly hours")
    for row, value in changed.items():
        sheet.cell(int(row.removeprefix("row_")), column, value)
    book.save(path)
    return path


def upload(page: Page, path: Path) -> None:
    page.get_by_label("Choose your file").set_input_files(path)
    page.get_by_role("button", name="Upload and check").click()


def send_and_sign(browser: Browser, portal: Portal, folder: Path) -> None:
    """From the template to the receipt and what anybody can verify of it."""
    officer = Visitor(browser, portal, "uploading officer", Grant(Role.UPLOAD, HACKNEY))
    page = officer.page
    page.goto(RETURN)
    with page.expect_download() as template:
        page.get_by_role("link", name="Download the template").click()
    template.value.save_as(folder / "template.xlsx")
    assert "Apprentices" in load_workbook(folder / "template.xlsx").sheetnames
    page.get_by_role("link", name="Upload your return").click()
    faulty = as_workbook(apprentices(first=0, row_3={"weekly_hours": "full time"}), QUARTER)[0]
    (folder / faulty.name).write_bytes(faulty.content)
    upload(page, folder / faulty.name)
    page.get_by_role("heading", name="Fix 1 cell, then send this file again").wait_for()
    with page.expect_download() as marked:
        page.get_by_role("button", name="Download your file").click()
    own = folder / marked.value.suggested_filename
    marked.value.save_as(own)
    page.get_by_role("button", name="Upload a corrected file").click()
    upload(page, weekly_hours(own, row_3=36, row_4=12))
    page.goto(f"{RETURN}/2/explain")
    while page.get_by_role("button", name="Keep this reason").count():
        page.get_by_label("Why it is right").first.fill("Agreed with the provider at the start.")
        page.get_by_role("button", name="Keep this reason").first.click()

    signer = Visitor(browser, portal, "signing officer", Grant(Role.SIGN, HACKNEY)).page
    signer.goto(RETURN)
    signer.get_by_role("link", name="Sign off").click()
    signer.get_by_label("I confirm").check()
    signer.get_by_role("button", name="Sign off for Hackney").click()
    signer.get_by_role("heading", name="Return signed").wait_for()
    anybody = browser.new_context(base_url=portal.url, java_script_enabled=False).new_page()
    signed = Register(portal.home.register_url).signed()[HACKNEY, QUARTER]
    anybody.goto(f"/verify/{signed.sha256}")
    assert anybody.get_by_text("was signed on").count()


def test_from_the_template_to_a_published_release(
    portal: Portal, browser: Browser, tmp_path: Path
) -> None:
    send_and_sign(browser, portal, tmp_path)
    build(portal.home)
    publish_first_edition(portal.home)

    maker = Visitor(browser, portal, "publisher", Grant(Role.PUBLISH))
    maker.page.goto("/")
    menu = maker.page.get_by_role("navigation", name="Menu")
    menu.get_by_role("link", name="Releases").click()
    assert maker.page.get_by_text("The warehouse holds every signed return").count()
    maker.look("editions")
    maker.page.get_by_role("link", name=QUARTER.label).click()
    maker.look("edition-published")
    ask_for_correction(maker)
    maker.look("edition-being-made")
    assert make_asked_drafts(portal.home) == [True]
    maker.page.get_by_role("link", name="See whether it is there").click()
    maker.look("edition-draft")

    signer = Visitor(browser, portal, "signing officer", Grant(Role.SIGN, HACKNEY))
    answer(signer)

    maker.page.reload()
    assert maker.page.get_by_text("The draft lacks the last word of Hackney").count()
    maker.look("edition-answered")
    maker.page.get_by_role("button", name="Make the draft again").click()
    assert make_asked_drafts(portal.home) == [True]

    second = Visitor(browser, portal, "second publisher", Grant(Role.PUBLISH))
    let_pass(second)
    maker.page.goto(EDITION)
    maker.look("edition-checked")
    maker.page.get_by_label("I confirm that edition").check()
    maker.page.get_by_role("button", name="Publish now").click()
    maker.look("edition-corrected")

    anybody = browser.new_context(base_url=portal.url, java_script_enabled=False).new_page()
    anybody.goto("/reports")
    anybody.get_by_role("link", name=f"Comparative report, {QUARTER.label}").first.click()
    assert anybody.url.endswith(f"/releases/{QUARTER}/3/")
    anybody.goto(f"/releases/{QUARTER}/3/boroughs/{HACKNEY}.html")
    assert anybody.get_by_text(NOTE).count()
    assert Register(portal.home.register_url).verify_chain() > 0
    assert require_whole_editions(portal.home) == 2
    assert maker.faults + signer.faults + second.faults == []


def ask_for_correction(maker: Visitor) -> None:
    page = maker.page
    page.get_by_role("button", name="Make a draft").click()
    assert page.title().startswith("Error: ")
    page.get_by_label("What is corrected").fill("One borough’s register held a cohort twice.")
    page.get_by_role("button", name="Make a draft").click()
    page.get_by_text("The publisher asked for a draft on").wait_for()


def answer(signer: Visitor) -> None:
    """Read the own figures and answer with a note, first with one that counts people."""
    page = signer.page
    page.goto(RETURN)
    signer.look("your-return-draft")
    page.get_by_role("link", name="Answer the draft report").click()
    assert page.get_by_text("Camden").count() == 0
    signer.look("draft")
    with page.expect_download() as rows:
        page.locator("a[href*='/rows/']").first.click()
    assert rows.value.suggested_filename.startswith(f"embargoed-HCK-{QUARTER}-")
    page.get_by_label("Your note").fill("All 3 of ours left.")
    page.get_by_role("button", name="Send this note").click()
    assert page.title().startswith("Error: ")
    page.get_by_label("Your note").fill(NOTE)
    page.get_by_role("button", name="Send this note").click()
    page.get_by_role("heading", name="Change your answer").wait_for()
    signer.look("draft-answered")


def let_pass(second: Visitor) -> None:
    """Read the whole draft, from page to page, and check it."""
    page = second.page
    page.goto(EDITION)
    second.look("edition-to-check")
    page.get_by_role("link", name="the whole draft").click()
    page.locator(f"a[href='boroughs/{HACKNEY}.html']").first.click()
    assert page.url.endswith(f"/embargoed/{QUARTER}/3/boroughs/{HACKNEY}.html")
    assert page.get_by_text(NOTE).count()
    page.goto(EDITION)
    page.get_by_label("What you looked at").fill(REASONS)
    page.get_by_role("button", name="Let this draft pass").click()
    page.get_by_text(REASONS).wait_for()


def test_pages_without_a_draft(portal: Portal, browser: Browser) -> None:
    signer = Visitor(browser, portal, "signing officer", Grant(Role.SIGN, HACKNEY))
    signer.page.goto("/draft")
    signer.look("draft-none")
    maker = Visitor(browser, portal, "publisher", Grant(Role.PUBLISH))
    maker.page.goto("/editions/2026-27Q3")
    maker.look("edition-nothing-yet")
    assert signer.faults + maker.faults == []
