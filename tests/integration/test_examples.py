"""What analysts open: the examples run on the demo's snapshot, and the data dictionary is current.

Here: each example as an analyst runs it, in its own process. Not here: the refresh of the Excel
workbook and the R file, which need Excel and R; the figures themselves (acceptance tests).
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import duckdb
import openpyxl
import polars
import pytest

from examples import make_workbook
from orchestration.documents import render_warehouse
from specification.metrics import Sum, load_catalogue

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
COHORT = Path(sys.executable).with_name("cohort")
SOFFICE = shutil.which("soffice")
COUNTED = re.compile(r'"(M\w+)": \((.+?), (None|"\w+"), "(\w+)"\)')
on_the_demo = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's home: the one that the acceptance tests made in this process, else a new one."""
    made = sorted(tmp_path_factory.getbasetemp().glob("demo*/home/warehouse/current"))
    if made:
        return made[0].parents[1]
    new = tmp_path_factory.mktemp("demo") / "home"
    done = run([str(COHORT), "demo"], new)
    assert done.returncode == 0, done.stderr[-3000:]
    return new


def run(command: list[str], home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command on a home, from another folder than the project's."""
    environment = os.environ | {"COHORT_HOME": str(home)}
    return subprocess.run(
        command, env=environment, cwd=home.parent, capture_output=True, text=True, check=False
    )


def run_example(name: str, home: Path, *arguments: str) -> str:
    """Return what an example prints; a notebook runs every cell and fails with the first."""
    done = run([sys.executable, "-W", "error::UserWarning", str(EXAMPLES / name), *arguments], home)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def live_snapshot(home: Path) -> Path:
    return home / "warehouse" / (home / "warehouse" / "current").read_text("ascii")


class TestOnTheDemo:
    pytestmark = on_the_demo

    @pytest.mark.parametrize("metric", ["M05", "M01", "M17", "M34c", "M25"])
    def test_a_borough_is_compared(self, home: Path, metric: str) -> None:
        run_example("compare_my_borough.py", home, "--", "--metric", metric)

    @pytest.mark.parametrize(
        "figure",
        [
            ("M05",),
            ("M05", "--borough", "REGION", "--population", "ALL"),
            ("M01", "--borough", "Camden", "--period", "2025-26"),
            ("M02", "--borough", "REGION"),
            ("M11b", "--borough", "REGION", "--period", "2025/26"),
            ("M16", "--borough", "REGION", "--quarter", "2025-26Q4"),
        ],
        ids=" ".join,
    )
    def test_a_figure_is_recounted_as_equal(self, home: Path, figure: tuple[str, ...]) -> None:
        printed = run_example("check_a_figure.py", home, "--", "--metric", *figure)
        assert re.search(r"Counted again from the rows: \d.* equal$", printed.strip())

    def test_a_figure_that_is_not_there_says_why(self, home: Path) -> None:
        with duckdb.connect(str(live_snapshot(home)), read_only=True) as connection:
            absent = connection.execute(
                "select borough_code, quarter from fct_return_status where state = 'not_returned'"
            ).fetchall()
        assert absent
        where = ("--borough", absent[0][0], "--quarter", absent[0][1])
        printed = run_example("check_a_figure.py", home, "--", "--metric", "M05", *where)
        assert printed.strip() == "There is no figure to recount: not returned."

    def test_a_figure_that_its_rows_do_not_say_is_found(self, home: Path, tmp_path: Path) -> None:
        wrong = tmp_path / "home" / "warehouse"
        wrong.mkdir(parents=True)
        copy = wrong / "warehouse-000001.duckdb"
        shutil.copyfile(live_snapshot(home), copy)
        (wrong / "current").write_text(copy.name)
        with duckdb.connect(str(copy)) as connection:
            connection.execute(
                "update fct_metric_values set numerator = numerator + 1 "
                "where metric_id = 'M05' and area_code = 'E09000012'"
            )
        done = run([sys.executable, str(EXAMPLES / "check_a_figure.py")], wrong.parent)
        assert done.returncode != 0
        assert done.stdout.strip().endswith("not equal")

    def test_ibis_prints_every_borough(self, home: Path) -> None:
        lines = run_example("with_ibis.py", home).splitlines()
        assert lines[0].startswith("Achievement rate as known at the end of 2026-27Q2")
        assert len(lines) == 2 + 33

    def test_polars_prints_every_quarter(self, home: Path) -> None:
        printed = run_example("with_polars.py", home)
        assert len(re.findall(r"│ \d{4}-\d{2}Q\d ", printed)) == 8

    def test_polars_reads_a_table_of_many_files(self, home: Path, tmp_path: Path) -> None:
        live = live_snapshot(home)
        parts = tmp_path / "home" / "warehouse" / live.stem / "fct_metric_values"
        parts.mkdir(parents=True)
        (parts.parents[1] / "current").write_text(live.name)
        whole = polars.read_parquet(live.with_suffix("") / "fct_metric_values.parquet")
        for quarter, rows in whole.group_by("as_at_quarter"):
            rows.write_parquet(parts / f"{quarter[0]}.parquet")
        same = run_example("with_polars.py", tmp_path / "home")
        assert same == run_example("with_polars.py", home)

    def test_each_query_has_an_answer(self, home: Path) -> None:
        queries = duckdb.extract_statements((EXAMPLES / "query.sql").read_text("utf-8"))
        with duckdb.connect(str(live_snapshot(home)), read_only=True) as connection:
            answers = [len(connection.execute(query).fetchall()) for query in queries]
        assert len(answers) == 5
        assert answers[1:4] == [33, 8, 8]
        assert min(answers) > 0

    def test_the_workbook_knows_the_columns_of_the_file(self, home: Path) -> None:
        exported = live_snapshot(home).with_suffix("") / f"{make_workbook.TABLE}.csv"
        with exported.open(encoding="utf-8", newline="") as lines:
            assert next(csv.reader(lines)) == list(make_workbook.COLUMNS)
        with duckdb.connect(str(live_snapshot(home)), read_only=True) as connection:
            types = connection.execute(
                "select column_name, data_type from duckdb_columns() where table_name = ?",
                [make_workbook.TABLE],
            ).fetchall()
        texts = {name for name, kind in types if kind == "VARCHAR"}
        assert texts == {name for name, kind in make_workbook.COLUMNS.items() if kind == "T"}

    @pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
    def test_the_workbooks_formulas_find_the_borough(self, home: Path, tmp_path: Path) -> None:
        live = live_snapshot(home)
        fill(live.with_suffix("") / f"{make_workbook.TABLE}.csv", tmp_path / "filled.xlsx")
        convert(tmp_path / "filled.xlsx", "ods")
        convert(tmp_path / "filled.ods", "xlsx")
        book = openpyxl.load_workbook(tmp_path / "filled.xlsx", data_only=True)
        rows = book["My borough"].iter_rows(values_only=True)
        shown = {str(row[0]): row for row in rows}
        assert shown["As known at the end of"][1] == "2026-27Q2"
        with duckdb.connect(str(live), read_only=True) as connection:
            expected = connection.execute(
                """select metric_id, period, numerator, denominator, words from fct_comparisons
                where unit_code = 'E09000012' and population = 'DIGITAL'
                and as_at_quarter = '2026-27Q2'"""
            ).fetchall()
        found = {
            (name.split()[0], row[1], row[2], row[3], row[9])
            for name, row in shown.items()
            if re.match(r"M\d\d ", name)
        }
        assert found == set(expected)
        assert len(found) == 4


def fill(exported: Path, target: Path) -> None:
    """Put an exported file where Excel's refresh would; openpyxl keeps no connection."""
    book = openpyxl.load_workbook(EXAMPLES / "cohort.xlsx")
    sheet = book[make_workbook.TABLE]
    kinds = list(make_workbook.COLUMNS.values())
    with exported.open(encoding="utf-8", newline="") as lines:
        for number, row in enumerate(csv.reader(lines), 1):
            for column, (value, kind) in enumerate(zip(row, kinds, strict=True), 1):
                is_number = kind == "N" and number > 1 and value
                sheet.cell(number, column, float(value) if is_number else value or None)
    book.save(target)


def convert(path: Path, kind: str) -> None:
    """Open a workbook in LibreOffice and save it beside itself in another format."""
    assert SOFFICE is not None
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [SOFFICE, profile, "--headless", "--convert-to", kind, "--outdir", str(path.parent)]
    subprocess.run([*command, str(path)], check=True, capture_output=True, timeout=240)
    assert path.with_suffix(f".{kind}").stat().st_size > 0


def test_the_notebook_counts_as_the_specification_says() -> None:
    text = (EXAMPLES / "check_a_figure.py").read_text("utf-8")
    listed = COUNTED.findall(text)
    assert len(listed) > 20
    for metric_id, numerator, denominator, placed_by in listed:
        counting = load_catalogue().metric(metric_id).counting
        assert isinstance(counting, Sum)
        assert counting.fact == "fct_apprenticeships"
        group = re.fullmatch(r'withdrew\.format\("(\w+)"\)', numerator)
        of_group = f"case when reason_group = '{group[1]}' then 1 else 0 end" if group else None
        assert counting.numerator == (of_group or numerator.strip('"'))
        assert counting.denominator == (None if denominator == "None" else denominator.strip('"'))
        assert counting.placed_by == placed_by


def test_the_workbook_is_the_one_that_its_module_makes(tmp_path: Path) -> None:
    make_workbook.make_workbook(tmp_path / "cohort.xlsx")
    assert contents(EXAMPLES / "cohort.xlsx") == contents(tmp_path / "cohort.xlsx"), (
        "run `python examples/make_workbook.py`"
    )


def contents(package: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(package) as parts:
        assert parts.testzip() is None
        return {name: parts.read(name) for name in parts.namelist()}


def test_every_part_of_the_workbook_is_led_to() -> None:
    """Excel itself is not run here: the package is read by the rules that Excel reads it by."""
    parts = contents(EXAMPLES / "cohort.xlsx")
    trees = {name: ElementTree.fromstring(text) for name, text in parts.items()}  # noqa: S314
    typed = {one.get("PartName", "").lstrip("/") for one in trees["[Content_Types].xml"]}
    assert {"xl/connections.xml", "xl/queryTables/queryTable1.xml"} <= typed & set(parts)
    led_to = {
        (Path(name).parents[1] / one.get("Target", "")).as_posix()
        for name, tree in trees.items()
        if name.endswith(".rels") and name != "_rels/.rels"
        for one in tree
    }
    assert "xl/connections.xml" in led_to
    assert "xl/worksheets/../queryTables/queryTable1.xml" in led_to
    connection = trees["xl/connections.xml"][0]
    assert connection.get("id") == trees["xl/queryTables/queryTable1.xml"].get("connectionId")
    assert connection[0].get("prompt") == "1"
    assert len(connection[0][0]) == len(make_workbook.COLUMNS)


def test_the_workbook_opens_and_says_what_is_not_run() -> None:
    book = openpyxl.load_workbook(EXAMPLES / "cohort.xlsx")
    assert book.sheetnames == ["My borough", make_workbook.TABLE, "lists"]
    said = [cell.value for (cell,) in book["My borough"]["A1:A20"]]
    assert any(str(one).startswith("Not run in CI") for one in said)
    assert book[make_workbook.TABLE].max_row == 1, "the workbook is shipped without figures"
    page = (ROOT / "docs" / "analysts.md").read_text("utf-8")
    assert page.count("**Not run in CI**") == 2
    assert "Not run in CI" in (EXAMPLES / "with_r.R").read_text("utf-8")


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_libreoffice_prints_the_workbook(tmp_path: Path) -> None:
    shutil.copyfile(EXAMPLES / "cohort.xlsx", tmp_path / "cohort.xlsx")
    convert(tmp_path / "cohort.xlsx", "pdf")
    assert (tmp_path / "cohort.pdf").read_bytes().startswith(b"%PDF")


def test_every_link_of_the_analysts_page_leads_to_a_file() -> None:
    page = ROOT / "docs" / "analysts.md"
    links = re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))
    assert len(links) > 8
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_data_dictionary_is_current() -> None:
    rendered = render_warehouse()
    stale = [str(path) for path, text in rendered.items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make generate`"
    text = next(iter(rendered.values()))
    # One known column, from its model's .yml and back to its field.
    line = "| `start_date` | date |"
    found = [row for row in text.splitlines() if row.startswith(line)]
    assert any("`apprentices.start_date`" in row for row in found)
