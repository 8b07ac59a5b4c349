"""What dbt knows of the models, as pages: one static page, the lineage, and the data dictionary.

Here: `python -m orchestration.documents page`, `… lineage` and `… dictionary`. Not here: tracing a
column (`orchestration.lineage`), the text of the dictionary (`orchestration.dictionary`), the pages
made from the specification.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import sys
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

from ingest.home import Home, write_durably
from orchestration.dbt import PROJECT, run_dbt
from orchestration.dictionary import render_dictionary
from orchestration.lineage import Derivation, read_lineage

ROOT = PROJECT.parent
LINEAGE_LIST = PROJECT / "lineage.csv"
LINEAGE_PAGE = ROOT / "docs" / "data-dictionary" / "lineage.md"
DICTIONARY_PAGE = ROOT / "docs" / "data-dictionary" / "warehouse.md"
_PAGE = """# Lineage: from each column back to the return

Generated from the models by `make generate`; do not edit. The same, with the way through the
models, is `lineage.csv` beside the exported files of each snapshot.

A column derives from a field when its value is computed from it. A field that only chooses, joins
or groups rows is not listed, and neither are the rows that a plain count counts. In
`return.apprentices.start_date`, `return` is the return, `apprentices` its table, `start_date` the
field; `register` is what the collection knows of a submission, `list` a published list, `context`
a table that is imported.
"""


def write_docs(home: Home) -> Path:
    """Write dbt's documentation of the models as one page that needs no network; return its path.

    Raises:
        RuntimeError: the models do not compile; the message is dbt's own.
    """
    with _generated_documents(PROJECT) as folder:
        page = (folder / "static_index.html").read_bytes()
    path = home.warehouse / "docs" / "index.html"
    write_durably(path, page)
    return path


def render_lineage(project: Path = PROJECT) -> dict[Path, str]:
    """Return the text of the list and the page of lineage, by their paths.

    Raises:
        RuntimeError: the models do not compile; the message is dbt's own.
    """
    with _generated_documents(project) as folder:
        derivations = read_lineage(folder / "manifest.json")
    return {LINEAGE_LIST: _list(derivations), LINEAGE_PAGE: _page(derivations)}


def render_warehouse(project: Path = PROJECT) -> dict[Path, str]:
    """Return the text of the warehouse's data dictionary, by its path.

    Raises:
        RuntimeError: the models do not compile; the message is dbt's own.
        ValueError: a table or column is not described; the message names it.
    """
    with _generated_documents(project) as folder:
        manifest = folder / "manifest.json"
        return {DICTIONARY_PAGE: render_dictionary(manifest, read_lineage(manifest))}


@contextmanager
def _generated_documents(project: Path) -> Generator[Path]:
    """Give the folder where dbt wrote its documents; no warehouse and no lake is read."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A relative lake: the page that people open names no folder of this machine.
        settings = {
            "COHORT_LAKE": "lake",
            "COHORT_WAREHOUSE_BUILD": str(folder / "building.duckdb"),
            "DBT_TARGET_PATH": str(folder),
            "DBT_LOG_PATH": str(folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }
        before = {key: os.environ.get(key) for key in settings}
        os.environ |= settings
        try:
            folders = ["--project-dir", str(project), "--profiles-dir", str(project)]
            outcome = run_dbt(
                ["--quiet", "docs", "generate", "--static", "--empty-catalog", *folders]
            )
        finally:
            for key, value in before.items():
                if value is None:
                    del os.environ[key]
                else:
                    os.environ[key] = value
        if not outcome.success:
            raise RuntimeError(f"dbt could not write its documents: {outcome.exception}")
        yield folder


def _list(derivations: list[Derivation]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["mart", "column", "origin", "table", "field", "models"])
    for one in derivations:
        way = " > ".join(one.models)
        writer.writerow([one.mart, one.column, one.origin, one.table, one.field, way])
    return text.getvalue()


def _page(derivations: list[Derivation]) -> str:
    return "\n".join([_PAGE, *_sections(derivations)])


def _sections(derivations: list[Derivation]) -> Iterator[str]:
    for mart, in_mart in groupby(derivations, key=lambda one: one.mart):
        yield f"## {mart}\n\n| column | derives from |\n|---|---|"
        for column, of_column in groupby(in_mart, key=lambda one: one.column):
            fields = [f"`{one.origin}.{one.table}.{one.field}`" for one in of_column if one.origin]
            derived = ", ".join(fields) or "no field: counted, or set by the model"
            yield f"| `{column}` | {derived} |"
        yield ""


def main() -> int:
    """Write the page, or the generated files that are not current; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.documents")
    parser.add_argument("what", choices=("page", "lineage", "dictionary"))
    what = parser.parse_args().what
    if what == "page":
        sys.stdout.write(f"written: {write_docs(Home.from_environment())}\n")
        return 0
    rendered = render_lineage() if what == "lineage" else render_warehouse()
    for path, text in rendered.items():
        if not path.is_file() or path.read_text("utf-8") != text:
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"written: {path.relative_to(ROOT)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
