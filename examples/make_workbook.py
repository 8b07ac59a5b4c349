"""Make cohort.xlsx: a workbook that reads an exported CSV of a snapshot through Excel itself.

Here: the sheets, and the parts of the package that hold the connection, which the library that
writes the sheets cannot write. Not here: any figure: the workbook is empty until it is refreshed.
Run: `python examples/make_workbook.py`. Nothing else of the project uses this file.

The connection is a text import (connection type 6), which every desktop Excel has without a driver.
It holds no path: `prompt="1"` makes Excel ask for the file at each refresh, so that one workbook
serves every home and every snapshot. Power Query could take the path from a cell, but keeps it in a
binary part that only Excel writes. Not run in CI: nothing there runs Excel.
"""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from specification.load import load_boroughs
from specification.metrics import load_catalogue

TABLE = "fct_comparisons"
TARGET = Path(__file__).with_name("cohort.xlsx")
# The columns of the CSV in their order; T is text, so that no code becomes a number or a date.
COLUMNS = {
    "as_at_quarter": "T",
    "population": "T",
    "metric_id": "T",
    "unit_type": "T",
    "unit_code": "T",
    "period_type": "T",
    "period": "T",
    "numerator": "N",
    "denominator": "N",
    "rate": "N",
    "low_95": "N",
    "high_95": "N",
    "target": "N",
    "expected": "N",
    "observed_to_expected": "N",
    "oe_low_95": "N",
    "oe_high_95": "N",
    "score": "N",
    "overdispersion": "N",
    "between_variance": "N",
    "method": "T",
    "limit_low_95": "N",
    "limit_high_95": "N",
    "limit_low_998": "N",
    "limit_high_998": "N",
    "probability": "N",
    "position": "T",
    "words": "T",
    "borough_count": "N",
    "is_nameable": "N",
}
COMPARED = ("M05", "M06", "M07", "M08")
# More rows than ten years of comparisons need; SUMPRODUCT reads all of them.
LAST_ROW = 30_000
STEPS = (
    "1. Open this workbook in Excel on a desktop, and allow editing and content if it asks.",
    f"2. Go to the sheet {TABLE}, click cell A1, and choose Data > Refresh.",
    f"3. Excel asks for a file. Choose {TABLE}.csv in the folder of the snapshot,",
    "    such as .cohort/warehouse/warehouse-000012. The text file “current” names the live one.",
    "4. Come back to this sheet and choose a borough and a population in the yellow cells.",
)
NOT_RUN = (
    "Not run in CI: the connection to the file is written by hand, and nothing there runs Excel."
)
EMPTY = "refresh first"
# What the front sheet shows of each row, and how.
ANSWERS = {
    "period": "text",
    "numerator": "count",
    "denominator": "count",
    "rate": "share",
    "low_95": "share",
    "high_95": "share",
    "target": "share",
    "expected": "tenth",
    "words": "text",
}
HEADINGS = (
    "Metric",
    "Period",
    "Counted",
    "Out of",
    "Rate",
    "95% from",
    "95% to",
    "Region",
    "Expected by case mix",
    "In words",
)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
DATA_SHEET = 2  # the second sheet of the workbook


def make_workbook(target: Path) -> None:
    """Write the workbook, then add the connection to its package."""
    sheets_only = target.with_suffix(".sheets.xlsx")
    _write_sheets(sheets_only)
    try:
        add_connection(sheets_only, target)
    finally:
        sheets_only.unlink()


def add_connection(sheets_only: Path, target: Path) -> None:
    """Copy a workbook, with the parts that make its second sheet a text import.

    Three parts are new or changed: `connections.xml` (how the file is read), `queryTable1.xml`
    (which connection fills the sheet, and that it overwrites cells instead of moving them), and
    the relations and content types that lead to them.
    """
    with zipfile.ZipFile(sheets_only) as source, zipfile.ZipFile(target, "w") as package:
        for entry in source.infolist():
            text = source.read(entry)
            if entry.filename == "[Content_Types].xml":
                text = _before(text, "</Types>", _CONTENT_TYPES)
            if entry.filename == "xl/_rels/workbook.xml.rels":
                text = _before(text, "</Relationships>", _CONNECTION_RELATION)
            package.writestr(entry, text, zipfile.ZIP_DEFLATED)
        for name, content in _parts().items():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            package.writestr(entry, HEAD + content, zipfile.ZIP_DEFLATED)


