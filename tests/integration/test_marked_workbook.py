"""The marked copy: their own workbook, with what to fix in front, and nothing that was not ours."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from openpyxl.utils.cell import coordinate_to_tuple, get_column_letter
from openpyxl.workbook.workbook import Workbook

from expectations.check import check_returns
from feedback import apart, rebuilt
from feedback.apart import NoMarkedCopy, mark_apart
from feedback.front import PASSED, PROBLEMS
from feedback.look import AMBER_FILL, RED_FILL
from feedback.marked import mark_workbook
from ingest.grid import UnreadableFile, UploadedFile
from ingest.home import Home
from ingest.parse import Declared, parse_return
from ingest.sheets import read_sheets
from specification.findings import CheckResult, Finding
from specification.load import find_borough, load_collection
from specification.model import Table
from specification.periods import Quarter
from synthetic.learner_numbers import learner_number

COLLECTION = load_collection()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))
RETURN, APPRENTICES = COLLECTION.tables["return"], COLLECTION.tables["apprentices"]
LEARNER = "1000000053"  # a wrong check digit
ROW_COUNT = 8
Changes = dict[tuple[int, str], Any]
FAULTS: Changes = {
    (3, "funding"): '=HYPERLINK("http://example.org","x")',
    (4, "route"): "DIRCT",
    (5, "weekly_hours"): "full time",
    (6, "uln"): LEARNER,
    **{(row, "planned_end_date"): "Aug 27" for row in range(2, ROW_COUNT + 2)},
}
RIGHT: Changes = {
    (3, "funding"): "LEVY",
    (4, "route"): "DIRECT",
    (5, "weekly_hours"): 36,
    (6, "uln"): learner_number(6),
    **{(row, "planned_end_date"): "31/08/2027" for row in range(2, ROW_COUNT + 2)},
}


def column_of(field: str, table: Table = APPRENTICES) -> int:
    return [one.name for one in table.fields].index(field) + 1


def cell_of(row: int, field: str) -> str:
    return f"{get_column_letter(column_of(field))}{row}"


def cells(changes: Changes) -> dict[str, list[list[Any]]]:
    """Return the rows of each sheet: one return, and apprentices with changes by row and field."""
    header = [field.label for field in RETURN.fields]
    nil = {
        f"nil_{name}": "Y" for name in COLLECTION.tables if name not in ("return", "apprentices")
    }
    only = RETURN.valid_row | nil
    sheets: dict[str, list[list[Any]]] = {
        RETURN.label: [header, [only.get(field.name, "") for field in RETURN.fields]]
    }
    body: list[list[Any]] = [[field.label for field in APPRENTICES.fields]]
    for row in range(2, ROW_COUNT + 2):
        values = APPRENTICES.valid_row | {
            "apprentice_ref": f"HCK-{row:04}",
            "uln": learner_number(row),
        }
        named = {field: text for (at, field), text in changes.items() if at == row}
        body.append([(values | named).get(field.name, "") for field in APPRENTICES.fields])
    return sheets | {APPRENTICES.label: body}


def own_workbook(changes: Changes) -> UploadedFile:
    """Return a workbook as an officer has it: formats, a formula, links, a chart, a comment."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    money, heading = book.add_format({"num_format": "£#,##0"}), book.add_format({"bold": True})
    for name, rows in cells(changes).items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value, heading if at == 0 else None)
        sheet.freeze_panes(1, 2)
    sheet = book.get_worksheet_by_name(APPRENTICES.label)
    assert sheet is not None
    sheet.set_column(0, 0, 31)
    sheet.set_row(0, 44)
    sheet.set_row(3, None, None, {"hidden": True})
    hours, price = column_of("weekly_hours") - 1, column_of("total_price") - 1
    sheet.write_formula(1, hours, "=30+6", None, 36)
    sheet.write_number(1, price, 15000, money)
    sheet.write_url(2, 0, "https://example.org/", None, "HCK-0003")
    sheet.write_comment(1, 0, "Ask finance about this one.")
    sheet.data_validation(1, 4, 99, 4, {"validate": "list", "source": ["One", "Two"]})
    sheet.data_validation(1, 5, 99, 5, {"validate": "custom", "value": "=LEN(F2)>1"})
    sheet.conditional_format(0, 0, 9, 9, {"type": "formula", "criteria": "=$A1=1", "format": money})
    chart = book.add_chart({"type": "line"})
    assert chart is not None
    chart.add_series({"values": f"={APPRENTICES.label}!$M$2:$M$9"})
    sheet.insert_chart("C20", chart)
    book.define_name("Elsewhere", "='[other.xlsx]Sheet1'!$A$1")
    book.close()
    return UploadedFile("their return.xlsx", out.getvalue())


