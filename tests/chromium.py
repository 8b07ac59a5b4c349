"""Chromium, for the tests that look at pages, and what axe-core says of a page.

Here: where it is, starting it, one run of axe-core. Not here: which pages are looked at.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: make viewers")
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Only what is wrong is told, and nothing is fetched a second time: half the time of a run.
_OPTIONS = {
    "runOnly": {"type": "tag", "values": _TAGS},
    "resultTypes": ["violations"],
    "preload": False,
    "selectors": False,
}


@contextmanager
def chromium() -> Generator[Browser]:
    """Run a Chromium until the block ends."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def axe_faults(page: Page) -> list[str]:
    """Return what axe-core finds on a page: the rule, its words, up to three places of each."""
    response = Axe().run(page, options=_OPTIONS).response
    assert response["testEngine"]["name"] == "axe-core"
    return [
        f"{one['id']}: {one['help']}: {node['html'][:120]}"
        for one in response["violations"]
        for node in one["nodes"][:3]
    ]
