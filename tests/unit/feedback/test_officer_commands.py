"""The commands that write workbooks, and the fix list, as an officer reads them."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from cli.findings import print_fix_list, write_marked
from cli.template import register
from feedback.das import download_headings
from feedback.filling import Filling
from feedback.template import GUIDANCE, STAMP, template_workbook
from ingest.grid import UploadedFile
from ingest.home import Home
from ingest.landing import Landing
from ingest.register import LandedFile, Register
from specification.findings import CheckResult, Finding, Normalisation
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
TABLE = COLLECTION.tables["apprentices"]
HACKNEY = ("--borough", "Hackney", "--quarter", "2026-27Q2")


def run(*arguments: str | Path) -> Result:
    app = typer.Typer()
    register(app)
    return CliRunner().invoke(app, [str(one) for one in arguments])


def result_of(*rows: int, verdict: str = "needs_fixing") -> CheckResult:
    findings = [
        Finding(
            rule="F-003",
            severity="error",
            table="apprentices",
            sheet="Apprentices",
            row=row,
            column="start_date",
            cell=f"N{row}",
            value="Sept 26",
            expected="",
            message="“Sept 26” in “Start date” is not a date that we can read.",
            fix="Write the day, month and year.",
            reference=f"HCK-{row}/1",
        )
        for row in rows
    ]
    repair = Normalisation(
        table="apprentices",
        sheet="Apprentices",
        row=2,
        column="funding",
        cell="A2",
        before="levy",
        after="LEVY",
        reason="written as its code",
    )
    return CheckResult.model_validate(
        {
            "schema": "cohort.check/1",
            "borough": "E09000012",
            "quarter": "2026-27Q2",
            "verdict": verdict,
            "rows": {"apprentices": 288},
            "errors": len(findings),
            "queries": 0,
            "findings": findings,
            "normalised": [repair] * 412,
            "passed": [COLLECTION.rules[0].id, COLLECTION.rules[1].id],
        }
    )


def printed(result: CheckResult) -> str:
    out = io.StringIO()
    print_fix_list(result, Console(file=out, width=140))
    return out.getvalue()


def test_a_template_is_written_for_the_declared_borough_and_quarter(tmp_path: Path) -> None:
    out = tmp_path / "return.xlsx"
    ran = run("template", *HACKNEY, "--out", out)
    assert (ran.exit_code, ran.output) == (0, f"workbook: {out}\n")
    stamp = openpyxl.load_workbook(out)[STAMP]
    assert [row[1].value for row in stamp.iter_rows()][1:3] == ["E09000012", "2026-27Q2"]


def test_a_template_without_a_name_is_named_for_the_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("template", *HACKNEY).exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["return-HCK-2026-27Q2.xlsx"]


def test_prefilling_takes_the_last_signed_return(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_HOME", str(tmp_path / "home"))
    out = tmp_path / "return.xlsx"
    none = run("template", *HACKNEY, "--prefill", "--out", out)
    assert none.exit_code == 2
    assert not out.exists()
    home, quarter = Home.from_environment(), Quarter(2026, 1)
    register_, landing = Register(home.register_url), Landing(home.landing)
    before = template_workbook(
        COLLECTION,
        find_borough("Hackney"),
        quarter,
        prefill=Filling("x", {"apprentices": (TABLE.valid_row,)}),
    )
    at = datetime(2026, 7, 20, tzinfo=UTC)
    sent = register_.receive(
        borough_code="E09000012",
        quarter=quarter,
        files=[LandedFile("q1.xlsx", landing.put(before))],
        actor="officer",
        at=at,
    )
    register_.record_check(sent.submission_id, errors=0, queries=0, actor="officer", at=at)
    register_.sign(sent.submission_id, actor="head of HR", at=at)
    ran = run("template", *HACKNEY, "--prefill", "--out", out)
    assert ran.exit_code == 0, ran.output
    assert "Apprentices: 1 row that was still open" in ran.output
    assert openpyxl.load_workbook(out)["Apprentices"]["A2"].value == "HCK-0012"


def test_a_download_becomes_a_part_filled_template(tmp_path: Path) -> None:
    download, out = tmp_path / "manage.csv", tmp_path / "part.xlsx"
    record = {"ULN": "1000000043", "Status": "Live", "Planned start date": "Sep 2025"}
    with download.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, download_headings()["employer"])
        writer.writeheader()
        writer.writerow(record)
    ran = run("import", "das", download, *HACKNEY, "--out", out)
    assert ran.exit_code == 0, ran.output
    assert "Apprentices: still to be filled in: Apprentice reference" in ran.output
    assert "1000000043" not in ran.output
    book = openpyxl.load_workbook(out)
    told = [str(row[0].value) for row in book[GUIDANCE].iter_rows()]
    assert any(text.startswith("manage.csv: “Manage your apprentices” download") for text in told)


def test_a_file_that_is_no_download_is_named(tmp_path: Path) -> None:
    other = tmp_path / "staff list.csv"
    other.write_text("Post,Grade\n1,2\n", encoding="utf-8")
    ran = run("import", "das", other, *HACKNEY, "--out", tmp_path / "x.xlsx")
    assert ran.exit_code == 3
    assert "staff list.csv is not a download" in " ".join(ran.output.split())


@pytest.mark.parametrize("name", ["return.csv", "missing/return.xlsx"])
def test_a_place_that_cannot_hold_a_workbook_is_refused(tmp_path: Path, name: str) -> None:
    ran = run("template", *HACKNEY, "--out", tmp_path / name)
    assert ran.exit_code == 2
    assert "Traceback" not in ran.output


def test_the_fix_list_says_what_to_do_what_passed_and_what_was_repaired() -> None:
    said = printed(result_of(12, 40, 41))
    assert "3 of 288 rows to fix" in said
    assert "Apprentices N12" in said
    assert "412 repairs that lose nothing: written as its code (412)." in said
    assert "Fix 3 cells, then check the file again. 2 rules passed." in said
    assert "Add --marked OUT.xlsx for a copy of your file" in said


def test_a_whole_broken_column_is_one_line_and_three_examples() -> None:
    said = printed(result_of(*range(2, 290)))
    assert "All 288 rows to fix" in said
    assert said.count("Apprentices N") == 3
    assert "and 285 more, down to N289" in said


def test_a_clean_return_is_said_to_be_ready() -> None:
    assert "Nothing to fix. 2 rules passed. The return is ready to be signed." in printed(
        result_of(verdict="ready")
    )


def test_the_marked_copy_is_written_where_asked(tmp_path: Path) -> None:
    borough, quarter = find_borough("Hackney"), Quarter(2026, 2)
    file = UploadedFile("return.xlsx", template_workbook(COLLECTION, borough, quarter))
    out = tmp_path / "marked.xlsx"
    write_marked(out, [file], result_of(12))
    assert openpyxl.load_workbook(out).sheetnames[0] == "Problems to fix"
    with pytest.raises(typer.Exit):
        write_marked(tmp_path / "marked.pdf", [file], result_of(12))
