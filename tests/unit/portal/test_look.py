"""The frame of the portal and what its screens are made of, drawn with invented content."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import DictLoader, Environment, FileSystemLoader, StrictUndefined
from jinja2.loaders import ChoiceLoader
from playwright.sync_api import Browser, Page, Route

import portal
from tests.chromium import axe_faults, chromium, needs_chromium

needs_browser = [
    pytest.mark.browser,
    pytest.mark.xdist_group("browser"),
    needs_chromium,
]
PORTAL = Path(portal.__file__).parent
STATIC = PORTAL / "static"
THEME = PORTAL / "theme"
ADDRESS = "http://portal.test/"
POLICY = (
    "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}

PAGE = """\
{% extends "layout.html.jinja" %}
{% import "components.html.jinja" as made %}
{% set title = "Everything at once" %}
{% block content %}
{{ made.error_summary(errors) }}
<div class="govuk-grid-row">
<div class="govuk-grid-column-two-thirds">
<span class="govuk-caption-xl">Nowhere upon Thames</span>
<h1 class="govuk-heading-xl">Apprenticeship return, July to September 2099</h1>
{{ made.due_panel("Due in 4 days", "Return and sign off by 5pm on Friday 30 October.",
                  "Two of nine boroughs have signed off.") }}
{{ made.task_list(tasks) }}
</div>
<div class="govuk-grid-column-one-third">
<h2 class="govuk-heading-m">Next returns</h2>
<ul class="govuk-list"><li><strong>30 October 2099</strong><br>July to September</li></ul>
</div>
</div>
{{ made.big_numbers(numbers) }}
<div class="govuk-button-group">
{{ made.link_button("Download your file with the cells marked", "/marked") }}
{{ made.link_button("Upload a corrected file", "/upload", "secondary") }}
<a class="govuk-link" href="/findings.csv">The list as CSV</a>
</div>
<div class="govuk-grid-row">
<div class="govuk-grid-column-one-third">
<h2 class="govuk-heading-s">You must fix</h2>
{{ made.problem_menu(menu) }}
</div>
<div class="govuk-grid-column-two-thirds">
<section class="app-issue" id="ethnic">
<h2 class="govuk-heading-m">Choose a group from the list <span class="app-count">5</span></h2>
{{ made.cell_neighbours(columns, cells) }}
</section>
{{ made.figures_table("What will be published", ["Figure", "This quarter", "Last quarter"],
                      [["Starts", "137", "96"], ["On programme at the end", "302", "288"]]) }}
{{ made.figures_table("Versions", ["Version", "Uploaded", "Rows"],
                      [["4", "27 October, 11.08am", "412"]], text_columns=2) }}
{{ made.summary(rows) }}
<p class="govuk-body">{{ made.tag("Signed off", "green") }} {{ made.tag("To fix", "red") }}
{{ made.tag("Checked", "blue") }} {{ made.tag("Not started", "grey") }} {{ made.tag("None") }}</p>
<form method="post">
{{ made.file_field("files", "Choose your file", hint="Up to 50 MB.", error="Choose a file.",
                   accept=".xlsx,.csv", is_multiple=true) }}
{{ made.textarea("reason", "Why it is right", hint="Name nobody.", error="Say why.") }}
{{ made.checkbox("confirm", "I confirm that these figures are complete and accurate",
                 error="Confirm the figures.") }}
{{ made.button("Sign off for Nowhere upon Thames") }}
{{ made.button("Send back", kind="secondary", name="step", value="back") }}
</form>
</div>
</div>
<h2 class="govuk-heading-m">All boroughs</h2>
{{ made.tile_map(tiles) }}
{% endblock %}
"""


def _shown() -> dict[str, Any]:
    states = [("Signed off", "green"), ("Checked", "blue"), ("To fix", "red"), ("Not started", "")]
    texts = ["Your return", "History", "All boroughs", "Reports", "People", "Help"]
    marked = {"text": "Marsh folk", "is_marked": True}
    return {
        "service_name": "London borough data returns",
        "navigation": [
            {"text": one, "href": f"/{place}", "is_current": place == 0}
            for place, one in enumerate(texts)
        ],
        "place": "Nowhere upon Thames",
        "csrf": "not-a-secret",
        "is_synthetic": True,
        "has_errors": True,
        "back": {"text": "Back to your return", "href": "/return"},
        "notice": "Your reason is kept",
        "errors": [
            {"text": "Choose a file.", "href": "#files"},
            {"text": "The service was busy.", "href": ""},
        ],
        "tasks": [
            {"text": "Download the template", "href": "/a", "status": "Completed"},
            {
                "text": "Fix what we found",
                "href": "/b",
                "hint": "17 cells in 17 of 412 rows",
                "status": "17 to fix",
                "kind": "red",
            },
            {"text": "Explain", "href": "/c", "hint": "3", "status": "Not started", "kind": "blue"},
            {"text": "Sign off", "href": "", "hint": "By the signer", "status": "Cannot start yet"},
        ],
        "numbers": [
            {"value": "412", "label": "rows read", "colour": ""},
            {"value": "395", "label": "rows with nothing to fix"},
            {"value": "17", "label": "cells to fix", "colour": "red"},
            {"value": "−24", "label": "cells to fix since version 2 (41)", "colour": "green"},
        ],
        "menu": [
            {"text": "Ethnic group must be one of the choices", "href": "#ethnic", "count": 5},
            {"text": "Start date must be a real date", "href": "#ethnic", "count": 1284},
        ],
        "columns": [
            {"letter": letter, "name": name, "is_marked": letter == "F"}
            for letter, name in zip(
                "DEFGH", ["Level", "Age at start", "Ethnic group", "Sex", "Route"], strict=True
            )
        ],
        "cells": [
            {
                "number": number,
                "cells": [
                    marked if number == 12 and place == 2 else {"text": text, "is_marked": False}
                    for place, text in enumerate(["3", "22", "Hill folk", "Male", "Contractor"])
                ],
            }
            for number in (11, 12, 13)
        ],
        "rows": [
            {"key": "Checks", "value": "61 of 61 passed"},
            {
                "key": "Note on starts",
                "value": "43 school transfers",
                "action": {"text": "Change", "href": "/c"},
            },
        ],
        "tiles": [
            {
                "column": place % 8 + 1,
                "row": place // 8 + 1,
                "short": f"N{place:02}",
                "name": f"Nowhere {place}",
                "status": states[place % 4][0],
                "kind": states[place % 4][1],
                "href": "/return" if place % 2 else "",
            }
            for place in range(33)
        ],
    }


def _draw(**changed: Any) -> str:
    """Return the page as the portal draws it: a name that nobody gives is a mistake."""
    drawn = Environment(
        loader=ChoiceLoader([DictLoader({"page": PAGE}), FileSystemLoader(PORTAL / "templates")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return drawn.get_template("page").render(_shown() | changed)


def test_the_title_says_the_page_the_service_and_errors() -> None:
    with_errors = _draw()
    without = _draw(has_errors=False)
    assert "<title>Error: Everything at once – London borough data returns</title>" in with_errors
    assert "<title>Everything at once – London borough data returns</title>" in without


def test_what_is_not_given_is_not_drawn() -> None:
    text = _draw(navigation=[], place="", is_synthetic=False, back=None, notice=None, errors=[])
    for absent in ("app-navigation", "Sign out", "Synthetic", "back-link", "Done", "error-summary"):
        assert absent not in text, absent


def test_text_of_a_file_is_never_markup() -> None:
    row = {"number": 1, "cells": [{"text": "<script>", "is_marked": True}]}
    assert "<script" not in _draw(cells=[row], place="<script>", notice="<script>")


def test_pages_have_no_script_or_style_of_their_own() -> None:
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|data:", _draw())


def test_the_style_asks_no_other_host() -> None:
    text = (STATIC / "portal.css").read_text("utf-8")
    rules = re.sub(r"/\*.*?\*/|\[href\^=[^]]*\]", "", text, flags=re.DOTALL)
    assert not re.search(r"https?:|data:|@import|//", rules)
    assert "GDS Transport" not in text
    addresses = re.findall(r"url\(\"?([^)\"]+)", rules)
    assert addresses
    assert [one for one in addresses if not (STATIC / one).is_file()] == []


def test_the_style_is_what_the_theme_compiles_to(tmp_path: Path) -> None:
    sass = THEME / "node_modules" / ".bin" / "sass"
    if not (shutil.which("npm") and sass.exists()):
        pytest.skip("npm did not install the theme here: run make theme")
    build = json.loads((THEME / "package.json").read_text("utf-8"))["scripts"]["build"]
    arguments = build.replace("../static/portal.css", str(tmp_path / "portal.css")).split()
    subprocess.run([sass, *arguments[1:]], cwd=THEME, check=True)
    assert (tmp_path / "portal.css").read_bytes() == (STATIC / "portal.css").read_bytes()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def _open(browser: Browser, width: int, *, has_policy: bool = True) -> Page:
    """Open the page under the portal's policy; any request but for our own files fails."""

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if not path:
            headers = {"Content-Security-Policy": POLICY} if has_policy else {}
            route.fulfill(body=_draw(), content_type="text/html; charset=utf-8", headers=headers)
        elif path.startswith("static/"):
            found = STATIC / path.removeprefix("static/")
            route.fulfill(body=found.read_bytes(), content_type=TYPES[found.suffix])
        else:
            route.abort()

    page = browser.new_page(viewport={"width": width, "height": 900})
    page.route("**/*", answer)
    page.goto(ADDRESS)
    page.evaluate("document.fonts.ready")
    return page


