"""The pages about the data in a real browser: an analyst's way, without JavaScript, looked at."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from ingest.people import Grant, Role
from tests.chromium import chromium, needs_chromium
from tests.integration.asked_home import make_home
from tests.integration.portal_server import Portal, portal_of
from tests.integration.test_portal_in_a_browser import Visitor

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("portal data"),
    needs_chromium,
]
_WIDE = "select * from fct_metric_values order by all"


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of(make_home(tmp_path_factory.mktemp("looked"), builds=2)) as found:
        yield found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _run(query: str, page: Page) -> None:
    page.get_by_label("Your query").fill(query)
    page.get_by_role("button", name="Run", exact=True).click()


def test_an_analyst_finds_asks_and_takes_away(portal: Portal, browser: Browser) -> None:
    analyst = Visitor(browser, portal, "administrator", Grant(Role.ANALYSE))
    page = analyst.page
    page.goto("/")
    page.get_by_role("navigation", name="Menu").get_by_role("link", name="Data").click()
    analyst.look("data")
    page.get_by_role("link", name="Dictionary", exact=False).first.click()
    analyst.look("data-dictionary")
    page.get_by_role("link", name="fct_metric_values").click()
    analyst.look("data-dictionary-table")
    page.get_by_role("link", name="Ask this table in SQL").click()
    analyst.look("data-sql")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("heading", name="18 rows").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download as CSV").click()
    assert download.value.suggested_filename.endswith(".csv")
    page.goto("/data/sql")
    analyst.look("data-sql-answer", lambda seen: _run(_WIDE, seen))
    analyst.look("data-sql-refused", lambda seen: _run("select * from fct_progression", seen))
    page.goto("/data/queries")
    analyst.look("data-queries")
    page.get_by_role("link", name="q-").first.click()
    analyst.look("data-query")
    page.get_by_role("button", name="Run it again").click()
    assert page.get_by_label("Your query").input_value()
    page.goto("/data/elsewhere")
    analyst.look("data-elsewhere")
    page.goto("/data")
    page.get_by_role("link", name="warehouse-000002").click()
    analyst.look("data-snapshot")
    page.get_by_role("button", name="Check that nothing was altered").click()
    page.get_by_text("is as it was published").wait_for()
    assert analyst.faults == []