def check(*files: UploadedFile, home: Path) -> CheckResult:
    parsed = parse_return(files, DECLARED, COLLECTION)
    return check_returns([parsed], COLLECTION, Home(home))[0]


@dataclass(frozen=True)
class Marked:
    """A sent return, what the check said, and the marked copy."""

    result: CheckResult
    content: bytes

    @property
    def book(self) -> Workbook:
        return openpyxl.load_workbook(io.BytesIO(self.content))

    @property
    def file(self) -> UploadedFile:
        return UploadedFile("marked.xlsx", self.content)

    def parts(self, ending: str) -> str:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            names = [name for name in archive.namelist() if name.endswith(ending)]
            return "\n".join(archive.read(name).decode() for name in names)


def marked(files: Sequence[UploadedFile], home: Path) -> Marked:
    result = check(*files, home=home)
    return Marked(result, mark_workbook(files, result, COLLECTION))


def places(result: CheckResult) -> list[tuple[str, str]]:
    return [(one.rule, one.cell) for one in result.findings]


def fill_of(book: Workbook, sheet: str, cell: str) -> str:
    return str(book[sheet][cell].fill.fgColor.rgb)[-6:]


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Marked:
    return marked([own_workbook(FAULTS)], tmp_path_factory.mktemp("home"))


def test_exactly_the_found_cells_are_red_and_say_what_to_do(own: Marked) -> None:
    found = {one.cell for one in own.result.findings}
    assert found == {cell_of(row, field) for row, field in FAULTS}
    sheet = own.book[APPRENTICES.label]
    red = {
        cell.coordinate
        for row in sheet.iter_rows()
        for cell in row
        if str(cell.fill.fgColor.rgb)[-6:] == RED_FILL
    }
    assert red == found
    for one in own.result.findings:
        comment = sheet[one.cell].comment
        assert comment is not None
        assert one.message in comment.text and one.fix in comment.text
        assert one.suggestion in comment.text
    assert "Did you mean “DIRECT”?" in str(sheet[cell_of(4, "route")].comment)


