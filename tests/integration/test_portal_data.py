"""Use the data: snapshots, files, dictionary, snippets that run, and SQL in the portal."""

from __future__ import annotations

import hashlib
import html
import io
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import httpx2
import pytest
from pyarrow import parquet as pq

from ingest.home import Home
from ingest.people import Grant, Role
from ingest.snapshots import current_warehouse
from portal.pages import asking, data
from portal.pages.data import size
from tests.integration.asked_home import SECRET, add_snapshot, make_home
from tests.integration.portal_server import Portal, portal_of, send, token_of

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("portal data")]
ANALYST = Grant(Role.ANALYSE)
NEWEST, OLDER = "warehouse-000002", "warehouse-000001"
_LINK = re.compile(r'href="(/data/snapshots/[^"]+)"')


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with portal_of(make_home(tmp_path_factory.mktemp("data"), builds=2)) as found:
        yield found


@pytest.fixture(scope="module")
def analyst(portal: Portal) -> httpx2.Client:
    return portal.signed_in("analyst", ANALYST)


def ask(
    client: httpx2.Client, query: str, *, give: str = "rows", build: str = NEWEST
) -> httpx2.Response:
    return send(client, "/data/sql", "/data/sql", sql=query, build=build, give=give)


def test_the_snapshots_are_listed_with_what_they_are_made_from(analyst: httpx2.Client) -> None:
    page = analyst.get("/data").text
    assert page.index(NEWEST) < page.index(OLDER)
    for words in ("Synthetic", "fct_progression", "nothing here is disclosure-controlled"):
        assert words in page
    one = analyst.get(f"/data/snapshots/{OLDER}").text
    assert "2026-27Q2: 9" in one and SECRET not in one
    assert analyst.get("/data/snapshots/warehouse-000009").status_code == 404


def test_every_file_that_is_offered_comes_with_its_hash(analyst: httpx2.Client) -> None:
    page = analyst.get(f"/data/snapshots/{NEWEST}").text
    sums = analyst.get(f"/data/snapshots/{NEWEST}/SHA256SUMS").text.splitlines()
    known = {name: digest for digest, _, name in (line.partition("  ") for line in sums)}
    files = [one for one in _LINK.findall(page) if "/files/" in one]
    assert len(files) == len(known) == 10  # five open tables, each as Parquet and CSV
    for link in files:
        file = analyst.get(link)
        name = file.headers["content-disposition"].split('"')[1]
        assert name.startswith(f"synthetic-{NEWEST}-")
        assert hashlib.sha256(file.content).hexdigest() == known[name]
        assert SECRET.encode() not in file.content


@pytest.mark.parametrize(
    "name",
    [
        "fct_progression.parquet", "fct_progression.csv", "fct_apprenticeships.parquet",
        "fct_nobody_knows.csv", "README.txt", "SHA256SUMS", "../warehouse-000001.duckdb",
        "..%2F..%2Fregister.sqlite", "%2e%2e/current", "/etc/passwd", "dim_day.parquet%00",
    ],
)  # fmt: skip
def test_no_other_file_can_be_had(analyst: httpx2.Client, name: str) -> None:
    assert analyst.get(f"/data/snapshots/{NEWEST}/files/{name}").status_code == 404


def test_every_open_table_in_one_file(analyst: httpx2.Client, tmp_path: Path) -> None:
    file = tmp_path / "open.duckdb"
    file.write_bytes(analyst.get(f"/data/snapshots/{NEWEST}/open.duckdb").content)
    with duckdb.connect(str(file), read_only=True) as connection:
        assert connection.execute("select count(*) from dim_day").fetchone() == (91,)
        names = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert ("fct_progression",) not in names and len(names) == 5


