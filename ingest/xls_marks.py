"""What an .xls workbook says beside its values, and whether it is one that a parser may see.

Here: one walk over the records of the old binary format: its extent, password, macros, errors,
hidden rows and date system. Not here: the values (`workbooks`). A 6 kB file can claim 16 million
cells, so the extent is known before any parser makes room for it.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from ingest.archives import protected_sentence
from ingest.grid import EPOCH_1900, EPOCH_1904, UnreadableFile
from ingest.marks import Marks, WorkbookMarks

_BOF, _BOUNDSHEET, _FILEPASS, _DATEMODE = 0x0809, 0x0085, 0x002F, 0x0022
_ROW, _COLINFO, _BOOLERR, _FORMULA = 0x0208, 0x007D, 0x0205, 0x0006
_CELLS = {0x0203, 0x027E, 0x00FD, 0x0204, 0x00BD, _BOOLERR, _FORMULA}
_HIDDEN_ROW = 0x20
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
MAX_CELLS = 8_000_000
Record = tuple[int, bytes]


def read_xls_marks(name: str, content: bytes) -> WorkbookMarks:
    """Return what an .xls says beside its values, sheet by sheet.

    Raises:
        UnreadableFile: protected, damaged, with macros, no workbook at all, or spread over more
            cells than a return can hold.
    """
    stream = _workbook_stream(name, content)
    found = WorkbookMarks(EPOCH_1900)
    sheets: list[tuple[int, str]] = []
    for kind, body in _records(stream, 0):
        if kind == _FILEPASS:
            raise UnreadableFile(protected_sentence(name))
        if kind == _DATEMODE and body[:2] == b"\x01\x00":
            found.epoch = EPOCH_1904
        if kind == _BOUNDSHEET and len(body) > 8:
            sheets.append((struct.unpack_from("<I", body)[0], _sheet_name(body)))
    cells = 0
    for start, title in sheets:
        marks, extent = _sheet_marks(stream, start)
        found.sheets[title] = marks
        cells += extent
    if cells > MAX_CELLS:
        raise UnreadableFile(
            f"{name} is spread over more than {MAX_CELLS:,} cells. Copy the rows of the return to "
            "a new workbook and send that."
        )
    return found


def _workbook_stream(name: str, content: bytes) -> bytes:
    try:
        with olefile.OleFileIO(io.BytesIO(content)) as container:
            names = {"/".join(path).lower() for path in container.listdir()}
            if "encryptedpackage" in names:
                raise UnreadableFile(protected_sentence(name))
            if any("_vba_project" in one for one in names):
                raise UnreadableFile(f"{name} holds macros. Save it as .xlsx, without macros.")
            if "workbook" in names:
                return container.openstream("Workbook").read()
    except UnreadableFile:
        raise
    except Exception:  # whatever a hostile container makes the library say
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise UnreadableFile(protected_sentence(name)) from None
        raise _damaged(name) from None
    if "book" in names:
        raise UnreadableFile(
            f"{name} is in the format of Excel 95. Save it as an Excel workbook (.xlsx)."
        )
    raise UnreadableFile(
        f"{name} is not a workbook. Open it in Excel and save it as an Excel workbook (.xlsx)."
    )


def _damaged(name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{name} is damaged and cannot be opened. Open it in Excel, save a new copy and send that."
    )


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """Give the records of one substream, up to its end."""
    at, depth = start, 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == 0x000A:
            depth -= 1
            if depth <= 0:
                return
        if kind == _BOF:
            depth += 1
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _sheet_name(body: bytes) -> str:
    count, is_wide = body[6], body[7] & 1
    text = body[8 : 8 + count * (2 if is_wide else 1)]
    return text.decode("utf-16-le" if is_wide else "latin-1", errors="replace")


def _sheet_marks(stream: bytes, start: int) -> tuple[Marks, int]:
    marks = Marks()
    rows: set[int] = set()
    first, last = [1 << 20, 1 << 20], [0, 0]
    for kind, body in _records(stream, start):
        if kind == _ROW and len(body) >= 14 and body[12] & _HIDDEN_ROW:
            rows.add(struct.unpack_from("<H", body)[0])
        elif kind == _COLINFO and len(body) >= 10 and body[8] & 1:
            left, right = struct.unpack_from("<HH", body)
            marks.hidden_columns += right - left + 1 if right < 255 else 0
        elif kind in _CELLS and len(body) >= 6:
            place: tuple[int, int] = struct.unpack_from("<HH", body)
            for axis in (0, 1):
                first[axis] = min(first[axis], place[axis])
                last[axis] = max(last[axis], place[axis])
            if error := _error(kind, body):
                marks.texts[place] = error
    marks.hidden_rows = len(rows)
    extent = (last[0] - first[0] + 1) * (last[1] - first[1] + 1) if first[0] <= last[0] else 0
    return marks, extent


def _error(kind: int, body: bytes) -> str:
    if kind == _BOOLERR and len(body) >= 8 and body[7] == 1:
        return _ERRORS.get(body[6], "#N/A")
    # A formula's result: 0xFFFF at its end means no number, 2 at its start an error.
    if kind == _FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
        return _ERRORS.get(body[8], "#N/A")
    return ""