def test_every_comment_box_has_room_for_its_text(own: Marked) -> None:
    sheet = own.book[APPRENTICES.label]
    texts = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    boxes = re.findall(r"width:(\d+)px;height:(\d+)px", own.parts(".vml"))
    assert len(boxes) == len(texts) == len(FAULTS) + 1
    for text, (width, height) in zip(texts, boxes, strict=True):
        lines = sum(1 + len(part) * 6.5 // int(width) for part in text.split("\n"))
        assert int(height) >= lines * 16


def test_the_first_sheet_is_the_instruction_with_a_link_to_each_cell(own: Marked) -> None:
    book = own.book
    assert book.sheetnames == [PROBLEMS, PASSED, RETURN.label, APPRENTICES.label]
    first = book[PROBLEMS]
    assert first["A1"].value == f"Fix {len(FAULTS)} cells, then send this file again"
    assert "Hackney · July to September 2026 (2026-27Q2)" in str(first["A2"].value)
    links = [cell.hyperlink for row in first.iter_rows() for cell in row if cell.hyperlink]
    assert all(link.target is None for link in links)
    targets = [str(link.location).split("!") for link in links]
    for sheet, cell in targets:
        assert fill_of(book, sheet.strip("'"), cell) == RED_FILL
    assert {cell for _, cell in targets} >= {
        cell_of(row, field) for row, field in FAULTS if field != "planned_end_date"
    }
    texts = [str(cell.value) for row in first.iter_rows() for cell in row if cell.value]
    whole = next(at for at, text in enumerate(texts) if text == f"All {ROW_COUNT} rows")
    others = [at for at, text in enumerate(texts) if text == "1 row"]
    assert whole < min(others), "what repairs the most rows comes first"
    assert (
        f"and {ROW_COUNT - 3} more, down to {cell_of(ROW_COUNT + 1, 'planned_end_date')}" in texts
    )


def test_what_passed_is_listed(own: Marked) -> None:
    sheet = own.book[PASSED]
    assert sheet["A1"].value == f"{len(own.result.passed)} rules passed"
    assert [sheet.cell(row, 1).value for row in range(4, sheet.max_row + 1)] == list(
        own.result.passed
    )


def test_their_own_sheets_stay_as_they_were(own: Marked) -> None:
    before = openpyxl.load_workbook(io.BytesIO(own_workbook(FAULTS).content), data_only=True)
    for label in (RETURN.label, APPRENTICES.label):
        old, new = before[label], own.book[label]
        assert [[cell.value for cell in row] for row in new.iter_rows()] == [
            [cell.value for cell in row] for row in old.iter_rows()
        ]
        assert new.freeze_panes == old.freeze_panes
    sheet, old = own.book[APPRENTICES.label], before[APPRENTICES.label]
    assert sheet[cell_of(2, "total_price")].number_format == "£#,##0"
    assert sheet[cell_of(2, "weekly_hours")].value == 36
    assert sheet.column_dimensions["A"].width == old.column_dimensions["A"].width
    assert sheet.row_dimensions[1].height == old.row_dimensions[1].height
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert lists == ['"One,Two"']
    assert "Ask finance" in str(sheet["A2"].comment)
    assert not sheet.row_dimensions[4].hidden, "a link to a hidden row would show nothing"


def test_no_formula_link_chart_or_other_file_is_in_it(own: Marked) -> None:
    with zipfile.ZipFile(io.BytesIO(own.content)) as archive:
        names = archive.namelist()
    strange = ("chart", "media", "external", "vba", "activeX", "embed", "pivot", "connection")
    assert [name for name in names if any(word in name for word in strange)] == []
    assert "External" not in own.parts(".rels")
    assert "<f>" not in own.parts(".xml") and "<f " not in own.parts(".xml")
    assert "conditionalFormatting" not in own.parts(".xml")
    assert "other.xlsx" not in own.parts(".xml")
    cell = own.book[APPRENTICES.label][cell_of(3, "funding")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_learner_number_is_in_its_own_cell_only(own: Marked) -> None:
    book = own.book
    held = [
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if LEARNER in f"{cell.value} {cell.comment.text if cell.comment else ''}"
    ]
    assert held == [(APPRENTICES.label, cell_of(6, "uln"))]


def test_it_can_be_sent_straight_back(own: Marked, tmp_path: Path) -> None:
    again = marked([own.file], tmp_path)
    assert places(again.result) == places(own.result)
    assert again.book.sheetnames == own.book.sheetnames


def test_corrected_and_sent_back_it_is_ready_and_no_mark_stays(own: Marked, tmp_path: Path) -> None:
    book = own.book
    for (row, field), value in RIGHT.items():
        book[APPRENTICES.label][cell_of(row, field)].value = value or None
    out = io.BytesIO()
    book.save(out)
    again = marked([UploadedFile("corrected.xlsx", out.getvalue())], tmp_path)
    assert (again.result.verdict, places(again.result)) == ("ready", [])
    sheet = again.book[APPRENTICES.label]
    fills = {str(cell.fill.fgColor.rgb)[-6:] for row in sheet.iter_rows() for cell in row}
    assert not fills & {RED_FILL, AMBER_FILL}
    comments = [cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment]
    assert comments == ["Ask finance about this one."]
    assert again.book[PROBLEMS]["A1"].value == "Nothing to fix. The return is ready to be signed"


def csv_files(changes: Changes) -> list[UploadedFile]:
    files: list[UploadedFile] = []
    for name, rows in cells(changes).items():
        quoted = [
            ",".join('"' + str(text).replace('"', '""') + '"' for text in row) for row in rows
        ]
        files.append(UploadedFile(f"hackney {name}.csv", "\r\n".join(quoted).encode()))
    return files


def zipped(files: Sequence[UploadedFile]) -> UploadedFile:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for file in files:
            archive.writestr(file.name, file.content)
    return UploadedFile("return.zip", out.getvalue())


@pytest.mark.parametrize("is_zip", [False, True])
def test_csv_files_come_back_as_a_workbook_with_the_same_addresses(
    is_zip: bool, own: Marked, tmp_path: Path
) -> None:
    files = csv_files(FAULTS)
    copy = marked([zipped(files)] if is_zip else files, tmp_path)
    assert places(copy.result) == places(own.result)
    book = copy.book
    assert book.sheetnames == [PROBLEMS, PASSED, RETURN.label, APPRENTICES.label]
    for one in copy.result.findings:
        assert fill_of(book, APPRENTICES.label, one.cell) == RED_FILL
    rows = [[str(text) for text in row] for row in cells(FAULTS)[APPRENTICES.label]]
    sheet = book[APPRENTICES.label]
    assert [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()] == rows
    assert sheet.freeze_panes == "B2"
    sent_back = check(copy.file, home=tmp_path)
    assert places(sent_back) == places(own.result)


def test_a_file_too_large_for_a_copy_gives_its_rows_to_fix_only(
    monkeypatch: pytest.MonkeyPatch, own: Marked
) -> None:
    monkeypatch.setattr(rebuilt, "MOST_ROWS", 5)
    found = [one for one in own.result.findings if one.row in (3, 5)]
    sheets = {"hackney Apprentices" for _ in found}
    moved = [one.model_copy(update={"sheet": name}) for one in found for name in sheets]
    result = own.result.model_copy(update={"findings": tuple(moved)})
    content = mark_workbook(csv_files(FAULTS), result, COLLECTION)
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book[f"_{APPRENTICES.label}"]
    filled = [row[0].row for row in sheet.iter_rows() if any(cell.value for cell in row)]
    assert filled == [1, 3, 5]
    assert any("only the rows to fix" in str(row[0].value) for row in book[PROBLEMS].iter_rows())
    assert read_sheets(UploadedFile("part.xlsx", content)) == ()
    with pytest.raises(UnreadableFile):
        parse_return([UploadedFile("part.xlsx", content)], DECLARED, COLLECTION)


def test_a_workbook_that_cannot_be_opened_whole_is_rebuilt(own: Marked) -> None:
    """A broken style sheet is nothing to the reader, but stops a library that keeps formats."""
    source, out = io.BytesIO(own_workbook(FAULTS).content), io.BytesIO()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/styles.xml":
                text = text.replace(b'numFmtId="0"', b'numFmtId="none"')
            new.writestr(name, text)
    file = UploadedFile("odd styles.xlsx", out.getvalue())
    book = openpyxl.load_workbook(io.BytesIO(mark_workbook([file], own.result, COLLECTION)))
    for one in own.result.findings:
        assert fill_of(book, APPRENTICES.label, one.cell) == RED_FILL
    assert any("rebuilt" in str(row[0].value) for row in book[PROBLEMS].iter_rows())


def test_lists_that_excel_keeps_in_an_extension_are_kept(own: Marked) -> None:
    source, out = io.BytesIO(own_workbook(FAULTS).content), io.BytesIO()
    lists = "".join(
        f'<x14:dataValidation type="list" allowBlank="1" xr:uid="{{0}}"><x14:formula1><xm:f>'
        f"{where}</xm:f></x14:formula1><xm:sqref>{cells}</xm:sqref></x14:dataValidation>"
        for where, cells in ((f"{RETURN.label}!$A$1:$A$2", "H2:H9"), ("INDIRECT(A1)", "I2:I9"))
    )
    extension = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
        'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations count="2" '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        f"{lists}</x14:dataValidations></ext></extLst></worksheet>"
    )
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet2.xml":
                text = text.replace(b"</worksheet>", extension.encode())
            new.writestr(name, text)
    file = UploadedFile("saved by Excel.xlsx", out.getvalue())
    copy = mark_workbook([file], own.result, COLLECTION)
    sheet = openpyxl.load_workbook(io.BytesIO(copy))[APPRENTICES.label]
    rules = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert rules == {"E2:E100": '"One,Two"', "H2:H9": f"{RETURN.label}!$A$1:$A$2"}


def test_a_child_process_makes_the_same_copy(own: Marked, monkeypatch: pytest.MonkeyPatch) -> None:
    file = own_workbook(FAULTS)
    copy = openpyxl.load_workbook(io.BytesIO(mark_apart([file], own.result)))
    assert copy.sheetnames == own.book.sheetnames
    assert fill_of(copy, APPRENTICES.label, cell_of(4, "route")) == RED_FILL
    monkeypatch.setattr(apart, "_SECONDS", 0.001)
    with pytest.raises(NoMarkedCopy):
        mark_apart([file], own.result)


def test_a_query_is_amber_and_a_cell_outside_the_sheet_does_no_harm(own: Marked) -> None:
    first = own.result.findings[0]
    query = first.model_copy(update={"severity": "query", "cell": "B2", "row": 2})
    whole = first.model_copy(update={"cell": "", "row": None, "column": "", "sheet": "Nowhere"})
    findings: tuple[Finding, ...] = (query, whole)
    result = own.result.model_copy(update={"findings": findings, "errors": 1, "queries": 1})
    content = mark_workbook([own_workbook(FAULTS)], result, COLLECTION)
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert fill_of(book, APPRENTICES.label, "B2") == AMBER_FILL
    assert coordinate_to_tuple("B2") == (2, 2)