_CONTENT_TYPES = (
    f'<Override PartName="/xl/connections.xml" ContentType="{SPREADSHEET}.connections+xml"/>'
    '<Override PartName="/xl/queryTables/queryTable1.xml" '
    f'ContentType="{SPREADSHEET}.queryTable+xml"/>'
)
_CONNECTION_RELATION = (
    f'<Relationship Id="rIdConnections" Type="{RELATIONS}/connections" Target="connections.xml"/>'
)


def _parts() -> dict[str, str]:
    kinds = {"T": '<textField type="text"/>', "N": "<textField/>"}
    fields = "".join(kinds[kind] for kind in COLUMNS.values())
    return {
        "xl/connections.xml": (
            f'<connections xmlns="{MAIN}"><connection id="1" name="{TABLE}" type="6" '
            'refreshedVersion="6" background="1" saveData="1">'
            # UTF-8, commas, and a point in every number, whatever the language of the machine.
            f'<textPr prompt="1" codePage="65001" sourceFile="{TABLE}.csv" decimal="." '
            'tab="0" comma="1">'
            f'<textFields count="{len(COLUMNS)}">{fields}</textFields>'
            "</textPr></connection></connections>"
        ),
        "xl/queryTables/queryTable1.xml": (
            f'<queryTable xmlns="{MAIN}" name="{TABLE}" connectionId="1" '
            'growShrinkType="overwriteClear" adjustColumnWidth="0" autoFormatId="16" '
            'applyNumberFormats="0" applyBorderFormats="0" applyFontFormats="0" '
            'applyPatternFormats="0" applyAlignmentFormats="0" applyWidthHeightFormats="0"/>'
        ),
        f"xl/worksheets/_rels/sheet{DATA_SHEET}.xml.rels": (
            f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" '
            f'Type="{RELATIONS}/queryTable" Target="../queryTables/queryTable1.xml"/>'
            "</Relationships>"
        ),
    }


def _before(text: bytes, end: str, added: str) -> bytes:
    changed = text.decode("utf-8").replace(end, added + end)
    if added not in changed:
        raise ValueError(f"the package has no “{end}” to add the connection before")
    return changed.encode("utf-8")


