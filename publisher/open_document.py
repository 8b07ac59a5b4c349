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
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from odfdo import Document, Element, Style

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
    widths = {column.width for sheet in book.sheets for column in sheet.columns}
    for width in sorted(widths | {LINE}):
        document.insert_style(_column_style(width), automatic=True)
    document.body.append(_cover(book))
    for sheet in book.sheets:
        document.body.append(_table(sheet))
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


def _cover(book: Book) -> Element:
    headings = {book.introduction.heading, book.about.heading}
    first, *lines = book.cover_lines()
    rows = [
        _row([_words(words, "Heading_20_2" if words in headings else "Words")]) for words in lines
    ]
    column = _column(SheetColumn("", is_number=False, width=LINE))
    title = _row([_words(first, "Heading_20_1")])
    return _element(book.cover_name, "OnOnePage", column, title, *rows)


def _table(sheet: Sheet) -> Element:
    headings = _row([_heading(column, place) for place, column in enumerate(sheet.columns)])
    return _element(
        sheet.name,
        "OnOnePage" if len(sheet.rows) <= ROWS_OF_A_PAGE else "OnPages",
        *(_column(column) for column in sheet.columns),
        _row([_words(sheet.title, "Heading_20_1")]),
        *(_row([_words(words, "Line")]) for words in sheet.lines),
        f"<table:table-header-rows>{headings}</table:table-header-rows>",
        *(
            _row([_cell(sheet, cell, place) for place, cell in enumerate(row)])
            for row in sheet.rows
        ),
    )


def _element(name: str, style: str, *parts: str) -> Element:
    """Return a sheet. It is written as text, and read once: an object a cell takes seconds."""
    opening = f"<table:table table:name={quoteattr(name)} table:style-name={quoteattr(style)}>"
    return Element.from_tag(f"{opening}{''.join(parts)}</table:table>")


def _row(cells: list[str]) -> str:
    return f'<table:table-row table:style-name="Row">{"".join(cells)}</table:table-row>'


def _column_style(width: int) -> Style:
    character = _CHARACTER_OF_WORDS_CM if width == LINE else _CHARACTER_CM
    name = f"Width{width}"
    return Style("table-column", name=name, width=f"{character * width + _MARGIN_CM:.2f}cm")


def _column(column: SheetColumn) -> str:
    return (
        f'<table:table-column table:style-name="Width{column.width}" '
        'table:default-cell-style-name="Default"/>'
    )


def _heading(column: SheetColumn, place: int) -> str:
    words = "Later_20_heading" if place else "Column_20_heading"
    return _words(column.heading, "Number_20_heading" if column.is_number else words)


def _cell(sheet: Sheet, cell: SheetCell, place: int) -> str:
    if isinstance(cell, int):
        return _number(cell, f"{cell:,}", "Whole_20_number")
    if isinstance(cell, float):
        return _number(cell, f"{cell:,.1f}", "Decimal_20_number")
    if sheet.columns[place].is_number:
        return _words(cell, "Symbol")
    if sheet.links and not place:
        target = quoteattr(f"#'{cell}'.A1")
        link = f'<text:a xlink:type="simple" xlink:href={target}>{escape(cell)}</text:a>'
        return _words_cell(f"<text:p>{link}</text:p>", "Link")
    style = "words" if sheet.columns[place].width in (LINE, WIDEST) else "line"
    return _words(cell, f"Later_20_{style}" if place else style.capitalize())


def _number(value: float, text: str, style: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="float" '
        f'office:value="{value}"><text:p>{text}</text:p></table:table-cell>'
    )


def _words(words: str, style: str) -> str:
    """Return a cell of words, one paragraph a line."""
    lines = (f"<text:p>{escape(line)}</text:p>" for line in words.split("\n"))
    return _words_cell("".join(lines), style)


def _words_cell(paragraphs: str, style: str) -> str:
    return (
        f'<table:table-cell table:style-name="{style}" office:value-type="string">'
        f"{paragraphs}</table:table-cell>"
    )


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
