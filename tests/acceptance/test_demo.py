"""The whole main job on the synthetic London, through the command, against its truth."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import duckdb
import httpx2
import pytest

from ingest.home import Home
from ingest.release_register import ReleaseRegister
from ingest.release_stages import Stage
from publisher.figures import Figures
from specification.load import load_collection
from synthetic.truth import Truth, read_truth
from tests.integration.portal_server import sign_in
from tests.unit.publisher.published_numbers import answers, checked_cells

pytestmark = [pytest.mark.acceptance, pytest.mark.xdist_group("demo"), pytest.mark.timeout(1200)]
COHORT = Path(sys.executable).with_name("cohort")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


class Demo:
    """What a finished demo printed and left."""

    def __init__(self, home: Path, lines: dict[str, str], talk: str) -> None:
        self.home, self.lines, self.talk = home, lines, talk

    @property
    def truth(self) -> Truth:
        return read_truth(self.home / "synthetic" / "truth.json")

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with duckdb.connect(self.lines["warehouse"], read_only=True) as connection:
            return connection.execute(statement).fetchall()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    home = tmp_path_factory.mktemp("demo") / "home"
    environment = os.environ | {"COHORT_HOME": str(home)}
    done = subprocess.run(
        [str(COHORT), "demo"], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    lines = dict(line.split(": ", 1) for line in done.stdout.splitlines())
    return Demo(home, lines, done.stderr)


def test_every_seeded_fault_is_found_and_nothing_else(demo: Demo) -> None:
    faults = [fault for one in demo.truth.submissions for fault in one.faults]
    seeded = len(faults)
    assert seeded >= 180
    assert len({fault.rule for fault in faults}) >= 130
    assert {fault.table for fault in faults} == set(load_collection().tables)
    assert demo.lines["faults"] == f"{seeded}/{seeded}"
    assert demo.lines["false alarms"] == "0"


def test_the_demo_says_where_everything_is(demo: Demo) -> None:
    assert list(demo.lines) == [
        "report",
        "release",
        "site",
        "warehouse",
        "checks",
        "faults",
        "false alarms",
        "boroughs",
        "seconds",
    ]
    for key in ("report", "release", "site", "warehouse", "checks"):
        assert Path(demo.lines[key]).exists()
    assert Path(demo.lines["release"]) == demo.home / "releases" / "2026-27Q2" / "1"
    assert demo.lines["boroughs"] == "33/33"
    assert "Publishing the comparative report" in demo.talk


@pytest.mark.parametrize(
    ("metric_id", "population", "figure"),
    [
        ("M01", "DIGITAL", "digital_starts"),
        ("M01b", "DIGITAL", "digital_false_starts"),
        ("M04", "DIGITAL", "digital_achievements"),
        ("M02", "DIGITAL", "digital_live"),
        ("M02b", "DIGITAL", "digital_waiting_for_assessment"),
    ],
)
def test_figures_of_every_borough_and_quarter_equal_the_truth(
    demo: Demo, metric_id: str, population: str, figure: str
) -> None:
    rows = demo.query(
        f"""select area_code, as_at_quarter, numerator from fct_metric_values
        where metric_id = '{metric_id}' and population = '{population}' and area_code <> 'REGION'
        and period_type = 'quarter' and period = as_at_quarter and slice_type = 'all'
        and value_state in ('given', 'zero')"""
    )
    truth = {
        (one.borough_code, one.quarter): getattr(one.counts, figure)
        for one in demo.truth.figures.boroughs
    }
    assert {(area, quarter): count for area, quarter, count in rows} == truth


def test_hackney_made_almost_a_quarter_of_the_first_hundred(demo: Demo) -> None:
    rows = demo.query(
        """select numerator, denominator from fct_metric_values
        where metric_id = 'M37' and population = 'DIGITAL' and area_code = 'E09000012'
        and period = '2019 to 2021' and as_at_quarter = '2026-27Q2'"""
    )
    years = demo.truth.figures.digital_direct_starts
    assert rows == [(years.hackney_window_2019_to_2021, years.window_2019_to_2021)]
    assert 100 < years.window_2019_to_2021 < 130
    assert 0.2 < years.hackney_window_2019_to_2021 / years.window_2019_to_2021 < 0.26


def test_the_absent_borough_is_a_row_and_not_a_gap(demo: Demo) -> None:
    absent = demo.truth.absent[0]
    where = f"where borough_code = '{absent.borough_code}' and quarter = '{absent.quarter}'"
    assert demo.query(f"select state from fct_return_status {where}") == [("not_returned",)]
    assert demo.query("select count(*) from fct_return_status") == [(33 * 8,)]
    coverage = demo.query(
        f"""select distinct boroughs_returned, boroughs_expected from fct_metric_values
        where as_at_quarter = '{absent.quarter}' and area_code = 'REGION' and metric_id = 'M01'
        and population = 'DIGITAL'"""
    )
    assert coverage == [(32, 33)]


def test_no_learner_number_leaves_the_raw_zone(demo: Demo) -> None:
    tables = demo.query(
        "select table_name, column_name from information_schema.columns where table_schema = 'main'"
    )
    assert not [column for _, column in tables if "uln" in str(column).lower()]
    keys = demo.query("select count(*) from fct_apprenticeships where length(person_key) = 66")
    assert int(str(keys[0][0])) > 0
    numbers = demo.query(
        r"select count(*) from fct_apprenticeships where regexp_full_match(person_id, '\d{10}')"
    )
    assert numbers == [(0,)]


def test_two_quarters_went_their_way_and_are_protected_together(demo: Demo) -> None:
    releases = ReleaseRegister(Home(demo.home).register_url).releases()
    stages = {
        one.name: (one.stage, one.made_by == one.checked_by)
        for quarter in releases.quarters()
        for one in releases.editions(quarter)
    }
    assert stages == {
        "2026-27Q1/1": (Stage.SET_ASIDE, False),
        "2026-27Q1/2": (Stage.PUBLISHED, False),
        "2026-27Q2/1": (Stage.PUBLISHED, False),
    }
    assert all(one.published_at == one.announced_at for one in releases.public())
    audit = json.loads((Path(demo.lines["release"]) / "audit.json").read_text("utf-8"))
    assert (audit["is_safe"], audit["together_with"]) == (True, ["2026-27Q1/2"])
    preview = next(demo.home.glob("previews/2026-27Q2/*/index.html")).read_text("utf-8")
    assert "Embargoed until 9:30, 26 November 2026" in preview


def test_the_site_holds_what_is_published_and_no_draft(demo: Demo) -> None:
    site = Path(demo.lines["site"]).parent
    editions = {path.parent.relative_to(site).as_posix() for path in site.rglob("manifest.json")}
    assert editions == {
        "releases/2026-27Q1",
        "releases/2026-27Q1/2",
        "releases/2026-27Q2",
        "releases/2026-27Q2/1",
    }
    assert "made up, like the figures" in (
        site / "releases" / "2026-27Q1" / "figures.json"
    ).read_text("utf-8")


def test_verify_finds_the_home_intact(demo: Demo) -> None:
    environment = os.environ | {"COHORT_HOME": str(demo.home)}
    done = subprocess.run(
        [str(COHORT), "verify"], env=environment, capture_output=True, text=True, check=True
    )
    assert "editions: 2\nintact: yes" in done.stdout


def test_the_site_shows_the_standing_and_the_release(demo: Demo) -> None:
    with served(demo) as port:
        assert "Synthetic data" in fetch(f"http://127.0.0.1:{port}/")
        address = f"http://localhost:{port}"
        with httpx2.Client(base_url=address, follow_redirects=True, timeout=60) as client:
            sign_in(client, "uploading officer")
            assert "33 of 33 boroughs have signed off" in client.get("/boroughs").text
        assert "funnel" in fetch(f"http://127.0.0.1:{port}/releases/2026-27Q2/")
        with pytest.raises(HTTPError, match="404"):
            fetch(f"http://127.0.0.1:{port}/releases/..%2fregister.sqlite")


def test_dagster_runs_beside_it_and_lets_nobody_change_anything(demo: Demo) -> None:
    """Its pages know their own names only, and end with the portal."""
    with served(demo) as port:
        pages = f"http://127.0.0.1:{port + 2}"
        fetch(f"{pages}/server_info")
        elsewhere = httpx2.get(pages, headers={"Host": "elsewhere.example"})
        assert elsewhere.status_code == 400
        asked = {"query": "{ permissions { permission value } }"}
        answer = httpx2.post(f"{pages}/graphql", json=asked).json()["data"]["permissions"]
        assert answer and not any(one["value"] for one in answer)
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(pages)


@contextmanager
def served(demo: Demo) -> Generator[int]:
    """Run `cohort serve` on the demo's home, and give the first of its ports."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"COHORT_HOME": str(demo.home)}
    server = subprocess.Popen([str(COHORT), "serve", "--port", str(port)], env=environment)
    try:
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


