"""The lake: accepted, pseudonymised Parquet that the warehouse reads.

Here: one file a table, quarter and borough, each written whole or not at all. Not here: deciding
what is accepted. Columns: see docs/architecture.md, "Accepted tables in the lake".
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.home import Home, write_durably
from ingest.parse import ROW, ParsedReturn, arrow_type, empty_rows
from ingest.pseudonym import Pseudonymiser
from ingest.register import Submission
from specification.model import Collection, Table

SUBMISSIONS = pa.schema(
    [
        ("submission_id", pa.string()),
        ("borough_code", pa.string()),
        ("quarter", pa.string()),
        ("version", pa.int32()),
        ("state", pa.string()),
        ("received_at", pa.timestamp("us")),
        ("signed_at", pa.timestamp("us")),
        ("error_count", pa.int32()),
        ("query_count", pa.int32()),
        ("sha256", pa.string()),
    ]
)


def accept(
    parsed: ParsedReturn,
    submission: Submission,
    collection: Collection,
    pseudonymiser: Pseudonymiser,
    home: Home,
) -> dict[str, int]:
    """Write every table of a return that passed its check; a table not sent has no rows.

    Args:
        collection: the newest collection, whose fields are the columns of the lake. What an older
            return was not asked is null.

    Returns: rows written, by table.
    """
    written: dict[str, int] = {}
    for table in collection.tables.values():
        rows = _accepted_rows(parsed, table, submission, pseudonymiser)
        path = home.accepted(table.name, submission.quarter, submission.borough_code)
        write_parquet(path, rows)
        written[table.name] = rows.num_rows
    return written


def accepted_submission(home: Home, submission: Submission, collection: Collection) -> bool:
    """Return whether the lake already holds this very submission, in every table."""
    for table in collection.tables:
        path = home.accepted(table, submission.quarter, submission.borough_code)
        if not path.is_file():
            return False
        metadata = pq.read_schema(path).metadata or {}
        if metadata.get(b"submission_id") != submission.submission_id.encode():
            return False
    return True


def export_register(submissions: Sequence[Submission], home: Home) -> None:
    """Write the register as the warehouse sees it: one row a submission, no actor, no file name."""
    naive = [
        {
            "submission_id": one.submission_id,
            "borough_code": one.borough_code,
            "quarter": str(one.quarter),
            "version": one.version,
            "state": one.state.value,
            "received_at": one.received_at.replace(tzinfo=None),
            "signed_at": one.signed_at.replace(tzinfo=None) if one.signed_at else None,
            "error_count": one.error_count,
            "query_count": one.query_count,
            "sha256": one.sha256,
        }
        for one in submissions
    ]
    write_parquet(
        home.lake / "register" / "submissions.parquet",
        pa.Table.from_pylist(naive, schema=SUBMISSIONS),
    )


def write_parquet(path: Path, rows: pa.Table) -> None:
    """Write one Parquet file durably under its final name."""
    buffer = io.BytesIO()
    pq.write_table(rows, buffer, compression="zstd")
    write_durably(path, buffer.getvalue())


def _accepted_rows(
    parsed: ParsedReturn, table: Table, submission: Submission, pseudonymiser: Pseudonymiser
) -> pa.Table:
    sent = parsed.tables.get(table.name)
    rows = sent.rows if sent is not None else empty_rows(table)
    count = rows.num_rows
    columns: dict[str, pa.Array | pa.ChunkedArray] = {
        "borough_code": pa.array([submission.borough_code] * count, pa.string()),
        "quarter": pa.array([str(submission.quarter)] * count, pa.string()),
        "submission_id": pa.array([submission.submission_id] * count, pa.string()),
        "row_number": rows[ROW],
    }
    for field in table.fields:
        if field.name == "uln":
            keys = [pseudonymiser.person_key(uln) for uln in rows["uln"].to_pylist()]
            columns["person_key"] = pa.array(keys, pa.string())
        elif field.name not in columns:
            asked = field.name in rows.column_names
            columns[field.name] = rows[field.name] if asked else pa.nulls(count, arrow_type(field))
    return pa.table(columns, metadata={"submission_id": submission.submission_id})
