"""The portal by keyboard alone: a return from sign-in to receipt, each stop on the way seen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from ingest.home import Home
from ingest.people import Grant, Role
from specification.periods import Quarter
from tests.chromium import chromium, needs_chromium
from tests.integration.portal_server import Portal, portal_of
from tests.integration.small_returns import as_workbook, person

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.xdist_group("portal"),
    needs_chromium,
]
HACKNEY, RETURN = "E09000012", "/return/2026-27Q2"
MOST_STOPS = 120

FOCUSED = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const named = one.labels && one.labels.length ? one.labels[0] : null;
  const label = named ? named.innerText : "";
  const style = getComputedStyle(one), box = one.getBoundingClientRect();
  const near = named ? getComputedStyle(named, "::before") : style;
  const marked = [style, near].some(
    (s) => s.outlineStyle !== "none" || s.boxShadow !== "none" || s.borderWidth > "2px");
  return {
    name: (label || one.innerText || one.value || one.id || "").trim(),
    marked: marked, width: box.width, height: box.height, key: one.outerHTML.slice(0, 300),
  };
}"""
REACHABLE = """() => [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, textarea, summary")]
  .filter((one) => !one.disabled && one.checkVisibility()).length"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of(Home(tmp_path_factory.mktemp("keyboard"))) as found:
        yield found


@pytest.fixture
def page(portal: Portal) -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page(base_url=portal.url)


def walk(page: Page) -> list[str]:
    """Tab through a whole page and return the names of its stops; each has to be seen."""
    page.goto(page.url.partition("#")[0])  # from the top
    names: list[str] = []
    seen: set[str] = set()
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None or found["key"] in seen:
            break
        seen.add(found["key"])
        assert found["marked"], f"{page.url}: the focus on “{found['name']}” cannot be seen"
        assert found["width"] > 0 and found["height"] > 0, found["name"]
        names.append(found["name"])
    else:
        pytest.fail(f"{page.url}: the keyboard does not come round")
    return names


def go(page: Page, name: str, key: str = "Enter") -> None:
    """Tab to something by its name and press a key on it."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is not None and found["name"].startswith(name):
            if key == "Space":
                page.keyboard.press(key)
                return
            with page.expect_navigation():
                page.keyboard.press(key)
            return
    pytest.fail(f"{page.url}: no way to “{name}” by keyboard")


def sign_in(page: Page, portal: Portal, subject: str, role: Role) -> None:
    portal.known(subject, Grant(role, HACKNEY))
    page.context.clear_cookies()
    page.goto("/sign-in")
    go(page, subject)


def test_a_return_by_keyboard(portal: Portal, page: Page, tmp_path: Path) -> None:
    sign_in(page, portal, "uploading officer", Role.UPLOAD)
    page.goto(RETURN)
    page.keyboard.press("Tab")
    first = page.evaluate(FOCUSED)
    assert first["name"] == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")
    assert len(walk(page)) >= page.evaluate(REACHABLE)
    go(page, "Upload your return")
    walk(page)
    file = as_workbook([person(1), person(2, weekly_hours="full time")], Quarter(2026, 2))[0]
    path = tmp_path / file.name
    path.write_bytes(file.content)
    # The dialog of the operating system is beyond the page: the file is given to the field.
    page.get_by_label("Choose your file").set_input_files(path)
    go(page, "Upload and check")
    while "/checking/" in page.url:
        go(page, "See whether it is ready")
    assert page.get_by_role("heading", name="Fix 1 cell, then send this file again").count()
    assert len(walk(page)) >= page.evaluate(REACHABLE)
    go(page, "Upload a corrected file")
    path.write_bytes(as_workbook([person(1), person(2)], Quarter(2026, 2))[0].content)
    page.get_by_label("Choose your file").set_input_files(path)
    go(page, "Upload and check")
    while "/checking/" in page.url:
        go(page, "See whether it is ready")
    sign_in(page, portal, "signing officer", Role.SIGN)
    page.goto(RETURN)
    go(page, "Sign off")
    assert len(walk(page)) >= page.evaluate(REACHABLE)
    go(page, "I confirm", key="Space")
    go(page, "Sign off for Hackney")
    assert page.url.endswith("/receipt")
    walk(page)
