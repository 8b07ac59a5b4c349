"""The data dictionary of the warehouse: every table that analysts open, column by column.

Here: the text of one page from dbt's manifest and the lineage. Not here: making both
(`orchestration.documents`), the pages about the fields of the return (made from the specification).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from orchestration.lineage import Derivation

# More than these are named in lineage.md only: a figure can come from fifty fields.
_MOST_FIELDS = 6
_KINDS = {
    "dim_": ("Lists", "What the codes in the other tables mean."),
    "fct_": ("Facts and figures", "What was returned, and what is counted from it."),
    "ctx_": ("Context", "Published tables as they came. Empty when nothing was imported."),
}
_PAGE = """# Data dictionary of the warehouse

Generated from the models by `make generate`; do not edit. Every table of a snapshot that an analyst
opens, with what one row is. [analysts.md](../analysts.md) says where a snapshot is and how to read
it; the same words are in the snapshot, as comments.

“Comes from” names fields of the return as `table.field`; their pages are in this folder. `register`
is what the collection knows of a submission, `list` a published list, `context` an imported table.
A field that only chooses, joins or groups rows is not named. Where many fields are behind a column,
some are named; [lineage.md](lineage.md) has them all.
"""


def render_dictionary(manifest: Path, derivations: Sequence[Derivation]) -> str:
    """Return the page: each mart with its grain, and each column with type, meaning and origin.

    Args:
        manifest: dbt's manifest.json, as `dbt docs generate` writes it.
        derivations: what each column derives from; see `orchestration.lineage.read_lineage`.

    Raises:
        ValueError: a table or a column has no description or type; the message names it.
    """
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    models = {
        node["name"]: node
        for node in sorted(nodes, key=lambda node: node["name"])
        if node["resource_type"] == "model" and node["name"].startswith(tuple(_KINDS))
    }
    fields = {
        key: [one for one in of_column if one.origin]
        for key, of_column in groupby(derivations, key=lambda one: (one.mart, one.column))
    }
    return "\n".join([_PAGE, *_overview(models), *_tables(models, fields)])


def _overview(models: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for prefix, (title, meaning) in _KINDS.items():
        yield f"## {title}\n\n{meaning}\n\n| table | what one row is |\n|---|---|"
        for name, model in models.items():
            if name.startswith(prefix):
                yield f"| [`{name}`](#{name}) | {_cell(_grain(model))} |"
        yield ""


def _tables(
    models: Mapping[str, Mapping[str, Any]],
    fields: Mapping[tuple[str, str], Sequence[Derivation]],
) -> Iterator[str]:
    for name, model in models.items():
        yield f"## {name}\n\n{_described(model, name)}\n"
        yield "| column | type | meaning | comes from |\n|---|---|---|---|"
        for column in model["columns"].values():
            label = f"{name}.{column['name']}"
            if not column.get("data_type"):
                raise ValueError(f"“{label}” has no type in its .yml")
            origin = _origin(fields.get((name, column["name"]), ()))
            meaning = _cell(_described(column, label))
            yield f"| `{column['name']}` | {column['data_type']} | {meaning} | {origin} |"
        yield ""


def _described(one: Mapping[str, Any], label: str) -> str:
    text = " ".join(str(one.get("description") or "").split())
    if not text:
        raise ValueError(f"“{label}” has no description in its .yml")
    return text


def _grain(model: Mapping[str, Any]) -> str:
    """Return the first sentence of a description: house rule, it says what one row is."""
    text = _described(model, model["name"])
    return text.partition(". ")[0].removesuffix(".") + "."


def _origin(derived: Sequence[Derivation]) -> str:
    of_return_first = sorted(derived, key=lambda one: one.origin != "return")
    names = [_field(one) for one in of_return_first]
    if not names:
        return "counted, or set by the model"
    more = len(names) - _MOST_FIELDS
    if more <= 1:
        return ", ".join(names)
    return f"{', '.join(names[:_MOST_FIELDS])} and [{more} more](lineage.md#{derived[0].mart})"


def _field(one: Derivation) -> str:
    name = f"`{one.table}.{one.field}`"
    return name if one.origin == "return" else f"{one.origin} {name}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
