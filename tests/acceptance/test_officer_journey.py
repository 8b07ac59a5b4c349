"""An officer's quarter by the command line: template, fill, check, marked copy, fix, send, sign.

Each step is the installed `cohort` and a real workbook; the marked copy is also opened and saved by
LibreOffice, where there is one, as an officer without Excel would do.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from specification.load import load_collection
from synthetic.learner_numbers import learner_number

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(900), pytest.mark.xdist_group("journey")]
COHORT = Path(sys.executable).with_name("cohort")
OFFICE = shutil.which("soffice")
APPRENTICES = load_collection().tables["apprentices"]
FOR_HACKNEY = ("--borough", "Hackney", "--quarter", "2026-27Q2")
RED = "FBE0DD"
COUNT = 12
# What the officer gets wrong: a word for a code, a date that is none, hours in words, a mistyped
# code; and what is right but asks for a reason.
WRONG = {
    3: {"status": "Finished early"},
    4: {"planned_end_date": "31/02/2028"},
    5: {"weekly_hours": "full time"},
    6: {"route": "DIRCT"},
    7: {"weekly_hours": "12"},
}
RIGHT = {
    3: {"status": "1"},
    4: {"planned_end_date": "31/01/2028"},
    5: {"weekly_hours": "36"},
    6: {"route": "DIRECT"},
}


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    talk: str


class Officer:
    """Somebody at a terminal, with a home and a folder of workbooks."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *words: str) -> Ran:
        done = subprocess.run(
            [str(COHORT), *words],
            cwd=self.folder,
            env=os.environ | {"COHORT_HOME": str(self.folder / "home"), "COLUMNS": "160"},
            capture_output=True,
            text=True,
            timeout=300,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def check(self, name: str) -> dict[str, object]:
        ran = self.run("check", name, *FOR_HACKNEY, "--json")
        return {**json.loads(ran.out), "code": ran.code}


def place(field: str) -> int:
    return [one.name for one in APPRENTICES.fields].index(field) + 1


def write_rows(book: Workbook, changes: dict[int, dict[str, str]]) -> None:
    """Type cells of the Apprentices sheet, by row and field."""
    sheet = book[APPRENTICES.label]
    for row, cells in changes.items():
        for field, text in cells.items():
            sheet.cell(row, place(field), text)


def fill(path: Path) -> None:
    """Fill the template in: twelve apprentices, nothing to report in the other sheets."""
    book = load_workbook(path)
    cover = book["Return"]
    headings = [cell.value for cell in cover[1]]
    for at, heading in enumerate(headings, start=1):
        asked = str(heading).removeprefix("Nothing to report for ")
        if asked != heading and asked != "Apprentices":
            cover.cell(2, at, "Y")
            if asked in book.sheetnames:
                del book[asked]
    rows = {
        row: APPRENTICES.valid_row
        | {
            "apprentice_ref": f"HCK-1{row:02}",
            "uln": learner_number(800_000 + row),
            "start_date": f"{row:02}/09/2025",
        }
        for row in range(2, COUNT + 2)
    }
    write_rows(book, rows)
    write_rows(book, WRONG)
    book.save(path)


@pytest.fixture(scope="module")
def officer(tmp_path_factory: pytest.TempPathFactory) -> Officer:
    return Officer(tmp_path_factory.mktemp("officer"))


def test_a_quarter_from_the_template_to_the_signature(officer: Officer) -> None:
    template = officer.run("template", *FOR_HACKNEY, "--out", "return.xlsx")
    assert template.code == 0, template.talk
    blank = officer.check("return.xlsx")
    assert (blank["verdict"], blank["findings"]) == ("ready", [])

    fill(officer.folder / "return.xlsx")
    first = officer.run("check", "return.xlsx", *FOR_HACKNEY, "--marked", "marked.xlsx")
    assert first.code == 1, first.talk
    assert "DIRCT" in first.out and "DIRECT" in first.out  # what was typed, and did they mean
    found = officer.check("return.xlsx")
    cells = {(one["rule"], one["row"], one["column"]) for one in found["findings"]}  # type: ignore[attr-defined]
    assert cells == {
        ("A-050", 3, "status"),
        ("F-003", 4, "planned_end_date"),
        ("F-005", 5, "weekly_hours"),
        ("A-028", 6, "route"),
        ("A-033", 7, "weekly_hours"),
    }

    marked = officer.folder / "marked.xlsx"
    book = load_workbook(marked)
    assert book.sheetnames[0] == "Problems to fix"
    sheet = book[APPRENTICES.label]
    for row in RIGHT:
        wrong = sheet.cell(row, place(next(iter(RIGHT[row]))))
        assert str(wrong.fill.start_color.rgb).endswith(RED), wrong.coordinate
        assert wrong.comment is not None
    assert sheet.data_validations.dataValidation, "the drop-downs are kept"
    write_rows(book, RIGHT)
    book.save(marked)

    submitted = officer.run("submit", "marked.xlsx", *FOR_HACKNEY)
    assert "state: checked" in submitted.out, submitted.talk
    submission = "E09000012-2026-27Q2-v1"
    refused = officer.run("sign", submission)
    assert refused.code == 2 and "reason" in refused.talk
    reason = "Part time by agreement with the line manager"
    answered = officer.run(
        "answer", submission, "A-033", "--reference", "HCK-107/1", "--reason", reason
    )
    assert (answered.code, "state: ready" in answered.out) == (0, True), answered.talk
    signed = officer.run("sign", submission)
    assert (signed.code, signed.out.strip()) == (0, f"{submission} is signed."), signed.talk

    again = officer.run("submit", "marked.xlsx", *FOR_HACKNEY)
    assert "the very files of version 1" in again.talk
    next_quarter = ("--borough", "Hackney", "--quarter", "2026-27Q3")
    prefilled = officer.run("template", *next_quarter, "--prefill", "--out", "next.xlsx")
    assert prefilled.code == 0, prefilled.talk
    rows = load_workbook(officer.folder / "next.xlsx")[APPRENTICES.label]
    assert [rows.cell(row, 1).value for row in range(2, COUNT + 2)] == [
        f"HCK-1{row:02}" for row in range(2, COUNT + 2)
    ]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
def test_the_marked_copy_goes_through_libreoffice_and_back(officer: Officer) -> None:
    officer.run("template", *FOR_HACKNEY, "--out", "office.xlsx")
    fill(officer.folder / "office.xlsx")
    officer.run("check", "office.xlsx", *FOR_HACKNEY, "--marked", "office-marked.xlsx")
    for wanted in ("pdf", "ods"):
        subprocess.run(
            [
                str(OFFICE),
                f"-env:UserInstallation=file://{officer.folder}/office-profile",
                "--headless",
                "--convert-to",
                wanted,
                "office-marked.xlsx",
            ],
            cwd=officer.folder,
            check=True,
            capture_output=True,
            timeout=300,
        )
    assert (officer.folder / "office-marked.pdf").read_bytes().startswith(b"%PDF")
    before, after = officer.check("office.xlsx"), officer.check("office-marked.ods")
    assert after["findings"] == before["findings"]
