"""The pages in a real browser: axe-core finds nothing, nothing is cut off, nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from publisher.editions import Edition
from publisher.release import Release
from publisher.site import write_site
from specification.periods import Quarter
from tests.chromium import axe_faults, chromium, needs_chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    needs_chromium,
]
OWN = ("index.html", "calendar.html", "about.html", "accessibility.html")
BOROUGHS = ("E09000012", "E09000021", "E09000001")
"""Hackney, with everything; Kingston, which did not return; the City, digital only."""


@pytest.fixture(scope="module")
def site(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser") / "site"
    first = Edition(
        Quarter(2026, 2), 1, release.folder, datetime(2026, 11, 26, 9, 30, tzinfo=UTC),
        superseded_by=2,
    )  # fmt: skip
    second = replace(
        first,
        number=2,
        superseded_by=None,
        reason="Sutton sent one cohort twice.",
        published_at=datetime(2026, 12, 3, 9, 30, tzinfo=UTC),
    )
    write_site(
        [first, second], folder, contact="data@example.org", pre_release=("Director",)
    )  # fmt: skip
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _addresses(site: Path) -> list[str]:
    """Return the pages looked at: the site's, the front, each topic, three boroughs, a replaced."""
    release = site / "releases" / "2026-27Q2"
    topics = sorted(path.name for path in release.glob("topics/*.html"))
    assert len(topics) >= 3
    return [
        *OWN,
        "releases/2026-27Q2/index.html",
        "releases/2026-27Q2/1/boroughs/E09000012.html",
        *(f"releases/2026-27Q2/topics/{name}" for name in topics),
        *(f"releases/2026-27Q2/boroughs/{code}.html" for code in BOROUGHS),
    ]


@pytest.mark.parametrize("width", [1200, 390])
def test_axe_finds_nothing(site: Path, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    found: list[str] = []
    for address in _addresses(site):
        page.goto((site / address).as_uri())
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
        found += [f"{address}: {one}" for one in axe_faults(page)]
    page.close()
    assert found == []


def test_axe_would_find_something(site: Path, browser: Browser, tmp_path: Path) -> None:
    text = (site / "index.html").read_text("utf-8")
    (tmp_path / "index.html").write_text(text.replace(' lang="en-GB"', "").replace("<h1", "<h4"))
    page = browser.new_page()
    page.goto((tmp_path / "index.html").as_uri())
    found = axe_faults(page)
    page.close()
    assert [one for one in found if one.startswith("html-has-lang: ")]


@pytest.mark.parametrize("width", [1200, 390, 320])
def test_no_page_scrolls_sideways_or_asks_another_host(
    site: Path, browser: Browser, width: int
) -> None:
    asked: list[str] = []
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.on("request", lambda request: asked.append(request.url))
    too_wide: list[str] = []
    for address in [*_addresses(site), "releases/2026-27Q2/report.html"]:
        page.goto((site / address).as_uri())
        if page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0:
            too_wide.append(address)
    page.close()
    assert too_wide == []
    assert len([url for url in asked if url.endswith("assets/inter.woff2")]) > 0
    assert [url for url in asked if not url.startswith((site.as_uri(), "data:"))] == []


def test_everything_works_without_javascript(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_role("link", name="July to September 2026").first.click()
    page.get_by_role("link", name="Hackney", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text() == "Hackney"
    page.get_by_role("link", name="Completions").first.click()
    table = page.locator("#table-every-kind-by-borough")
    assert not table.is_visible()
    page.locator("details:has(#table-every-kind-by-borough) > summary").first.click()
    assert table.is_visible()
    context.close()
