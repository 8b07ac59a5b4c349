"""What an .xlsx workbook says beside its values: errors, merged and hidden cells, its date system.

Here: the parts of the zip that the fast reader leaves out. Not here: the values (`workbooks`), the
same for the other formats (`ods_marks`, `xls_marks`).
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from posixpath import join, normpath

from ingest.archives import Archive
from ingest.grid import EPOCH_1900, EPOCH_1904, MAX_ROWS, UNCALCULATED, Place, place_of

_CELL = re.compile(rb"<(?:\w+:)?c((?:\s[^>]*)?)(?<!/)>(.*?)</(?:\w+:)?c>", re.DOTALL)
_REFERENCE = re.compile(rb'\sr="([A-Z]{1,3}\d{1,8})"')
_ROW = re.compile(rb"<(?:\w+:)?row(\s[^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_SPAN = re.compile(rb'\b(min|max)="(\d{1,5})"')
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass(slots=True)
class Marks:
    """What a sheet says beside its values. `texts` are cells whose value is no value."""

    texts: dict[Place, str] = field(default_factory=dict[Place, str])
    merged: list[tuple[Place, Place]] = field(default_factory=list[tuple[Place, Place]])
    hidden_rows: int = 0
    hidden_columns: int = 0


@dataclass(slots=True)
class WorkbookMarks:
    """What a workbook says beside its values; `epoch` is None where that is not known."""

    epoch: date | None = None
    sheets: dict[str, Marks] = field(default_factory=dict[str, Marks])


def read_xlsx_marks(archive: Archive) -> WorkbookMarks:
    """Return what an .xlsx says beside its values, sheet by sheet.

    Raises:
        UnreadableFile: a part is damaged.
    """
    members = set(archive.members)
    if "xl/workbook.xml" not in members:
        raise archive.damaged()
    try:
        workbook = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314 # no DOCTYPE
        targets = _targets(archive, members)
    except ElementTree.ParseError:
        raise archive.damaged() from None
    found = WorkbookMarks(EPOCH_1900)
    for element in workbook.iter():
        tag = element.tag.rpartition("}")[2]
        if tag == "workbookPr" and element.get("date1904", "0") in ("1", "true"):
            found.epoch = EPOCH_1904
        if tag == "sheet":
            relation = element.get(_RELATION) or element.get(_STRICT_RELATION) or ""
            part = targets.get(relation, "")
            if part in members:
                found.sheets[element.get("name", "")] = _sheet_marks(archive, part)
    return found


def _targets(archive: Archive, members: set[str]) -> dict[str, str]:
    relations = "xl/_rels/workbook.xml.rels"
    if relations not in members:
        return {}
    found: dict[str, str] = {}
    for element in ElementTree.fromstring(archive.read(relations)):  # noqa: S314 # no DOCTYPE
        target = element.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        found[element.get("Id", "")] = path
    return found


def _sheet_marks(archive: Archive, part: str) -> Marks:
    marks, rows, end = Marks(), 0, b""
    for piece in _pieces(archive, part):
        rows += min(piece.count(b"row>"), piece.count(b"<v>") + piece.count(b"<is>"))
        if rows > MAX_ROWS:
            raise archive.refused(f"has more than {MAX_ROWS:,} rows. Send only those of the return")
        if b"hidden=" in piece:
            marks.hidden_rows += sum(bool(_HIDDEN.search(one)) for one in _ROW.findall(piece))
            marks.hidden_columns += sum(_width(one) for one in _COLUMN.findall(piece))
        if b't="e"' in piece or b"<f" in piece or b":f" in piece:
            _cell_marks(piece, marks)
        end = piece[-64:]
    if not end.rstrip().endswith(b"sheet>"):
        raise archive.damaged()  # the reader would take what came before for the whole
    return marks


def _width(column: bytes) -> int:
    if not _HIDDEN.search(column):
        return 0
    span = {name: int(number) for name, number in _SPAN.findall(column)}
    # A rule for all columns to the far right hides nothing that anybody filled.
    is_tail = span.get(b"max", 1) > 16_000
    return 0 if is_tail else span.get(b"max", 1) - span.get(b"min", 1) + 1


def _cell_marks(piece: bytes, marks: Marks) -> None:
    for attributes, inside in _CELL.findall(piece):
        is_error = b't="e"' in attributes
        if not is_error and not _FORMULA.search(inside):
            continue
        reference = _REFERENCE.search(attributes)
        place = place_of(reference[1].decode()) if reference else None
        if place is None:
            continue
        value = _VALUE.search(inside)
        if is_error:
            marks.texts[place] = value[1].decode(errors="replace") if value else "#N/A"
        elif value is None and b't="str"' not in attributes and b"<is>" not in inside:
            marks.texts[place] = UNCALCULATED


def _pieces(archive: Archive, part: str) -> Iterator[bytes]:
    """Give a sheet's XML in pieces that end with a row, so that no cell is cut in two."""
    carried = b""
    for chunk in archive.chunks(part):
        whole = carried + chunk
        cut = whole.rfind(b"row>") + 4
        if cut >= 4:
            yield whole[:cut]
            carried = whole[cut:]
        else:
            carried = whole
    if carried:
        yield carried
