"""Use the data: the snapshots and their files, the dictionary, and how to open them elsewhere.

Here: what lies ready to be read or taken away. Not here: asking a snapshot by SQL (asking), which
tables are open (ingest.open_tables).
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import FileResponse, Response

from ingest.open_tables import CLOSED_TABLES
from ingest.query_door.copies import open_copy
from ingest.shelf import OpenTable, ShelfFile, ShelfSnapshot, shelf
from ingest.snapshots import NoWarehouse, verify_snapshot
from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.pages.sending import file_named

_KINDS = {
    "fct_": "Facts and figures",
    "dim_": "Lists, for the codes in the facts",
    "ctx_": "Context, published by others",
}
_BACK = {"text": "Back to the data", "href": "/data"}


def snapshot_of_path(call: Call) -> ShelfSnapshot:
    """Return the snapshot that the address names. Raises NotFound: it is not kept."""
    wanted = call.request.path_params["build"]
    for one in shelf(call.services.home):
        if one.build == wanted:
            return one
    raise NotFound


def download_name(snapshot: ShelfSnapshot, name: str) -> str:
    """Return the name under which a file is kept elsewhere: it says of what it is."""
    first = "synthetic-" if snapshot.sidecar.is_synthetic else ""
    return f"{first}{snapshot.build}-{name.replace('/', '-')}"


def size(count: int) -> str:
    """Return a number of bytes as people read it."""
    return (
        f"{count / 1_000_000:,.1f} MB" if count >= 100_000 else f"{max(count / 1000, 0.1):.1f} kB"
    )


def _overview(call: Call) -> Response:
    """List the kept snapshots, and what can be done with them."""
    found = shelf(call.services.home)
    returns = {one.build: one.signed_returns() for one in found}
    return call.show(
        "data.html.jinja",
        snapshots=found,
        returns=returns,
        sizes={one.build: size(one.sidecar.size_bytes) for one in found},
        closed=CLOSED_TABLES,
    )


def _snapshot(call: Call) -> Response:
    return _snapshot_page(call, snapshot_of_path(call))


def _check(call: Call) -> Response:
    """Read every byte of a snapshot, and say whether it is as it was published."""
    found = snapshot_of_path(call)
    try:
        checked = verify_snapshot(found.path)
    except NoWarehouse:
        raise NotFound from None
    if checked.is_whole:
        return _snapshot_page(call, found, notice=checked.message)
    return _snapshot_page(call, found, sentence=checked.message)


def _snapshot_page(
    call: Call, found: ShelfSnapshot, *, notice: str = "", sentence: str = ""
) -> Response:
    files = found.files()
    return call.show(
        "snapshot.html.jinja",
        status=409 if sentence else 200,
        snapshot=found,
        returns=sorted(found.signed_returns().items()),
        groups=_groups(found.tables()),
        files={name: _files_of(files, name) for name in found.tables()},
        size=size,
        notice=notice or None,
        sentence=sentence,
        has_errors=bool(sentence),
        back=_BACK,
    )


def _groups(tables: Mapping[str, OpenTable]) -> dict[str, list[OpenTable]]:
    return {
        title: [one for one in tables.values() if one.name.startswith(prefix)]
        for prefix, title in _KINDS.items()
    }


def _files_of(files: Mapping[str, ShelfFile], table: str) -> list[ShelfFile]:
    mine = [one for one in files.values() if one.table == table]
    return sorted(mine, key=lambda one: (one.path.suffix == ".csv", one.name))


def _file(call: Call) -> Response:
    """Give one file of one open table."""
    found = snapshot_of_path(call)
    file = found.files().get(call.request.path_params["name"])
    if file is None:
        raise NotFound
    kind = "text/csv; charset=utf-8" if file.path.suffix == ".csv" else "application/octet-stream"
    return FileResponse(file.path, media_type=kind, filename=download_name(found, file.name))


def _whole(call: Call) -> Response:
    """Give every open table in one DuckDB file."""
    found = snapshot_of_path(call)
    try:
        copy = open_copy(call.services.home, found.sidecar)
    except NoWarehouse:
        raise NotFound from None
    name = download_name(found, "open.duckdb")
    return FileResponse(copy, media_type="application/octet-stream", filename=name)


def _sums(call: Call) -> Response:
    """Give the SHA-256 of each file, under the names that they are downloaded by."""
    found = snapshot_of_path(call)
    lines = [f"{one.sha256}  {download_name(found, one.name)}\n" for one in found.files().values()]
    name = download_name(found, "SHA256SUMS.txt")
    return file_named("".join(lines).encode(), name, "text/plain; charset=utf-8")


def _newest(call: Call) -> ShelfSnapshot | None:
    return next((one for one in shelf(call.services.home) if one.is_current), None)


def _dictionary(call: Call) -> Response:
    """List the open tables of the newest snapshot, each with what one row is."""
    newest = _newest(call)
    return call.show(
        "dictionary.html.jinja",
        snapshot=newest,
        groups=_groups(newest.tables()) if newest else {},
        closed=CLOSED_TABLES,
        back=_BACK,
    )


def _table(call: Call) -> Response:
    """Show one table, column by column."""
    newest = _newest(call)
    table = newest.tables().get(call.request.path_params["table"]) if newest else None
    if newest is None or table is None:
        raise NotFound
    return call.show(
        "dictionary_table.html.jinja",
        snapshot=newest,
        table=table,
        files=_files_of(newest.files(), table.name),
        size=size,
        back={"text": "Back to the dictionary", "href": "/data/dictionary"},
    )


def _elsewhere(call: Call) -> Response:
    """Show how to open the files in Excel, Power BI, Python and R, with the files' own names."""
    newest = _newest(call)
    names: dict[str, str] = {}
    files: dict[str, str] = {}
    if newest is not None:
        names["open"] = download_name(newest, "open.duckdb")
        for file in sorted(newest.files().values(), key=lambda one: one.name):
            # Of a table with a file for each quarter, this keeps the newest.
            key = file.table + file.path.suffix
            names[key], files[key] = download_name(newest, file.name), f"files/{file.name}"
    return call.show("elsewhere.html.jinja", snapshot=newest, names=names, files=files, back=_BACK)


PAGES = (
    Page("/data", Action.ANALYSE, _overview),
    Page("/data/dictionary", Action.ANALYSE, _dictionary),
    Page("/data/dictionary/{table}", Action.ANALYSE, _table),
    Page("/data/elsewhere", Action.ANALYSE, _elsewhere),
    Page("/data/snapshots/{build}", Action.ANALYSE, _snapshot),
    Page("/data/snapshots/{build}/check", Action.ANALYSE, _check, is_form=True),
    Page("/data/snapshots/{build}/open.duckdb", Action.ANALYSE, _whole),
    Page("/data/snapshots/{build}/SHA256SUMS", Action.ANALYSE, _sums),
    Page("/data/snapshots/{build}/files/{name:path}", Action.ANALYSE, _file),
)
