"""The pages that people read: the data dictionary, the rules, the metrics.

Here: Markdown from the specification. Not here: the specification.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specification.generate.dbt_staging import load_metrics
from specification.load import load_code_list
from specification.model import EVERY_TABLE, Collection, Field, Table
from specification.rules import Example, Rule

DOCS = Path("docs")
_HEADER = "<!-- Generated from the specification by `make generate`. Do not edit. -->\n"


def render(collection: Collection) -> dict[Path, str]:
    """Return the text of each page, by its path in the repository."""
    pages = {
        DOCS / "data-dictionary" / f"{table.name}.md": _dictionary(table, collection)
        for table in collection.tables.values()
    }
    pages[DOCS / "data-dictionary" / "code-lists.md"] = _code_lists(collection)
    pages[DOCS / "rules" / "README.md"] = _rules(collection)
    pages[DOCS / "metrics" / "README.md"] = _metrics()
    return pages


def _dictionary(table: Table, collection: Collection) -> str:
    lines = [_HEADER, f"# {table.label}", "", f"{table.grain} Collection {collection.version}.", ""]
    lines += [f"Key: {', '.join(f'`{name}`' for name in table.key)}.", ""]
    lines += _grid(
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
    lines = [_HEADER, "# Code lists", ""]
    for name in names:
        lines += [f"## {name.replace('_', '-')}", ""]
        lines += _grid(("Code", "Label"), ((f"`{c.code}`", c.label) for c in load_code_list(name)))
        lines.append("")
    return "\n".join(lines[:-1]) + "\n"


def _rules(collection: Collection) -> str:
    lines = [_HEADER, f"# Rules of {collection.version}", ""]
    lines += [
        "An error blocks the sign-off of a return. Each rule has one example that it accepts and "
        "one that it refuses; both are its test.",
        "",
    ]
    for name in (EVERY_TABLE, *collection.tables):
        table = collection.tables.get(name)
        lines += [f"## {table.label if table else 'Every sheet'}", ""]
        for rule in collection.rules:
            if rule.table == name:
                lines += _rule(rule)
    return "\n".join(lines).rstrip() + "\n"


def _rule(rule: Rule) -> Iterable[str]:
    yield f"### {rule.id} {rule.title}"
    yield ""
    yield f"{rule.severity.capitalize()}. {rule.message}"
    yield ""
    yield f"*What to do:* {rule.fix}"
    yield ""
    if rule.equivalent:
        yield f"*The same in the national data:* {rule.equivalent}"
        yield ""
    yield f"*Accepted:* {_example(rule.accepted)} · *Refused:* {_example(rule.refused)}"
    yield ""


def _example(example: Example) -> str:
    rows = [
        ", ".join(f"{name} `{text}`" if text else f"{name} empty" for name, text in row.items())
        for row in example.rows
    ]
    parts = [" then ".join(row or "a valid row" for row in rows)]
    parts += [f"with {table} {len(added)} row(s)" for table, added in example.also.items()]
    parts += [f"without the {name} sheet" for name in example.without]
    parts += [f"without the column {name}" for name in example.without_columns]
    parts += [f"with a column “{name}”" for name in example.extra_columns]
    return "; ".join(parts)


def _metrics() -> str:
    lines = [_HEADER, "# Metrics", ""]
    lines += ["Every figure is kept as numerator and denominator, for a period and an area.", ""]
    for metric in load_metrics():
        lines += [f"## {metric['id']} {metric['label']}", "", metric["question"], ""]
        for name in ("numerator", "denominator", "cohort", "exclusions", "view", "source"):
            if metric.get(name):
                lines.append(f"- {name.capitalize()}: {metric[name]}")
        lines += [f"- Definition version: {metric['definition_version']}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _grid(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    def line(cells: Iterable[str]) -> str:
        return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

    return [line(head), line("---" for _ in head), *(line(row) for row in rows)]
