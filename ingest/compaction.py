"""One file a table and quarter, beside the lake's one file a borough: what the warehouse reads.

Here: keeping the compacted files equal to the accepted ones. Not here: writing accepted files
(`lake`). The accepted files stay the truth; these can be deleted at any time. A build opens 40
files in place of 1,320, which is most of what a small build costs.
"""

from __future__ import annotations

import hashlib
import io
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.home import Home

_SOURCES = b"accepted_files"


def compact(home: Home) -> int:
    """Bring every compacted file up to date and return how many were written.

    A file is written anew when the set, size or time of the accepted files behind it has changed,
    and removed when there is none any more.
    """
    folders = [
        path for path in (home.lake / "accepted").glob("*/*/") if any(path.glob("*.parquet"))
    ]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        written = sum(pool.map(partial(_bring_up_to_date, home), folders))
    wanted = {home.compacted(folder.parent.name, folder.name) for folder in folders}
    for leftover in set((home.lake / "compacted").glob("*/*/*.parquet")) - wanted:
        leftover.unlink()
    return written


def _bring_up_to_date(home: Home, folder: Path) -> bool:
    """Write the compacted file of a folder anew if it has to be; return whether it was."""
    files = sorted(folder.glob("*.parquet"))
    target = home.compacted(folder.parent.name, folder.name)
    sources = _fingerprint(files)
    if target.is_file() and _sources_of(target) == sources:
        return False
    _write(target, files, sources)
    return True


def _fingerprint(files: list[Path]) -> bytes:
    digest = hashlib.sha256()
    for file in files:
        stat = file.stat()
        digest.update(f"{file.name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest().encode()


def _sources_of(target: Path) -> bytes | None:
    return (pq.read_schema(target).metadata or {}).get(_SOURCES)


def _write(target: Path, files: list[Path], sources: bytes) -> None:
    tables = [pq.ParquetFile(file).read() for file in files]
    rows = pa.concat_tables(tables, promote_options="default")
    buffer = io.BytesIO()
    pq.write_table(rows.replace_schema_metadata({_SOURCES: sources}), buffer, compression="zstd")
    # Made again from the accepted files at any time: nothing is lost if a power cut takes it.
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_suffix(".aside")
    aside.write_bytes(buffer.getvalue())
    aside.replace(target)
