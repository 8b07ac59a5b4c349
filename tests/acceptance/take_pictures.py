"""Take the picture of the report that the README shows.

Here: the front page of the newest release of a home, as a reader at a desk sees its upper part.
Not here: a test; `make pictures` runs this after a demo, and somebody looks at what it took.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WIDTH, HEIGHT = 1200, 1660
PICTURE = Path(__file__).parents[2] / "docs" / "images" / "report.png"


def newest_release(home: Path) -> Path | None:
    """Return the folder of the newest release of a home, if there is one."""
    found = sorted(path.parent for path in (home / "releases").rglob("manifest.json"))
    return found[-1] if found else None


def take_picture(page_address: str, path: Path) -> None:
    """Write the upper part of a page as a picture."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chromium-browser"),
            args=["--no-sandbox"],
        )
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(page_address)
        page.evaluate("document.fonts.ready")
        page.screenshot(path=path)
        browser.close()


if __name__ == "__main__":
    release = newest_release(Path(os.environ.get("COHORT_HOME", ".cohort")))
    if release is None:
        sys.exit("There is no release to take a picture of. Make one with `make demo`.")
    take_picture((release / "index.html").resolve().as_uri(), PICTURE)
    print(f"{PICTURE} is of {release}")  # noqa: T201 - a command's answer
