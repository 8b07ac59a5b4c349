"""The commands that write workbooks for officers: the template, and imports that part-fill it.

Here: options, and where the file goes. Not here: what is in it (`feedback`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.speak import Exit, declared_return, result, stop, talk, uploaded
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from specification.load import collection_for

Borough = Annotated[str, typer.Option(help="GSS code, name or three letters: E09000012.")]
InQuarter = Annotated[str, typer.Option("--quarter", help="Financial quarter: 2026-27Q2.")]
Out = Annotated[
    Path | None, typer.Option("--out", help="The .xlsx to write. By default it is named for you.")
]
Downloads = Annotated[list[Path], typer.Argument(help="CSV files as the service gave them.")]


def template(
    borough: Borough,
    quarter: InQuarter,
    out: Out = None,
    prefill: Annotated[
        bool,
        typer.Option("--prefill", help="Fill in what is still open in the last signed return."),
    ] = False,
) -> None:
    """Write the workbook to fill in for one borough and quarter."""
    declared = declared_return(borough, quarter)
    from feedback.filling import still_to_report
    from feedback.template import template_workbook

    collection = collection_for(declared.quarter)
    filling = still_to_report(_last_signed(declared), collection) if prefill else None
    content = template_workbook(collection, declared.borough, declared.quarter, prefill=filling)
    _write(out or _named("return", declared), content)
    for told in filling.told if filling else ():
        result.print(told, markup=False)


def import_das(files: Downloads, borough: Borough, quarter: InQuarter, out: Out = None) -> None:
    """Make a part-filled template from the apprenticeship service's own downloads."""
    declared = declared_return(borough, quarter)
    content = uploaded(files)
    from feedback.das import NotADownload, import_downloads
    from feedback.template import template_workbook
    from ingest.grid import UnreadableFile

    collection = collection_for(declared.quarter)
    try:
        imported = import_downloads(content, collection, declared.quarter)
    except (NotADownload, UnreadableFile) as refused:
        stop(str(refused), Exit.UNREADABLE)
    workbook = template_workbook(
        collection, declared.borough, declared.quarter, prefill=imported.filling
    )
    _write(out or _named("part-filled", declared), workbook)
    for line in imported.lines:
        result.print(line, markup=False)
    talk.print("Names, dates of birth and e-mail addresses were left behind.", markup=False)


def register(app: typer.Typer) -> None:
    """Put these commands on the command line: `template`, and `import das`."""
    app.command()(template)
    imports = typer.Typer(help="Make a part-filled template from other systems’ files.")
    imports.command("das")(import_das)
    # A callback keeps the group a group while it has one command.
    imports.callback()(lambda: None)
    app.add_typer(imports, name="import")


def _named(what: str, declared: Declared) -> Path:
    return Path(f"{what}-{declared.borough.short_name}-{declared.quarter}.xlsx")


def _write(path: Path, content: bytes) -> None:
    if path.suffix.lower() != ".xlsx":
        stop(f"{path} must end in .xlsx, because it is an Excel workbook.", Exit.WRONG_USE)
    try:
        path.write_bytes(content)
    except OSError as problem:
        stop(f"{path} cannot be written: {problem.strerror}.", Exit.WRONG_USE)
    result.print(f"workbook: {path}", markup=False)


def _last_signed(declared: Declared) -> ParsedReturn:
    from expectations.intake import landed_return
    from ingest.landing import Landing
    from ingest.register import Register
    from ingest.workers import ReadingPool

    home = Home.from_environment()
    register = Register(home.register_url)
    signed = [
        one
        for one in register.submissions()
        if one.borough_code == declared.borough.borough_code
        and one.state == "signed"
        and one.quarter < declared.quarter
    ]
    if not signed:
        stop(
            f"{declared.borough.borough_name} has no signed return before {declared.quarter} to "
            "fill the template from. Leave out --prefill for an empty one.",
            Exit.WRONG_USE,
        )
    last = max(signed, key=lambda one: (one.quarter, one.version))
    sent = landed_return(last, Landing(home.landing), register)
    with ReadingPool(workers=1) as pool:
        read = next(iter(pool.read([sent])))
    if not isinstance(read, ParsedReturn):
        stop(f"The signed return of {last.quarter} cannot be read: {read}", Exit.UNREADABLE)
    return read
