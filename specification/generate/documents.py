"""The data dictionary: every table, field and code list of the return.

Here: Markdown from the specification. Not here: the pages of the rules (`rule_pages`) and of the
metrics (`metric_pages`).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specification.load import load_code_list
from specification.model import Collection, Field, Table

DOCS = Path("docs")
HEADER = "<!-- Generated from the specification by `make generate`. Do not edit. -->\n"


def render(collection: Collection) -> dict[Path, str]:
    """Return the text of each page, by its path in the repository."""
    pages = {
        DOCS / "data-dictionary" / f"{table.name}.md": _dictionary(table, collection)
        for table in collection.tables.values()
    }
    pages[DOCS / "data-dictionary" / "code-lists.md"] = _code_lists(collection)
    return pages


def _dictionary(table: Table, collection: Collection) -> str:
    lines = [HEADER, f"# {table.label}", "", f"{table.grain} Collection {collection.version}.", ""]
    lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += grid(
        ("Field", "Heading", "Type", "Needed", "What it is", "Example", "Source"),
        (
            (
                f"`{field.name}`",
                field.label,
                _type(field),
                "always" if field.required else "",
                field.help,
                "" if field.confidential else f"`{field.example}`",
                " ".join(filter(None, (field.source, f"({field.ilr})" if field.ilr else ""))),
            )
            for field in table.fields
        ),
    )
    return "\n".join(lines) + "\n"


def _type(field: Field) -> str:
    if field.codes is None:
        return field.type
    return f"[{field.codes}](code-lists.md#{field.codes.replace('_', '-')})"


def _code_lists(collection: Collection) -> str:
    fields = [field for table in collection.tables.values() for field in table.fields]
    names = sorted({field.codes for field in fields if field.codes is not None})
    lines = [HEADER, "# Code lists", ""]
    for name in names:
        lines += [f"## {name.replace('_', '-')}", ""]
        lines += grid(("Code", "Label"), ((f"`{c.code}`", c.label) for c in load_code_list(name)))
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """Return the lines of a Markdown table."""

    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return [line(head), line("---" for _ in head), *(line(row) for row in rows)]
