"""An OpenDocument spreadsheet, part by part.

Here: the few XML parts that a spreadsheet needs. Not here: the zip around them (`files`). Written
directly because a library writes the clock into the file, and the same cells must give the same
bytes. Source: OASIS OpenDocument 1.3, parts 2 and 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED

from specification.periods import officer_date
from synthetic.rows import Cell, Month, SheetCells

_MIME = "application/vnd.oasis.opendocument.spreadsheet"
_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_MANIFEST = (
    f'{_HEAD}<manifest:manifest xmlns:manifest="{_SPACE}manifest:1.0" manifest:version="1.3">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_MIME}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    '<manifest:file-entry manifest:full-path="meta.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)
_DATE_STYLE = (
    '<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/'
    '</number:text><number:month number:style="long"/><number:text>/</number:text>'
    '<number:year number:style="long"/></number:date-style>'
    '<style:style style:name="D" style:family="table-cell" style:data-style-name="N1"/>'
    '<number:date-style style:name="N2"><number:year number:style="long"/><number:text>-'
    '</number:text><number:month number:style="long"/></number:date-style>'
    '<style:style style:name="M" style:family="table-cell" style:data-style-name="N2"/>'
    '<style:style style:name="W" style:family="table-column">'
    '<style:table-column-properties style:column-width="3.5cm"/></style:style>'
)


@dataclass(frozen=True, slots=True)
class Part:
    """One file inside the package."""

    name: str
    content: str
    compression: int = ZIP_DEFLATED


def _cell(cell: Cell) -> str:
    if cell is None:
        return "<table:table-cell/>"
    if isinstance(cell, str):
        text = escape(cell)
        return (
            f'<table:table-cell office:value-type="string"><text:p>{text}</text:p>'
            "</table:table-cell>"
        )
    if isinstance(cell, Month):
        return (
            '<table:table-cell table:style-name="M" office:value-type="date" '
            f'office:date-value="{cell.first_day.isoformat()}"><text:p>{cell}</text:p>'
            "</table:table-cell>"
        )
    if isinstance(cell, date):
        return (
            '<table:table-cell table:style-name="D" office:value-type="date" '
            f'office:date-value="{cell.isoformat()}"><text:p>{officer_date(cell)}</text:p>'
            "</table:table-cell>"
        )
    return (
        f'<table:table-cell office:value-type="float" office:value="{cell}">'
        f"<text:p>{cell:.12g}</text:p></table:table-cell>"
    )


def _row(cells: list[Cell] | tuple[str, ...]) -> str:
    return f"<table:table-row>{''.join(_cell(one) for one in cells)}</table:table-row>"


def _table(name: str, rows: Iterator[str], width: int) -> str:
    columns = f'<table:table-column table:style-name="W" table:number-columns-repeated="{width}"/>'
    return f"<table:table table:name={quoteattr(name)}>{columns}{''.join(rows)}</table:table>"


def _sheet(cells: SheetCells) -> str:
    rows = (_row(one) for one in (cells.headings, *cells.rows))
    return _table(cells.label, rows, len(cells.headings))


def write_ods_bytes(
    title: str,
    created: datetime,
    notice: tuple[str, ...],
    sheets: tuple[SheetCells, ...],
) -> tuple[Part, ...]:
    """Return the parts of a spreadsheet whose first sheet, Notes, holds the notice."""
    notes = _table("Notes", (_row((line,)) for line in notice), 1)
    content = (
        f'{_HEAD}<office:document-content xmlns:office="{_SPACE}office:1.0" '
        f'xmlns:table="{_SPACE}table:1.0" xmlns:text="{_SPACE}text:1.0" '
        f'xmlns:style="{_SPACE}style:1.0" xmlns:number="{_SPACE}datastyle:1.0" '
        'office:version="1.3">'
        f"<office:automatic-styles>{_DATE_STYLE}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{notes}{''.join(_sheet(one) for one in sheets)}"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    meta = (
        f'{_HEAD}<office:document-meta xmlns:office="{_SPACE}office:1.0" '
        f'xmlns:meta="{_SPACE}meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'office:version="1.3"><office:meta><dc:title>{escape(notice[0])}: {escape(title)}'
        f"</dc:title><dc:subject>{escape(notice[0])}</dc:subject>"
        f"<dc:description>{escape(' '.join(notice))}</dc:description>"
        f"<meta:creation-date>{created.isoformat(timespec='seconds')}</meta:creation-date>"
        "</office:meta></office:document-meta>"
    )
    return (
        Part("mimetype", _MIME, ZIP_STORED),
        Part("content.xml", content),
        Part("meta.xml", meta),
        Part("META-INF/manifest.xml", _MANIFEST),
    )
