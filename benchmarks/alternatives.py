"""The same cell rules of the apprentices table in other tools.

Here: one function for each tool, typed rows in, how many cells break a rule out. The rules are
those that every tool can say: filled in, in a list, in a range, like a pattern. Not here: ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from expectations.compile import guarded_fields
from expectations.sql import codes_of
from specification.load import load_collection
from specification.model import Field
from specification.rules import CodesRule, PatternRule, RangeRule

COLLECTION = load_collection()
TABLE = COLLECTION.tables["apprentices"]


@dataclass(frozen=True, slots=True)
class CellRule:
    """One rule at one column: `kind` is filled, codes, range or pattern."""

    column: str
    kind: str
    codes: tuple[str, ...] = ()
    low: float = 0
    high: float = 0
    pattern: str = ""


def cell_rules() -> list[CellRule]:
    """Return the rules that every tool can say, from the specification."""
    found = [rule for field in TABLE.fields for rule in _of_field(field)]
    for rule in COLLECTION.rules:
        if rule.table != TABLE.name:
            continue
        if isinstance(rule, PatternRule) and rule.required:
            found.append(CellRule(rule.field, "filled"))
        if isinstance(rule, RangeRule) and rule.required:
            found += [CellRule(name, "filled") for name in rule.fields]
        if isinstance(rule, PatternRule):
            found.append(CellRule(rule.field, "pattern", pattern=rule.matches))
        if isinstance(rule, RangeRule) and rule.severity == "error":
            found += [
                CellRule(name, "range", low=rule.minimum, high=rule.maximum) for name in rule.fields
            ]
        if isinstance(rule, CodesRule) and rule.required_when == "true":
            found += [CellRule(name, "filled") for name in rule.fields]
    return found


def _of_field(field: Field) -> list[CellRule]:
    found: list[CellRule] = []
    covered = guarded_fields(COLLECTION, TABLE.name, "required")
    if field.required and field.name not in covered:
        found.append(CellRule(field.name, "filled"))
    if field.codes is not None:
        found.append(CellRule(field.name, "codes", codes=codes_of(field.codes)))
    if field.minimum is not None and field.maximum is not None:
        low, high = float(field.minimum), float(field.maximum)
        found.append(CellRule(field.name, "range", low=low, high=high))
    return found


def duckdb_sql(rows: pa.Table) -> int:
    """Count with one DuckDB query."""
    counts: list[str] = []
    for rule in cell_rules():
        name = rule.column
        match rule.kind:
            case "filled":
                counts.append(f"count(*) filter (where {name} is null)")
            case "codes":
                codes = ", ".join(f"'{code}'" for code in rule.codes)
                counts.append(f"count(*) filter (where {name} not in ({codes}))")
            case "range":
                counts.append(
                    f"count(*) filter (where {name} not between {rule.low} and {rule.high})"
                )
            case _:
                counts.append(
                    f"count(*) filter (where not regexp_full_match({name}, '{rule.pattern}'))"
                )
    with duckdb.connect() as connection:
        connection.execute("set threads = 2")
        connection.register("rows", rows)
        found = connection.execute(f"select {' + '.join(counts)} from rows").fetchone()
    return int(found[0]) if found else 0


def great_expectations_pandas(rows: pa.Table) -> int:
    """Count with Great Expectations' native expectations on pandas."""
    import great_expectations as gx
    import great_expectations.expectations as expectations
    from great_expectations.data_context.types.base import ProgressBarsConfig

    native: Any = expectations

    made: list[Any] = []
    for rule in cell_rules():
        match rule.kind:
            case "filled":
                made.append(native.ExpectColumnValuesToNotBeNull(column=rule.column))
            case "codes":
                made.append(
                    native.ExpectColumnValuesToBeInSet(
                        column=rule.column, value_set=list(rule.codes)
                    )
                )
            case "range":
                made.append(
                    native.ExpectColumnValuesToBeBetween(
                        column=rule.column, min_value=rule.low, max_value=rule.high
                    )
                )
            case _:
                made.append(
                    native.ExpectColumnValuesToMatchRegex(column=rule.column, regex=rule.pattern)
                )
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("rows").add_dataframe_asset("rows")
    frame = _plain(rows).to_pandas()
    batch = asset.add_batch_definition_whole_dataframe("rows").get_batch({"dataframe": frame})
    results = batch.validate(gx.ExpectationSuite("rows", expectations=made), result_format="BASIC")
    return sum(int(one.result["unexpected_count"]) for one in results.results)


def pandera_polars(rows: pa.Table) -> int:
    """Count with pandera on polars."""
    import pandera.polars as pandera
    import polars

    columns: dict[str, list[pandera.Check]] = {}
    filled: set[str] = set()
    for rule in cell_rules():
        checks = columns.setdefault(rule.column, [])
        match rule.kind:
            case "filled":
                filled.add(rule.column)
            case "codes":
                checks.append(pandera.Check.isin(list(rule.codes)))
            case "range":
                checks.append(pandera.Check.in_range(rule.low, rule.high))
            case _:
                checks.append(pandera.Check.str_matches(rule.pattern))
    schema = pandera.DataFrameSchema(
        {n: pandera.Column(checks=c, nullable=n not in filled) for n, c in columns.items()}
    )
    frame: Any = polars.from_arrow(_plain(rows))
    try:
        schema.validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as found:
        return len(found.failure_cases)
    return 0


def frictionless_rows(rows: pa.Table) -> int:
    """Count with frictionless, on the rows as Python values."""
    from frictionless import Checklist, Resource, Schema, fields, validate

    described: dict[str, dict[str, Any]] = {}
    for rule in cell_rules():
        constraints = described.setdefault(rule.column, {})
        match rule.kind:
            case "filled":
                constraints["required"] = True
            case "codes":
                constraints["enum"] = list(rule.codes)
            case "range":
                constraints |= {"minimum": rule.low, "maximum": rule.high}
            case _:
                constraints["pattern"] = rule.pattern
    table = _plain(rows).select(list(described))
    for at, (name, wanted) in enumerate(described.items()):
        if "minimum" not in wanted:
            table = table.set_column(at, name, table[name].cast(pa.string()))
    schema = Schema(
        fields=[
            (fields.NumberField if "minimum" in wanted else fields.StringField)(
                name=name, constraints=wanted
            )
            for name, wanted in described.items()
        ]
    )
    data = [list(described), *([*row.values()] for row in table.to_pylist())]
    report = validate(
        Resource(data=data, schema=schema), checklist=Checklist(), limit_errors=10_000_000
    )
    return report.stats["errors"]


def _plain(rows: pa.Table) -> pa.Table:
    names = sorted({rule.column for rule in cell_rules()})
    table = rows.select(names)
    for at, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            table = table.set_column(at, field.name, table[field.name].cast(pa.float64()))
    return table


ALTERNATIVES: dict[str, tuple[Callable[[pa.Table], int], Sequence[int]]] = {
    "plain DuckDB SQL": (duckdb_sql, (400, 50_000, 1_000_000)),
    "pandera on polars": (pandera_polars, (400, 50_000, 1_000_000)),
    "Great Expectations on pandas": (great_expectations_pandas, (400, 50_000, 1_000_000)),
    "frictionless": (frictionless_rows, (400, 50_000)),
}
