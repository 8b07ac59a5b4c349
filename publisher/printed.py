"""How a protected table is printed: the words of each cell, its symbol, its marks.

Here: tables and cells as people read them, for every page of a release and of a draft. Not here:
the pages (page, preview), pictures, or any arithmetic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.figures import SYMBOL_MEANINGS, Cell, Table
from publisher.remarks import Mark
from publisher.revisions import Marked
from publisher.wording import per_cent

_OPEN_TABLES = ("achievement-by-borough", "starts-london", "national-context")
"""Tables that a reader sees without unfolding them."""

_PROVISIONAL = (("p", "provisional"),)
_SIGNS = {"Above": "▲ ", "Below": "▼ "}
"""The two positions outside London's range have a sign, so that colour is not needed."""


@dataclass(frozen=True, slots=True)
class PageCell:
    """One printed cell: its words, and whether it is a number, a symbol or text.

    `sign` stands before the words on a screen; the typeface has none for paper. `marks` are letters
    that stand after it, each with what a screen reader says.
    """

    words: str
    kind: str
    meaning: str = ""
    sign: str = ""
    marks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table as printed: hidden columns left out, intervals joined.

    `tidy` are the names of the tidy files that have its cells, where a page names them.
    """

    table_id: str
    caption: str
    made_up_words: str
    headings: tuple[PageCell, ...]
    rows: tuple[tuple[PageCell, ...], ...]
    notes: tuple[str, ...]
    query: str
    is_folded: bool
    is_printed: bool
    tidy: tuple[str, ...] = ()

    @property
    def symbols(self) -> tuple[PageCell, ...]:
        """The symbols among its cells, each once: a key for those who cannot point at them."""
        found = {cell.words: cell for row in self.rows for cell in row if cell.kind == "symbol"}
        return tuple(found[symbol] for symbol in SYMBOL_MEANINGS if symbol in found)


def page_table(table: Table, marked: Marked | None = None) -> PageTable:
    """Return a table as the page prints it, with the marks of its numbers where it has any."""
    marked = marked or Marked()
    places = [
        place
        for place, column in enumerate(table.columns)
        if column.is_on_page and not column.ends_interval
    ]
    headings = tuple(
        PageCell(
            table.columns[place].title,
            "text" if table.columns[place].datatype == "string" else "number",
            marks=_PROVISIONAL if table.columns[place].name in marked.columns else (),
        )
        for place in places
    )
    return PageTable(
        table_id=table.table_id,
        caption=table.title,
        made_up_words=table.made_up_words(),
        headings=headings,
        rows=tuple(
            tuple(
                replace(
                    page_cell(table, row, place),
                    marks=_marks(table, marked, number, place, places),
                )
                for place in places
            )
            for number, row in enumerate(table.rows)
        ),
        notes=table.notes,
        query=table.query,
        is_folded=table.table_id not in _OPEN_TABLES,
        is_printed=table.is_on_page,
    )


def page_cell(table: Table, row: tuple[Cell, ...], place: int) -> PageCell:
    """Return one cell as it is printed, with its upper limit where it begins an interval."""
    column, cell = table.columns[place], row[place]
    if cell is None:
        return PageCell("", "number")
    if column.datatype == "string":
        return PageCell(str(cell), "text", sign=_SIGNS.get(str(cell), ""))
    if isinstance(cell, str):
        return PageCell(cell, "symbol", SYMBOL_MEANINGS[cell].partition(":")[0])
    if column.datatype != "percent":
        return PageCell(f"{cell:,}", "number")
    following = table.columns[place + 1] if place + 1 < len(table.columns) else None
    if following is not None and following.ends_interval:
        return PageCell(f"{per_cent(cell)} to {per_cent(row[place + 1])}", "number")
    return PageCell(per_cent(cell), "number")


def _marks(
    table: Table, marked: Marked, row_place: int, place: int, places: Sequence[int]
) -> tuple[tuple[str, str], ...]:
    """Return the marks of a cell: a row or column that is provisional says so once, in its head."""
    if place == places[0]:
        return _PROVISIONAL if row_place in marked.rows and not marked.columns else ()
    column = table.columns[place].name
    found = marked.cells.get((row_place, column), ())
    is_said = column in marked.columns or (row_place in marked.rows and not marked.columns)
    return tuple(
        (one.mark, _words_of_mark(one, table.columns[place].datatype))
        for one in found
        if one.mark == "r" or not is_said
    )


def _words_of_mark(mark: Mark, datatype: str) -> str:
    if mark.mark == "p":
        return "provisional"
    before = per_cent(mark.before) if datatype == "percent" else f"{mark.before:,}"
    return f"revised, was {before}"
