"""Drawing the first sheet of a template.

Here: paragraphs and small tables on a grid of seven columns. Not here: what they say (`guidance`).
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from feedback import look
from feedback.guidance import Grid, Paragraph
from feedback.template_cells import Formats

_WIDTHS = (30.0, 15.0, 15.0, 15.0, 16.0, 15.0, 15.0)
_LAST = len(_WIDTHS) - 1


def write_guidance(sheet: Worksheet, content: Sequence[Paragraph | Grid], formats: Formats) -> None:
    """Draw the guidance from the top down."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&RPage &P of &N")
    for column, width in enumerate(_WIDTHS):
        sheet.set_column(column, column, width)
    row = 0
    for one in content:
        match one:
            case Paragraph():
                row = _paragraph(sheet, row, one, formats)
            case Grid():
                row = _grid(sheet, row, one, formats)


def _paragraph(sheet: Worksheet, row: int, paragraph: Paragraph, formats: Formats) -> int:
    match paragraph.style:
        case "title":
            sheet.set_row(row, 32)
            sheet.write_string(row, 0, paragraph.text, formats.title)
        case "subtitle":
            sheet.set_row(row, 22)
            sheet.write_string(row, 0, paragraph.text, formats.subtitle)
        case "heading":
            row += 1
            sheet.set_row(row, 24)
            for column in range(_LAST + 1):
                sheet.write_blank(row, column, None, formats.section)
            sheet.write_string(row, 0, paragraph.text, formats.section)
        case _:
            sheet.set_row(row, look.height_of([(paragraph.text, sum(_WIDTHS))]))
            sheet.merge_range(row, 0, row, _LAST, "", formats.paragraph)
            sheet.write_string(row, 0, paragraph.text, formats.paragraph)
    return row + 1


def _grid(sheet: Worksheet, row: int, grid: Grid, formats: Formats) -> int:
    _grid_row(sheet, row, grid.headings, grid.widths, formats.head)
    for number, texts in enumerate(grid.rows):
        row += 1
        _grid_row(sheet, row, texts, grid.widths, formats.item)
        if grid.links:
            target = grid.links[number].replace("'", "''")
            sheet.write_url(row, 0, f"internal:'{target}'!A1", formats.link, texts[0])
    return row + 1


def _grid_row(
    sheet: Worksheet, row: int, texts: Sequence[str], spans: Sequence[int], form: Format
) -> None:
    room: list[tuple[str, float]] = []
    column = 0
    for text, span in zip(texts, spans, strict=True):
        if span > 1:
            sheet.merge_range(row, column, row, column + span - 1, "", form)
        sheet.write_string(row, column, text, form)
        room.append((text, sum(_WIDTHS[column : column + span])))
        column += span
    sheet.set_row(row, look.height_of(room, least=20))