def test_a_snapshot_can_be_checked(portal: Portal, tmp_path: Path) -> None:
    with portal_of(make_home(tmp_path)) as other:
        client = other.signed_in("analyst", ANALYST)
        path = f"/data/snapshots/{OLDER}"
        whole = send(client, f"{path}/check", path)
        assert whole.status_code == 200 and "is as it was published" in whole.text
        file = current_warehouse(other.home).with_suffix("") / "dim_day.csv"
        file.chmod(0o644)
        file.write_text("day\n", "utf-8")
        altered = send(client, f"{path}/check", path)
        assert altered.status_code == 409 and "dim_day.csv" in altered.text
        assert str(other.home.root) not in altered.text


def test_the_dictionary_has_the_words_of_the_snapshot(analyst: httpx2.Client) -> None:
    overview = analyst.get("/data/dictionary").text
    assert "One row per as-at quarter and metric." in overview
    table = analyst.get("/data/dictionary/fct_metric_values").text
    assert "GSS code of the borough, or REGION" in table and "Choose one." in table
    for name in ("fct_progression", "fct_nobody_knows", "nothing"):
        assert analyst.get(f"/data/dictionary/{name}").status_code == 404


@pytest.mark.parametrize("kind", ["python-duckdb", "python-polars", "python-pandas"])
def test_the_snippets_run_on_what_is_downloaded(
    analyst: httpx2.Client, tmp_path: Path, kind: str
) -> None:
    page = analyst.get("/data/elsewhere").text
    found = re.search(rf'<pre id="{kind}"><code>(.*?)</code></pre>', page, re.DOTALL)
    assert found is not None
    code = html.unescape(found[1])
    for link in ("open.duckdb", "files/fct_metric_values.parquet", "files/dim_borough.parquet"):
        file = analyst.get(f"/data/snapshots/{NEWEST}/{link}")
        name = file.headers["content-disposition"].split('"')[1]
        (tmp_path / name).write_bytes(file.content)
    code += "\nprint(len(rates), 'Borough 9' in str(rates))"
    ran = subprocess.run(
        [sys.executable, "-I", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == "9 True"


def test_the_other_snippets_name_files_and_columns_that_are_there(analyst: httpx2.Client) -> None:
    page = html.unescape(analyst.get("/data/elsewhere").text)
    for name in ("fct_comparisons.csv", "fct_metric_values.parquet", "open.duckdb"):
        assert f"synthetic-{NEWEST}-{name}" in page
    assert '{{"numerator", Int64.Type}, {"denominator", Int64.Type},' in page
    assert "rates <- dbGetQuery" in page


def test_a_question_and_its_answer_in_three_forms(analyst: httpx2.Client) -> None:
    query = "select borough_name, 0.5 as rate, null as nothing from dim_borough order by all"
    page = ask(analyst, query)
    assert page.status_code == 200 and "9 rows" in page.text and "Borough 9" in page.text
    assert '<span class="app-null">null</span>' in page.text
    csv = ask(analyst, query, give="csv")
    assert csv.content.decode("utf-8-sig").splitlines()[1] == "Borough 1,0.5,"
    name = csv.headers["content-disposition"].split('"')[1]
    assert re.fullmatch(rf"synthetic-{NEWEST}-q-[0-9a-f]{{24}}\.csv", name), name
    parquet = ask(analyst, query, give="parquet")
    assert pq.read_table(io.BytesIO(parquet.content)).num_rows == 9


def test_what_is_shown_is_text_and_nothing_else(analyst: httpx2.Client) -> None:
    page = ask(analyst, "select '<script>alert(1)</script>' as \"<b>x</b>\"")
    assert "&lt;script&gt;" in page.text and "<script>" not in page.text
    assert "&lt;b&gt;x" in page.text


def test_what_cannot_be_run_is_said_beside_the_field(analyst: httpx2.Client) -> None:
    for query, sentence in {
        "select * from fct_progression": "cannot be opened here",
        "select nope from dim_day": "not found",
        "attach 'x'": "Only one SELECT",
        "": "Type a query.",
    }.items():
        page = ask(analyst, query)
        assert page.status_code == 422 and sentence in page.text and "sql-error" in page.text
        assert html.escape(query) in page.text.replace("&#39;", "&#x27;")
    gone = ask(analyst, "select 1", build="warehouse-000009")
    assert gone.status_code == 422 and "not kept any more" in gone.text
    odd = ask(analyst, "select 1", give="xlsx")
    assert odd.status_code == 404


def test_one_finds_ones_own_queries_and_runs_them_again(
    portal: Portal, analyst: httpx2.Client
) -> None:
    ask(analyst, "select max(day) from dim_day", build=OLDER)
    page = ask(analyst, "select   max(day) FROM dim_day", build=NEWEST)
    assert "2027-01-01" in page.text
    listed = analyst.get("/data/queries").text
    ids = re.findall(r"/data/queries/(q-[0-9a-f]{24})", listed)
    newer, older = ids[:2]
    assert newer != older
    shown = analyst.get(f"/data/queries/{older}").text
    assert "select max(day) from dim_day" in shown and OLDER in shown
    token = token_of(analyst.get(f"/data/queries/{older}"))
    fields = {"csrf": token, "sql": "select max(day) from dim_day", "build": OLDER, "give": "rows"}
    assert "2026-03-31" in analyst.post("/data/sql", data=fields).text
    assert analyst.get(f"/data/queries/{older}").text.count("Answered") == 2
    assert "select max(day)" in analyst.get(f"/data/sql?query={older}").text
    other = portal.signed_in("another analyst", ANALYST)
    assert other.get(f"/data/queries/{older}").status_code == 404
    assert other.get(f"/data/sql?query={older}").status_code == 404
    assert "asked nothing yet" in other.get("/data/queries").text


def test_a_query_says_so_when_its_snapshot_is_gone(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with portal_of(home) as portal:
        client = portal.signed_in("analyst", ANALYST)
        ask(client, "select 1", build=OLDER)
        for number in range(1, 4):
            add_snapshot(home, number)
        page = client.get("/data/queries").text
        found = re.search(r"/data/queries/q-[0-9a-f]{24}", page)
        assert found and "not kept any more" in client.get(found[0]).text
        assert "warehouse-000004" in client.get("/data/sql").text


def test_only_analysts_and_publishers_have_the_data(portal: Portal) -> None:
    """Every page about the data, of a snapshot that is there, as every other role."""
    publisher = portal.signed_in("a publisher", Grant(Role.PUBLISH))
    assert 'href="/data"' in publisher.get("/data").text
    for role in (Role.UPLOAD, Role.SIGN, Role.ADMINISTER):
        grant = Grant(role, "E09000012" if role.is_of_a_borough else "")
        client = portal.signed_in(f"somebody who may {role}", grant)
        assert 'href="/data"' not in client.get("/boroughs").text
        token = token_of(client.get("/boroughs"))
        for page in (*data.PAGES, *asking.PAGES):
            path = page.path.replace("{build}", NEWEST).replace("{name:path}", "dim_day.csv")
            path = path.replace("{table}", "dim_day").replace("{query}", "q-" + "0" * 24)
            form = {"csrf": token, "sql": "select 1", "build": NEWEST}
            answer = client.post(path, data=form) if page.is_form else client.get(path)
            assert answer.status_code == 404, (role, path)
            entered = publisher.get(path).status_code if not page.is_form else 200
            assert entered == 200 or "{query}" in page.path, path


def test_a_home_without_a_warehouse_says_so(tmp_path: Path) -> None:
    with portal_of(Home(tmp_path)) as portal:
        client = portal.signed_in("analyst", ANALYST)
        for path in ("/data", "/data/sql", "/data/dictionary", "/data/elsewhere"):
            assert "There is no snapshot" in client.get(path).text
        assert client.get("/data/queries").status_code == 200


def test_sizes_are_said_as_people_read_them() -> None:
    assert [size(one) for one in (1, 361, 6_161, 164_836, 89_665_536)] == [
        "0.1 kB", "0.4 kB", "6.2 kB", "0.2 MB", "89.7 MB",
    ]  # fmt: skip