def fetch(url: str) -> str:
    """Return a page, once the server answers."""
    for _ in range(400):
        try:
            with urlopen(url, timeout=10) as answer:  # noqa: S310 # our own server on the loopback
                return answer.read().decode("utf-8")
        except HTTPError:
            raise
        except URLError:
            time.sleep(0.3)
    raise TimeoutError(url)


def test_every_number_of_the_report_can_be_counted_again(demo: Demo) -> None:
    text = Path(demo.lines["report"]).with_name("figures.json").read_text("utf-8")
    figures = Figures.model_validate_json(text)
    snapshot = Path(demo.lines["warehouse"])
    assert figures.warehouse_build == snapshot.resolve().stem
    assert sum(checked_cells(figures, snapshot).values()) > 500
    said = figures.coverage.model_dump()
    for query in figures.queries:
        (row,) = answers(snapshot, query.query)
        assert {name: said[name] for name in row} == row


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
@pytest.mark.parametrize("width", [1200, 390])
def test_the_report_fits_the_window_and_asks_nothing_of_another_host(
    demo: Demo, width: int
) -> None:
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(Path(demo.lines["report"]).as_uri())
        title = page.title()
        overflow = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        text = page.inner_text("body")
        browser.close()
    assert "apprenticeships" in title.lower()
    assert overflow <= 0
    assert "Synthetic data" in text
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
