"""What a return says, as one hash: the same rows in another file or order have the same one.

Here: the hash of the typed rows and of what could not be read. Not here: the hash of the bytes
(`landing`), where it is kept (`register`).
"""

from __future__ import annotations

import hashlib
import io
import json

from pyarrow import csv

from ingest.parse import ROW, UNREADABLE, ParsedReturn, ParsedTable


def content_sha256(parsed: ParsedReturn) -> str:
    """Return the hash of a return's tables; the order of rows, sheets and columns has no part."""
    digest = hashlib.sha256()
    for name in sorted(parsed.tables):
        digest.update(f"{name}\n".encode())
        digest.update(_rows_as_text(parsed.tables[name]))
    return digest.hexdigest()


def _rows_as_text(table: ParsedTable) -> bytes:
    names = sorted(name for name in table.rows.column_names if name not in (ROW, UNREADABLE))
    rows = table.rows.select(names)
    text = io.BytesIO()
    csv.write_csv(rows.sort_by([(name, "ascending") for name in names]), text)
    # A text without a value is null in the rows: two different ones are not the same content.
    unread = sorted((one.fault, one.field, one.value) for one in table.faults)
    return text.getvalue() + json.dumps(unread).encode()
