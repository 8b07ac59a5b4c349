"""The release's workbook as an OpenDocument spreadsheet (ODS), through odfdo.

Here: setting the sheets (sheets) as an ODS file, byte for byte the same each time. Not here: what
any sheet says, or the look of the named styles (theme/workbook-styles.xml).

Panes are not frozen: a heading row lies under a dozen lines of words, and on a small or magnified
screen they would fill it. Heading rows are marked as such instead, and repeat on printed pages.
"""

from __future__ import annotations

from datetime import datetime, time
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from odfdo import Cell, Column, Document, Element, HeaderRows, Link, Paragraph, Row, Style, Table

from publisher.figures import Figures
from publisher.sheets import (
    AUTHOR,
    LANGUAGE,
    LINE,
    ROWS_OF_A_PAGE,
    WIDEST,
    Book,
    Sheet,
    SheetCell,
    SheetColumn,
    make_book,
)

_CHARACTER_CM, _MARGIN_CM = 0.225, 0.5
_CHARACTER_OF_WORDS_CM = 0.2
"""Running words are narrower than figures and codes."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The only time a zip archive can always say; the release's own date is in its metadata."""

_NEEDLESS = ("Thumbnails/", "Configurations2/", "manifest.rdf")
"""Parts of odfdo's empty document that show or configure nothing here."""

_NAMESPACES = {
    **{
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"
        for name in ("office", "config", "meta", "style", "table", "text")
    },
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xlink": "http://www.w3.org/1999/xlink",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    "ooo": "http://openoffice.org/2004/office",
}
_OFFICE = " ".join(
    [*(f'xmlns:{name}="{url}"' for name, url in _NAMESPACES.items()), 'office:version="1.4"']
)
_PARTS = {
    "content.xml": f"""<office:document-content {_OFFICE}><office:automatic-styles/>
<office:body><office:spreadsheet/></office:body></office:document-content>""",
    "meta.xml": f"<office:document-meta {_OFFICE}><office:meta/></office:document-meta>",
    "settings.xml": f"""<office:document-settings {_OFFICE}><office:settings>
<config:config-item-set config:name="ooo:configuration-settings">
<config:config-item config:name="ShowGrid" config:type="boolean">false</config:config-item>
</config:config-item-set></office:settings></office:document-settings>""",
}
"""An empty document: odfdo's own has one sheet, and the fonts and language of its maker."""


def write_open_document(figures: Figures, path: Path) -> None:
    """Write the workbook; the same figures give the same bytes. A table without rows is left out.

    Args:
        figures: the protected figures.
        path: the file to write, `.ods`.
    """
    book = make_book(figures)
    document = _empty_document()
    _describe(document, book)
    document.insert_style(_row_style(), automatic=True)
    for master_page in ("Pages", "OnePage"):
        style = Style("table", name=f"On{master_page}")
        style.set_attribute("style:master-page-name", master_page)
        document.insert_style(style, automatic=True)
    document.body.append(_cover(document, book))
    for sheet in book.sheets:
        document.body.append(_table(document, sheet))
    document.body.append(_ranges(book.sheets))
    written = BytesIO()
    document.save(written)
    _pack(written, path)


def _empty_document() -> Document:
    """Return a spreadsheet without sheets, in our styles."""
    document = Document("spreadsheet")
    container, manifest = document.container, document.manifest
    styles = (files("publisher") / "theme" / "workbook-styles.xml").read_bytes()
    if container is None:
        raise AssertionError("odfdo made a document that holds nothing")
    for part in container.parts:
        if part.startswith(_NEEDLESS):
            container.del_part(part)
    for listed in manifest.get_paths():
        if str(listed).startswith(_NEEDLESS):
            manifest.del_full_path(str(listed))
    container.set_part("styles.xml", styles)
    for part, text in _PARTS.items():
        container.set_part(part, f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode())
    return document


def _describe(document: Document, book: Book) -> None:
    made_at = datetime.combine(book.made_on, time())
    meta = document.meta
    meta.title = book.title
    meta.language = LANGUAGE
    meta.initial_creator = meta.creator = AUTHOR
    meta.creation_date = meta.date = made_at


def _row_style() -> Style:
    """Return the style of a row as high as its lines."""
    return Style("table-row", name="Row", use_optimal_height=True)


