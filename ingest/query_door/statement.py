"""Whether a query may be asked: a walk over the statement as DuckDB itself understood it.

Here: what kinds of node, tables and functions a statement may hold; what is not known is refused.
Not here: running it (`asking_process`). The walk is over the tree that `json_serialize_sql` gives:
a comment, a quote or an odd letter cannot hide anything from it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from ingest.open_tables import CLOSED_TABLES
from ingest.query_door.functions import CLOCKS, FUNCTIONS, TABLE_FUNCTIONS

_DEEPEST = 150
_EXPRESSION_CLASSES = """
    BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION LAMBDA LAMBDA_REF
    OPERATOR POSITIONAL_REFERENCE STAR SUBQUERY WINDOW
"""
_EXPRESSIONS = frozenset(_EXPRESSION_CLASSES.split())
_NODE_TYPES = """
    SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE
    BASE_TABLE EMPTY EXPRESSION_LIST JOIN PIVOT SHOW_REF SUBQUERY TABLE_FUNCTION
    DISTINCT_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER ORDER_MODIFIER
    ASCENDING DESCENDING ORDER_DEFAULT
"""
_NODES = frozenset(_NODE_TYPES.split())
_SHOWN = frozenset({"DESCRIBE", "SUMMARY"})
# A name that DuckDB might take for something of its own is no name for a part of a query.
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE | re.ASCII)
_OWN_NAME = re.compile(r"(duckdb_|pragma_|sqlite_|pg_|information_schema)", re.IGNORECASE)
_ONLY_SELECT = (
    "Only one SELECT can be run here, or a PIVOT with its values written out: "
    "ON column IN ('a', 'b')."
)


class Refused(Exception):
    """The statement may not be run; the message says in plain words what is not allowed."""


def check_statement(serialized: str, tables: Collection[str]) -> None:
    """Pass a statement of one SELECT that reads open tables with known functions.

    Args:
        serialized: what `json_serialize_sql` says of the text.
        tables: the names of the open tables.

    Raises:
        Refused: it is anything else.
    """
    try:
        found: Any = json.loads(serialized)
        _Walk(tables).statements(found)
    except RecursionError:
        raise Refused("The query is nested too deeply.") from None


class _Walk:
    """Goes through every node once. `scope` are the names that parts of the query gave itself."""

    def __init__(self, tables: Collection[str]) -> None:
        self._tables = frozenset(tables)

    def statements(self, found: Mapping[str, Any]) -> None:
        """Check what the text holds: one SELECT, without a place to fill in."""
        if found.get("error", True):
            raise Refused(_parser_words(found))
        statements = found.get("statements", [])
        if len(statements) != 1:
            raise Refused(
                f"Send one query at a time: this holds {len(statements)}."
                if statements
                else "Type a query."
            )
        if statements[0].get("named_param_map"):
            raise Refused("Write the values out: ? and $1 cannot be filled in here.")
        self._any(statements[0], frozenset(), 0)

    def _any(self, found: Any, scope: frozenset[str], depth: int) -> None:
        if depth > _DEEPEST:
            raise Refused("The query is nested too deeply.")
        if isinstance(found, list):
            for one in found:
                self._any(one, scope, depth + 1)
        elif isinstance(found, dict):
            self._dict(found, scope, depth)

    def _dict(self, one: dict[str, Any], scope: frozenset[str], depth: int) -> None:
        if "class" in one:
            self._expression(one)
        elif isinstance(one.get("type"), str):
            self._node(one, scope)
        elif one.get("function_name") or one.get("table_name"):
            raise Refused("The query holds a part that is not known here.")
        if one.get("sample"):
            raise Refused("A sample is by chance: it would be another one the next time.")
        for part in (one.get("cte_map") or {}).get("map", ()):
            # In the order they are written: one sees those before it, and never itself.
            self._any(part["value"], scope, depth + 1)
            scope = scope | {_own_name(part["key"])}
        is_recursive = one.get("type") == "RECURSIVE_CTE_NODE"
        for key, child in one.items():
            if key == "cte_map" or (key == "value" and one.get("class") == "CONSTANT"):
                continue
            if key == "cast_type":
                _check_type(child)
            elif key == "function" and one.get("type") == "TABLE_FUNCTION":
                self._any(child.get("children", []), scope, depth + 1)
            elif is_recursive and key == "right":
                self._any(child, scope | {_own_name(one["cte_name"])}, depth + 1)
            else:
                self._any(child, scope, depth + 1)

    def _expression(self, one: Mapping[str, Any]) -> None:
        kind = one["class"]
        if kind not in _EXPRESSIONS:
            raise Refused("The query holds a part that is not known here.")
        if kind in ("FUNCTION", "WINDOW"):
            _check_function(one, FUNCTIONS)
        elif one.get("function_name"):
            raise Refused("The query holds a part that is not known here.")
        names = one.get("column_names") or ()
        if kind == "COLUMN_REF" and len(names) == 1 and names[0].lower() in CLOCKS:
            raise Refused(
                f"“{names[0]}” cannot be used here: the answer would be another one the next time. "
                "Write the day out: date '2026-09-30'."
            )

    def _node(self, one: Mapping[str, Any], scope: frozenset[str]) -> None:
        kind = one["type"]
        if kind not in _NODES:
            raise Refused("The query holds a part that is not known here.")
        if kind == "BASE_TABLE":
            self._table(one, scope)
        elif kind == "TABLE_FUNCTION":
            function = one.get("function") or {}
            if function.get("class") != "FUNCTION":
                raise Refused("The query holds a part that is not known here.")
            _check_function(function, TABLE_FUNCTIONS)
        elif kind == "SHOW_REF":
            is_of_a_table = bool(one.get("query")) and not one.get("table_name")
            if one.get("show_type") not in _SHOWN or not is_of_a_table:
                raise Refused("The dictionary says what tables there are: SHOW cannot be used.")
        elif one.get("table_name") or one.get("function_name"):
            raise Refused("The query holds a part that is not known here.")

    def _table(self, one: Mapping[str, Any], scope: frozenset[str]) -> None:
        name = str(one.get("table_name", ""))
        place = (one.get("catalog_name") or "", one.get("schema_name") or "main")
        if one.get("at_clause"):
            raise Refused("AT cannot be used: a snapshot is of one time. Choose as_at_quarter.")
        plain = name.lower() if name.isascii() else name
        is_part = plain in scope and not one.get("schema_name")
        if place == ("", "main") and (plain in self._tables or is_part):
            return
        if plain in CLOSED_TABLES:
            raise Refused(
                f"“{plain}” cannot be opened here: {CLOSED_TABLES[plain]}. "
                "fct_metric_values has the figures that are counted from it."
            )
        raise Refused(f"There is no table “{name[:80]}” here. The dictionary lists them all.")


def _own_name(name: str) -> str:
    if not _PLAIN_NAME.fullmatch(name) or _OWN_NAME.match(name):
        raise Refused(f"“{name[:80]}” is no name for a part of a query: use letters and _.")
    return name.lower()


def _check_function(one: Mapping[str, Any], known: frozenset[str]) -> None:
    name = str(one.get("function_name", ""))
    if one.get("schema", "") not in ("", "main") or one.get("catalog", "") not in ("", "system"):
        raise Refused(f"“{name[:80]}” cannot be used here.")
    if name.lower() not in known:
        raise Refused(f"“{name[:80]}” is not among the functions that can be used here.")


def _check_type(found: Any) -> None:
    """Pass a type that holds names and values, and no expression that would be worked out."""
    if isinstance(found, list):
        for one in found:
            _check_type(one)
    elif isinstance(found, dict):
        if found.get("class") and found["class"] not in ("CONSTANT", "TYPE"):
            raise Refused("The query holds a part that is not known here.")
        for child in found.values():
            _check_type(child)


def _parser_words(found: Mapping[str, Any]) -> str:
    if found.get("error_type") == "not implemented":
        return _ONLY_SELECT
    message = str(found.get("error_message", ""))
    if found.get("error_type") == "parser" and message.startswith(("syntax error", "unterminated")):
        return f"The query cannot be read: {message}."
    return "The query cannot be read."