@pytest.mark.parametrize("width", [1280, 390])
class TestInABrowser:
    """What only a browser can tell, on a desk and on a phone."""

    pytestmark = needs_browser

    def test_axe_finds_nothing(self, browser: Browser, width: int) -> None:
        page = _open(browser, width)
        found = axe_faults(page)
        page.close()
        assert found == []

    def test_nothing_scrolls_sideways(self, browser: Browser, width: int) -> None:
        page = _open(browser, width)
        beyond = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        page.close()
        assert beyond <= 0

    def test_the_policy_stops_nothing(self, browser: Browser, width: int) -> None:
        page = _open(browser, width, has_policy=False)
        without_policy = page.screenshot(full_page=True)
        page.close()
        page = _open(browser, width)
        loaded = page.evaluate("document.fonts.check('16px Inter')")
        assert page.screenshot(full_page=True) == without_policy
        page.close()
        assert loaded

    def test_tiles_stand_where_they_belong(self, browser: Browser, width: int) -> None:
        page = _open(browser, width)
        boxes = [one.bounding_box() for one in page.locator(".app-tile").all()]
        page.close()
        first, second, ninth = boxes[0], boxes[1], boxes[8]
        assert first and second and ninth
        assert first["y"] == second["y"] and first["x"] < second["x"]
        assert first["x"] == ninth["x"] and first["y"] < ninth["y"]