def _cover(document: Document, book: Book) -> Table:
    table = Table(book.cover_name, style="OnOnePage")
    table.append(_column(document, SheetColumn("", False, LINE)))
    headings = {book.introduction.heading, book.about.heading}
    for place, words in enumerate(book.cover_lines()):
        style = "Heading_20_1" if not place else "Heading_20_2" if words in headings else "Words"
        table.append(_row([_cell(words, style)]))
    return table


def _table(document: Document, sheet: Sheet) -> Table:
    style = "OnOnePage" if len(sheet.rows) <= ROWS_OF_A_PAGE else "OnPages"
    table = Table(sheet.name, style=style)
    for column in sheet.columns:
        table.append(_column(document, column))
    table.append(_row([_cell(sheet.title, "Heading_20_1")]))
    for words in sheet.lines:
        table.append(_row([_cell(words, "Line")]))
    heading = HeaderRows()
    heading.append(_row([_heading(column, place) for place, column in enumerate(sheet.columns)]))
    table.append(heading)
    for row in sheet.rows:
        table.append(_row([_body_cell(sheet, cell, place) for place, cell in enumerate(row)]))
    return table


def _row(cells: list[Cell]) -> Row:
    row = Row(style="Row")
    for cell in cells:
        row.append(cell)
    return row


def _column(document: Document, column: SheetColumn) -> Column:
    """Return a column of a width, and keep the style of that width in the document."""
    character = _CHARACTER_OF_WORDS_CM if column.width == LINE else _CHARACTER_CM
    name = f"Width{column.width}"
    if document.get_style("table-column", name) is None:
        width = f"{character * column.width + _MARGIN_CM:.2f}cm"
        document.insert_style(Style("table-column", name=name, width=width), automatic=True)
    return Column(style=name, default_cell_style="Default")


def _heading(column: SheetColumn, place: int) -> Cell:
    first = "Later_20_heading" if place else "Column_20_heading"
    return _cell(column.heading, "Number_20_heading" if column.is_number else first)


def _body_cell(sheet: Sheet, cell: SheetCell, place: int) -> Cell:
    if isinstance(cell, int):
        return _cell(cell, "Whole_20_number", text=f"{cell:,}")
    if isinstance(cell, float):
        return _cell(cell, "Decimal_20_number", text=f"{cell:,.1f}")
    if sheet.columns[place].is_number:
        return _cell(cell, "Symbol")
    if not sheet.links or place:
        style = "words" if sheet.columns[place].width in (LINE, WIDEST) else "line"
        return _cell(cell, f"Later_20_{style}" if place else style.capitalize())
    link = Link(f"#'{cell}'.A1", text=cell)
    link.set_attribute("xlink:type", "simple")
    linked = Paragraph()
    linked.append(link)
    return _words([linked], "Link")


def _cell(value: SheetCell, style: str, *, text: str | None = None) -> Cell:
    if isinstance(value, str):
        return _words([Paragraph(line) for line in value.split("\n")], style)
    return Cell(value, text=text, style=style)


def _words(paragraphs: list[Paragraph], style: str) -> Cell:
    """Return a cell of words, one paragraph a line."""
    cell = Cell(style=style)
    cell.set_attribute("office:value-type", "string")
    for paragraph in paragraphs:
        cell.append(paragraph)
    return cell


def _ranges(sheets: tuple[Sheet, ...]) -> Element:
    """Return the names of the tables, each with its heading row."""
    ranges = Element.from_tag("table:database-ranges")
    for sheet in sheets:
        first, last = sheet.heading_row + 1, sheet.heading_row + 1 + len(sheet.rows)
        named = Element.from_tag("table:database-range")
        named.set_attribute("table:name", sheet.range_name)
        named.set_attribute(
            "table:target-range-address",
            f"'{sheet.name}'.A{first}:'{sheet.name}'.{_letters(len(sheet.columns))}{last}",
        )
        named.set_attribute("table:contains-header", "true")
        named.set_attribute("table:display-filter-buttons", "false")
        ranges.append(named)
    return ranges


def _letters(number: int) -> str:
    """Return the name of a column, counted from 1: `A`, `Z`, `AA`."""
    letters = ""
    while number:
        number, place = divmod(number - 1, 26)
        letters = chr(ord("A") + place) + letters
    return letters


def _pack(written: BytesIO, path: Path) -> None:
    """Write the parts again without the time of day, the type of the file first and bare."""
    with ZipFile(written) as source, ZipFile(path, "w") as target:
        for name in source.namelist():
            entry = ZipInfo(name, _EARLIEST)
            entry.compress_type = ZIP_STORED if name == "mimetype" else ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            target.writestr(entry, source.read(name))