def _write_sheets(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        # A fixed day, so that the same sheets are the same bytes.
        book.set_properties(
            {"title": "Compare my borough", "created": datetime(2026, 1, 1, tzinfo=UTC)}
        )
        front = book.add_worksheet("My borough")
        table = book.add_worksheet(TABLE)
        lists = book.add_worksheet("lists")
        boroughs = sorted((one.borough_name, one.borough_code) for one in load_boroughs())
        for number, (name, code) in enumerate(boroughs):
            lists.write_row(number, 0, (name, code))
        lists.hide()
        heading = book.add_format({"bold": True, "bg_color": "#e8eef5"})
        table.write_row(0, 0, list(COLUMNS), heading)
        table.freeze_panes(1, 0)
        table.set_column(0, len(COLUMNS) - 1, 15)
        # Excel finds the cells of a text import by a name of the sheet like the import's own.
        last = xl_col_to_name(len(COLUMNS) - 1)
        book.define_name(f"{TABLE}!{TABLE}", f"={TABLE}!$A$1:${last}$1")
        formats = {
            "title": book.add_format({"bold": True, "font_size": 16}),
            "note": book.add_format({"italic": True, "font_color": "#555555"}),
            "choice": book.add_format({"bg_color": "#fff3bf", "border": 1}),
            "heading": book.add_format({"bold": True, "bg_color": "#e8eef5", "text_wrap": True}),
            "text": book.add_format({"align": "left"}),
            "count": book.add_format({"num_format": "#,##0", "align": "right"}),
            "share": book.add_format({"num_format": "0.0%", "align": "right"}),
            "tenth": book.add_format({"num_format": "#,##0.0", "align": "right"}),
        }
        _write_choices(front, formats, len(boroughs))
        _write_answers(front, formats)
        front.set_landscape()
        front.fit_to_pages(1, 1)
        front.activate()


def _write_choices(front: Worksheet, formats: dict[str, Format], boroughs: int) -> None:
    """Write the steps, the two cells to choose in, and what they stand for in the table."""
    front.write("A1", "Compare my borough", formats["title"])
    for number, step in enumerate(STEPS):
        front.write(number + 1, 0, step)
    front.write("A7", NOT_RUN, formats["note"])
    front.write("A9", "Borough")
    front.write("B9", "Hackney", formats["choice"])
    front.data_validation("B9", {"validate": "list", "source": f"=lists!$A$1:$A${boroughs}"})
    front.write("A10", "Population")
    front.write("B10", "DIGITAL", formats["choice"])
    front.data_validation("B10", {"validate": "list", "source": ["DIGITAL", "ALL"]})
    front.write("C10", " DIGITAL: employed by the council in a digital discipline. ALL: everybody.")
    # The newest quarter of the table, 20262 for 2026-27Q2; 0 while the table is empty.
    quarters = _cells("as_at_quarter")
    newest = f'SUMPRODUCT(MAX(LEFT({quarters}&"0000",4)*10+RIGHT("0"&{quarters},1)))'
    front.write_formula("L9", f"={newest}", None, 0)
    year = 'LEFT(L9,4)&"-"&RIGHT(LEFT(L9,4)+1,2)&"Q"&RIGHT(L9,1)'
    front.write("A11", "As known at the end of")
    front.write_formula("B11", f'=IF(L9=0,"{EMPTY}",{year})', None, EMPTY)
    code = f"=INDEX(lists!$B$1:$B${boroughs},MATCH(B9,lists!$A$1:$A${boroughs},0))"
    front.write_formula("L10", code, None, "E09000012")
    front.set_column("L:L", None, None, {"hidden": True})


def _write_answers(front: Worksheet, formats: dict[str, Format]) -> None:
    """Write one row a metric, each of formulas that look its row of the table up."""
    catalogue = load_catalogue()
    widths = [24, 20, *[11] * 7, 40]
    for column, (heading, width) in enumerate(zip(HEADINGS, widths, strict=True)):
        front.set_column(column, column, width)
        front.write(12, column, heading, formats["heading"])
    conditions = f"({_cells('as_at_quarter')}=$B$11)*({_cells('population')}=$B$10)"
    conditions += f'*({_cells("unit_type")}="borough")*({_cells("unit_code")}=$L$10)'
    for number, metric_id in enumerate(COMPARED):
        row = 13 + number
        found = f'=SUMPRODUCT({conditions}*({_cells("metric_id")}="{metric_id}")'
        found += f"*ROW({_cells('metric_id')}))"
        front.write_formula(row, 11, found, None, 0)
        front.write(row, 0, f"{metric_id} {catalogue.metric(metric_id).label}")
        for column, (name, kind) in enumerate(ANSWERS.items(), start=1):
            letter = xl_col_to_name(list(COLUMNS).index(name))
            cell = f"INDEX({TABLE}!${letter}$1:${letter}${LAST_ROW},$L{row + 1})"
            front.write_formula(row, column, f'=IF($L{row + 1}=0,"–",{cell})', formats[kind], "–")
    front.write("A19", "There are no ranks: between small numbers most differences are chance.")
    front.write(
        "A20", "These rows are not disclosure-controlled. Keep them inside the partnership."
    )


def _cells(name: str) -> str:
    letter = xl_col_to_name(list(COLUMNS).index(name))
    return f"{TABLE}!${letter}$2:${letter}${LAST_ROW}"


if __name__ == "__main__":
    make_workbook(TARGET)
