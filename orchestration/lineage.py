"""From each column of a mart back to the fields of the return that it is made from.

Here: reading dbt's compiled SQL with sqlglot, model by model, and joining the steps. Not here: the
pages and files that say it (`orchestration.documents`).

What is traced is the value: the columns that a column is computed from. Columns that only choose,
join or group rows are not part of it, and neither is the table that `count(*)` counts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one
from sqlglot.lineage import Node, lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope

# The word for each dbt source; a seed is a published list.
_ORIGINS = {"apprenticeships": "return", "register": "register"}
_LIST, _CONTEXT = "list", "context"
_MARTS = ("dim_", "fct_", "ctx_")

Origin = tuple[str, str, str]
Paths = dict[Origin, tuple[str, ...]]


@dataclass(frozen=True, slots=True, order=True)
class Derivation:
    """One field that a column of a mart derives from.

    `origin` is `return`, `register`, `context` or `list`; all three are empty for a column that
    derives from no field, such as a count of rows. `models` is the shortest way from the field to
    the mart.
    """

    mart: str
    column: str
    origin: str
    table: str
    field: str
    models: tuple[str, ...]


def read_lineage(manifest: Path) -> list[Derivation]:
    """Return what each column of each mart derives from, in the order of marts and columns.

    Args:
        manifest: dbt's manifest.json with compiled SQL, as `dbt docs generate` writes it.

    Raises:
        ValueError: a model was not compiled; the message names it.
    """
    nodes = json.loads(manifest.read_bytes())
    described = nodes["sources"] | nodes["nodes"]
    tables: dict[str, dict[str, Paths]] = {}
    for key in _in_order(nodes["nodes"]):
        node = nodes["nodes"][key]
        if node["resource_type"] == "seed":
            tables[node["name"]] = _leaf(_LIST, node["name"], _seed_columns(node))
        else:
            tables[node["name"]] = _model_paths(node, described, tables)
    return [
        derivation
        for name in sorted(name for name in tables if name.startswith(_MARTS))
        for column, paths in tables[name].items()
        for derivation in _derivations(name, column, paths)
    ]


def _in_order(nodes: Mapping[str, Any]) -> Iterator[str]:
    kept = {key for key, node in nodes.items() if node["resource_type"] in ("model", "seed")}
    before = {
        key: [one for one in nodes[key]["depends_on"].get("nodes", []) if one in kept]
        for key in sorted(kept)
    }
    return iter(TopologicalSorter(before).static_order())


def _derivations(mart: str, column: str, paths: Paths) -> list[Derivation]:
    found = [Derivation(mart, column, *origin, models) for origin, models in paths.items()]
    return sorted(found) or [Derivation(mart, column, "", "", "", ())]


def _leaf(origin: str, table: str, columns: list[str]) -> dict[str, Paths]:
    return {column: {(origin, table, column): ()} for column in columns}


def _seed_columns(node: Mapping[str, Any]) -> list[str]:
    return list(node["config"].get("column_types") or node["columns"])


def _model_paths(
    node: Mapping[str, Any],
    described: Mapping[str, Any],
    tables: Mapping[str, dict[str, Paths]],
) -> dict[str, Paths]:
    """Return what each column of one model derives from, given that of the tables it reads."""
    sql: str | None = node.get("compiled_code")
    if not sql:
        raise ValueError(f"dbt did not compile “{node['name']}”; generate the documents again")
    sources: dict[str, tuple[str, str]] = {}
    for key in node["depends_on"]["nodes"]:
        one = described[key]
        if one["resource_type"] == "source":
            name = f"source__{one['source_name']}__{one['name']}"
            sources[name] = (_ORIGINS.get(one["source_name"], _CONTEXT), one["name"])
            sql = sql.replace(one["relation_name"], name)
    query = parse_one(sql, dialect="duckdb")
    # What a source holds is what its staging model names: only staging reads a source.
    named = sorted({column.name for column in query.find_all(exp.Column) if column.name})
    readable = dict(tables)
    for name, (origin, table) in sources.items():
        readable[name] = _leaf(origin, table, named)
    for table in query.find_all(exp.Table):
        table.set("db", None)
        table.set("catalog", None)
    return _column_paths(node["name"], query, readable)


def _column_paths(
    model: str, query: exp.Expr, readable: Mapping[str, dict[str, Paths]]
) -> dict[str, Paths]:
    used = {table.name for table in query.find_all(exp.Table)} & readable.keys()
    schema: dict[str, object] = {
        name: dict.fromkeys(readable[name], "varchar") for name in sorted(used)
    }
    qualified = qualify(
        query, dialect="duckdb", schema=schema, validate_qualify_columns=False, identify=False
    )
    scope = build_scope(qualified)
    paths: dict[str, Paths] = {}
    if not isinstance(qualified, exp.Query):
        raise ValueError(f"“{model}” is not a query")
    for column in qualified.named_selects:
        found: Paths = {}
        # The picture of each step is not drawn: trimming and copying took 40 s, this takes 3.
        node = lineage(
            column,
            qualified,
            schema,
            dialect="duckdb",
            scope=scope,
            trim_selects=False,
            copy=False,
        )
        for table, field in sorted(_read_columns(node)):
            for origin, way in readable.get(table, {}).get(field, {}).items():
                known = found.get(origin)
                found[origin] = min(filter(None, [known, (*way, model)]), key=_shortest)
        paths[column] = found
    return paths


def _shortest(models: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(models), models


def _read_columns(node: Node) -> set[tuple[str, str]]:
    """Return the table and column of each leaf below a node."""
    read: set[tuple[str, str]] = set()
    for one in node.walk():
        if not one.downstream and isinstance(one.source, exp.Table):
            read.add((one.source.name, one.name.rpartition(".")[2].strip('"')))
    return read
