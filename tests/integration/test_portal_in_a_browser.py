"""The portal in a real browser, without JavaScript: a whole return, and every page looked at.

`COHORT_PICTURES=folder` keeps a picture of each page at both widths.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from ingest.agreements import Agreements, Terms
from ingest.home import Home
from ingest.people import Grant, Role
from ingest.register import Register, State
from ingest.signing_figures import SigningFigure, SigningFigures, keep_figures
from specification.periods import Quarter
from specification.publication import load_publication
from tests.chromium import axe_faults, chromium, needs_chromium
from tests.integration.portal_server import NOW, Portal, portal_of
from tests.integration.small_returns import as_workbook, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("portal"),
    needs_chromium,
]
HACKNEY, RETURN = "E09000012", "/return/2026-27Q2"
WIDTHS = (1280, 390)


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of(Home(tmp_path_factory.mktemp("browser"))) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


class Visitor:
    """Somebody at a browser in which scripts are off; each page they see is looked at."""

    def __init__(self, browser: Browser, portal: Portal, subject: str, *grants: Grant) -> None:
        portal.known(subject, *grants)
        self._context = browser.new_context(base_url=portal.url, java_script_enabled=False)
        self.page: Page = self._context.new_page()
        self._looker = browser.new_context(base_url=portal.url, bypass_csp=True)
        self.faults: list[str] = []
        self.page.goto("/sign-in")
        self.page.get_by_role("button", name=subject, exact=True).click()
        self._looker.add_cookies(self._context.cookies())  # pyright: ignore[reportArgumentType]

    def look(self, name: str, act: Callable[[Page], None] | None = None) -> None:
        """Look at the page that is open: axe, its width, and a picture where they are kept.

        `act` is done there first, for what only a form leads to.
        """
        self._looker.add_cookies(self._context.cookies())  # pyright: ignore[reportArgumentType]
        seen = self._looker.new_page()
        seen.set_viewport_size({"width": WIDTHS[0], "height": 900})
        seen.goto(self.page.url)
        if act is not None:
            act(seen)
        for width in WIDTHS:
            seen.set_viewport_size({"width": width, "height": 900})
            self.faults += [f"{name} at {width}: {one}" for one in axe_faults(seen)]
            if seen.evaluate("document.documentElement.scrollWidth") > width:
                self.faults.append(f"{name} at {width}: scrolls sideways")
            if folder := os.environ.get("COHORT_PICTURES"):
                path = Path(folder) / f"{name}-{width}.png"
                seen.screenshot(path=path, full_page=True)
        seen.close()

    def upload(self, folder: Path, *people: dict[str, str]) -> None:
        """Upload a workbook as the page asks for it."""
        file = as_workbook(people, Quarter(2026, 2))[0]
        path = folder / file.name
        path.write_bytes(file.content)
        self.page.get_by_label("Choose your file").set_input_files(path)
        self.page.get_by_role("button", name="Upload and check").click()
        while "/checking/" in self.page.url:
            self.page.get_by_role("button", name="See whether it is ready").click()


def count_by_hand(portal: Portal) -> None:
    """Keep figures of the version that waits, as a build of it would."""
    (ready,) = Register(portal.home.register_url).submissions(state=State.READY)
    figures = [
        SigningFigure(
            metric_id=one.metric,
            label=one.metric,
            of=one.of,
            unit="rate" if one.metric == "M05" else "count",
            now=0.5 if one.metric == "M05" else 3,
            quarter_ago=None,
            year_ago=None,
            people=3,
        )
        for one in load_publication().before_signing
    ]
    kept = SigningFigures(submission_id=ready.submission_id, figures=tuple(figures))
    keep_figures(portal.home, kept)


def test_a_return_without_javascript(portal: Portal, browser: Browser, tmp_path: Path) -> None:
    """From the template to the receipt, each page looked at on the way."""
    officer = Visitor(browser, portal, "uploading officer", Grant(Role.UPLOAD, HACKNEY))
    page = officer.page
    page.goto("/")
    officer.look("front-signed-in")
    page.goto(RETURN)
    officer.look("your-return-empty")
    page.get_by_role("link", name="Upload your return").click()
    officer.look("upload")
    page.get_by_role("button", name="Upload and check").click()
    assert page.get_by_role("link", name="Choose the file of your return").count()
    assert page.title().startswith("Error: ")
    wrong = person(2, weekly_hours="full time", route="DIRCT", planned_end_date="31/02/2028")
    officer.upload(tmp_path, person(1), wrong, person(3, weekly_hours="12"))
    page.get_by_role("heading", name="Fix 3 cells, then send this file again").wait_for()
    officer.look("results")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download your file").click()
    assert download.value.suggested_filename.endswith("-marked.xlsx")
    page.get_by_role("button", name="Upload a corrected file").click()
    officer.upload(tmp_path, person(1), person(2), person(3, weekly_hours="12"))
    officer.look("results-right")
    page.get_by_role("link", name="Explain").first.click()
    officer.look("explain")
    page.get_by_role("button", name="Keep this reason").first.click()
    assert page.title().startswith("Error: ")
    while page.get_by_role("button", name="Keep this reason").count():
        page.get_by_label("Why it is right").first.fill("Agreed with the provider at the start.")
        page.get_by_role("button", name="Keep this reason").first.click()
    officer.look("explained")
    agreements = Agreements(portal.home.register_url)
    terms = Terms("Synthetic agreement", "DSA/1", date(2026, 4, 1), date(2026, 9, 30))
    agreements.record(terms, actor="tests", at=NOW)
    page.get_by_role("link", name="Back to your return").click()
    page.get_by_role("heading", name="Before this return can be signed").wait_for()
    officer.look("your-return")

    signer = Visitor(browser, portal, "signing officer", Grant(Role.SIGN, HACKNEY))
    signer.page.goto(RETURN)
    signer.page.get_by_role("link", name="Sign off").click()
    signer.look("sign-without-an-agreement")
    agreements.join(1, [HACKNEY], signed_on=date(2026, 4, 1), actor="tests", at=NOW)
    signer.page.reload()
    signer.look("sign-while-it-is-counted")
    count_by_hand(portal)
    signer.page.reload()
    signer.look("sign")
    signer.page.get_by_role("button", name="Sign off for Hackney").click()
    assert signer.page.title().startswith("Error: ")
    signer.page.get_by_label("I confirm").check()
    signer.page.get_by_role("button", name="Sign off for Hackney").click()
    signer.page.get_by_role("heading", name="Return signed").wait_for()
    signer.look("receipt")
    for path in ("/history", "/history/2026-27Q2", "/boroughs", RETURN):
        signer.page.goto(path)
        signer.look(path.strip("/").replace("/", "-"))
    assert officer.faults + signer.faults == []


def test_every_other_page_is_fit_to_read(portal: Portal, browser: Browser) -> None:
    everything = Visitor(
        browser, portal, "administrator", Grant(Role.ADMINISTER), Grant(Role.PUBLISH)
    )
    for path in (
        "/people", "/reports", "/help", "/rules", "/rules/A-001", "/metrics", "/verify",
        f"/verify/{'0' * 64}", "/accessibility", "/privacy", "/not-there", "/boroughs",
    ):  # fmt: skip
        everything.page.goto(path)
        everything.look(path.strip("/").replace("/", "-"))
    assert everything.faults == []


def test_sharing_agreements_without_javascript(portal: Portal, browser: Browser) -> None:
    """Recorded, joined and ended by an administrator; each form seen with what is wrong in it."""
    keeper = Visitor(browser, portal, "administrator", Grant(Role.ADMINISTER))
    page = keeper.page
    page.goto("/agreements")
    page.get_by_role("button", name="Record an agreement").click()

    def send(seen: Page) -> None:
        seen.get_by_label("Title").fill("Synthetic agreement of some boroughs")
        seen.get_by_label("Camden").check()
        seen.get_by_role("button", name="Record the agreement").click()

    keeper.look("agreement-new-wrong", send)
    send(page)
    assert page.title().startswith("Error: ")
    assert page.get_by_label("Title").input_value() == "Synthetic agreement of some boroughs"
    assert page.get_by_label("Camden").is_checked()
    page.get_by_role("link", name="Choose which boroughs have signed").click()
    page.get_by_label("Where the signed document is").fill("https://files.example/dsa-1")
    page.get_by_label("Only these").check()
    for legend, words in (
        ("In force from", "1 April 2026"),
        ("Review by", "30 9 2026"),
        ("Signed on", "20 3 2026"),
    ):
        fill_date(page, legend, words)
    page.get_by_role("button", name="Record the agreement").click()
    page.get_by_role("heading", name="1 of 33 boroughs are in it").wait_for()

    def end_too_early(seen: Page) -> None:
        seen.locator("summary", has_text="End the agreement").click()
        fill_date(seen, "Last day", "31 3 2026")
        seen.get_by_role("button", name="End the agreement").click()

    def open_all(seen: Page) -> None:
        end_too_early(seen)
        for name in ("Add boroughs", "Take a borough out", "Change the review date"):
            seen.locator("summary", has_text=name).click()

    keeper.look("agreement", open_all)
    end_too_early(page)
    assert page.get_by_role("link", name="It cannot end before 1 April 2026").count()
    fill_date(page, "Last day", "1 10 2026")
    page.get_by_role("button", name="End the agreement").click()
    page.get_by_role("heading", name="Boroughs that were in it").wait_for()
    page.get_by_role("link", name="Back to agreements").click()
    page.get_by_role("heading", name="in no agreement in force").wait_for()
    keeper.look("agreements")
    assert keeper.faults == []
    assert Register(portal.home.register_url).verify_chain() > 0


def fill_date(page: Page, legend: str, words: str) -> None:
    """Type a date into its three fields."""
    group = page.get_by_role("group", name=legend, exact=True)
    for part, word in zip(("Day", "Month", "Year"), words.split(), strict=True):
        group.get_by_label(part).fill(word)
