"""The first sheets of a marked workbook: “Problems to fix” and “What passed”.

Here: what to do, in order, with links that jump to each cell. Not here: the marks on the officer's
own sheets (`marks`), how findings become issues (`issues`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import quote_sheetname
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from feedback import look
from feedback.issues import (
    Issue,
    cells_to_fix,
    instruction,
    issues_of,
    notes_of,
    repairs_of,
)
from feedback.marks import own_cell, write_text
from feedback.wording import counted
from specification.findings import CheckResult, Finding
from specification.load import find_borough
from specification.model import EVERY_TABLE, Collection
from specification.periods import Quarter

PROBLEMS, PASSED = "Problems to fix", "What passed"
LINKS_PER_ISSUE, EXAMPLES_PER_COLUMN = 20, 3
_WIDTHS = (22.0, 18.0, 28.0, 62.0, 20.0)
_WIDE = sum(_WIDTHS)
_LAST = len(_WIDTHS)


def add_front_sheets(
    book: Workbook,
    result: CheckResult,
    collection: Collection,
    *,
    titles: Mapping[str, str],
    remarks: Sequence[str] = (),
) -> None:
    """Put “Problems to fix” and “What passed” before the sheets of a workbook.

    Args:
        titles: the sheet of the workbook for each sheet name that findings use.
        remarks: what the reader should know about this copy, a sentence each.
    """
    for name in (PROBLEMS, PASSED):
        if name in book.sheetnames:
            book.remove(book[name])
    _Problems(book.create_sheet(PROBLEMS, 0), result, collection, titles).write(remarks)
    _write_passed(book.create_sheet(PASSED, 1), result, collection)
    book.active = 0
    for sheet in book.worksheets:
        # Two selected tabs would be edited together.
        sheet.sheet_view.tabSelected = sheet.title == PROBLEMS


def _font(*, size: float = 11, bold: bool = False, color: str = "000000") -> Font:
    return Font(name=look.FONT, sz=size, b=bold, color=color)


class _Problems:
    """Writes the sheet of problems from the top down."""

    def __init__(
        self,
        sheet: Worksheet,
        result: CheckResult,
        collection: Collection,
        titles: Mapping[str, str],
    ) -> None:
        self._sheet, self._result, self._collection = sheet, result, collection
        self._titles, self._row = titles, 1

    def write(self, remarks: Sequence[str]) -> None:
        result = self._result
        _prepare(self._sheet, _WIDTHS)
        issues = issues_of(result, self._collection)
        errors = [one for one in issues if one.severity == "error"]
        queries = [one for one in issues if one.severity == "query"]
        self._heading(errors, queries)
        for remark in remarks:
            self._paragraph(remark)
        if errors:
            self._section("Problems to fix", "The first of them repairs the most rows.")
        for issue in errors:
            self._issue(issue)
        if queries:
            told = "Each may be true. Correct it, or say why it is right when you send the return."
            self._section("Queries to explain", told)
        for issue in queries:
            self._issue(issue)
        self._repairs()
        self._section("What passed", "")
        self._paragraph(
            f"{counted(len(result.passed), 'rule')} found nothing. The sheet “{PASSED}” lists them."
        )

    def _heading(self, errors: Sequence[Issue], queries: Sequence[Issue]) -> None:
        result, quarter = self._result, Quarter.parse(self._result.quarter)
        self._line(instruction(result), _font(size=18, bold=True, color=look.NAVY), 30)
        borough = find_borough(result.borough).borough_name
        place = f"{borough} · {quarter.label} ({quarter}) · {self._collection.version}"
        self._line(place, _font(color=look.GREY), 18)
        parts = [counted(sum(result.rows.values()), "row") + " read"]
        if errors:
            fix = counted(cells_to_fix(result), "cell")
            parts.append(f"{fix} to fix, in {counted(len(errors), 'problem')}")
        if queries:
            parts.append(f"{counted(result.queries, 'query', 'queries')} to explain")
        parts.append(f"{counted(len(result.passed), 'rule')} passed")
        self._line(" · ".join(parts), _font(bold=True), 20)
        if errors or queries:
            self._paragraph(
                "Click a cell below to jump to it. It is red if you must fix it, amber if you may "
                "explain it, and its comment says what to do. Correct it there, save this file and "
                "send it again: these first sheets are passed over."
            )

    def _line(self, text: str, font: Font, height: float) -> None:
        cell = own_cell(self._sheet, self._row, 1)
        write_text(cell, text)
        cell.font, cell.alignment = font, Alignment(vertical="center")
        self._sheet.row_dimensions[self._row].height = height
        self._row += 1

    def _paragraph(self, text: str, font: Font | None = None) -> None:
        self._sheet.merge_cells(None, self._row, 1, self._row, _LAST)
        cell = own_cell(self._sheet, self._row, 1)
        write_text(cell, text)
        cell.font = font or _font()
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        self._sheet.row_dimensions[self._row].height = look.height_of([(text, _WIDE)])
        self._row += 1

    def _section(self, title: str, told: str) -> None:
        self._row += 1
        self._line(title, _font(size=14, bold=True, color=look.NAVY), 24)
        if told:
            self._line(told, _font(color=look.GREY), 18)

    def _issue(self, issue: Issue) -> None:
        is_error = issue.severity == "error"
        fill, color = (
            (look.RED_FILL, look.RED_TEXT) if is_error else (look.AMBER_FILL, look.AMBER_TEXT)
        )
        self._row += 1
        self._sheet.merge_cells(None, self._row, 1, self._row, _LAST - 1)
        for column in range(1, _LAST + 1):
            edge = own_cell(self._sheet, self._row, column)
            edge.border = Border(top=Side("medium", look.NAVY))
        title = own_cell(self._sheet, self._row, 1)
        about = ", ".join(filter(None, (issue.table_label, issue.column_label, issue.rule)))
        write_text(title, f"{issue.title} ({about})")
        title.font = _font(size=12, bold=True)
        title.alignment = Alignment(wrap_text=True, vertical="center")
        many = own_cell(self._sheet, self._row, _LAST)
        write_text(many, issue.how_many)
        many.font, many.fill = _font(bold=True, color=color), PatternFill("solid", fgColor=fill)
        many.alignment = Alignment(horizontal="center", vertical="center")
        self._sheet.row_dimensions[self._row].height = 24
        self._row += 1
        self._paragraph(issue.message)
        self._paragraph(f"What to do: {issue.fix}")
        if issue.extent != "sheet" or any(one.value for one in issue.findings):
            self._cells(issue)

    def _cells(self, issue: Issue) -> None:
        is_said = len({one.message for one in issue.findings}) == 1
        names = ["Cell", "Your reference", "You entered", "", ""]
        names[3] = "" if is_said else "What we found"
        names[4] = "Did you mean" if any(one.suggestion for one in issue.findings) else ""
        self._cell_row(names, _font(size=9, bold=True, color=look.GREY), is_heading=True)
        shown = EXAMPLES_PER_COLUMN if issue.extent == "column" else LINKS_PER_ISSUE
        findings = issue.findings
        if len(findings) == shown + 1:
            shown += 1  # “and 1 more” takes the room that the one needs
        for one in findings[:shown]:
            self._finding(one, is_said=is_said)
        if len(findings) > shown:
            more = f"and {len(findings) - shown:,} more, down to {findings[-1].cell}"
            self._line(more, _font(color=look.GREY), 18)

    def _finding(self, one: Finding, *, is_said: bool) -> None:
        place = f"{one.sheet} {one.cell}" if one.cell else f"{one.sheet} row {one.row or 'any'}"
        found = "" if is_said else one.message
        texts = [place, one.reference, one.value or "(empty)", found, one.suggestion]
        self._cell_row(texts, _font())
        title, address = self._titles.get(one.sheet), one.cell or f"A{one.row or 1}"
        if title is not None:
            link = own_cell(self._sheet, self._row - 1, 1)
            target = f"{quote_sheetname(title)}!{address}"
            link.hyperlink = Hyperlink(ref=link.coordinate, location=target)
            link.font = Font(name=look.FONT, sz=11, u="single", color=look.LINK)

    def _cell_row(self, texts: Sequence[str], font: Font, *, is_heading: bool = False) -> None:
        for column, text in enumerate(texts, start=1):
            cell = own_cell(self._sheet, self._row, column)
            write_text(cell, text)
            cell.font = font
            cell.alignment = Alignment(wrap_text=not is_heading, vertical="top")
            cell.border = Border(bottom=Side("thin", look.RULE))
        room = list(zip(texts, _WIDTHS, strict=True))
        self._sheet.row_dimensions[self._row].height = 15 if is_heading else look.height_of(room)
        self._row += 1

    def _repairs(self) -> None:
        repairs, notes = repairs_of(self._result), notes_of(self._result)
        if repairs:
            total = counted(sum(one.count for one in repairs), "repair")
            self._section("Repaired for you", f"{total} that lose nothing. You need do nothing.")
        for one in repairs:
            self._paragraph(f"{one.counted}: for example {one.example}")
        if notes:
            self._section("Please know", "What we saw in the file beside its rows.")
        for one in notes:
            self._paragraph(f"{one.counted}: {one.example}")


def _prepare(sheet: Worksheet, widths: Sequence[float]) -> None:
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = look.NAVY
    for number, width in enumerate(widths):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    cast("Any", sheet.oddFooter).right.text = "&A, page &P of &N"


def _write_passed(sheet: Worksheet, result: CheckResult, collection: Collection) -> None:
    widths = (10.0, 22.0, 96.0)
    _prepare(sheet, widths)
    cells: list[tuple[str, ...]] = [("Rule", "Sheet", "What was checked")]
    for rule_id in result.passed:
        rule = collection.rule(rule_id)
        label = "Every sheet" if rule.table == EVERY_TABLE else collection.tables[rule.table].label
        cells.append((rule_id, label, rule.title))
    title = own_cell(sheet, 1, 1)
    write_text(title, f"{counted(len(result.passed), 'rule')} passed")
    title.font = _font(size=18, bold=True, color=look.NAVY)
    sheet.row_dimensions[1].height = 30
    for row, texts in enumerate(cells, start=3):
        for column, text in enumerate(texts, start=1):
            cell = own_cell(sheet, row, column)
            write_text(cell, text)
            cell.font = _font(bold=row == 3, color=look.NAVY if row == 3 else "000000")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.border = Border(bottom=Side("thin", look.RULE))
        sheet.row_dimensions[row].height = look.height_of(list(zip(texts, widths, strict=True)))
    sheet.freeze_panes = "A4"
