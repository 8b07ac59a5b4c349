"""Render the warehouse's first layer from the specification.

Here: the text of the staging models (`stg_apprenticeships__*.sql` and `.yml`) and their sources.
Not here: writing or comparing the files (the caller), the metrics (`metric_seeds`, `tallies`), and
staging of the register and of the imported tables, which the specification does not describe.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import yaml

from specification.model import Collection, Field, Table

STAGING = Path("dbt_project/models/staging")
PLURALS = {"levy": "levy_months", "progression": "progressions", "return": "returns"}
HEADER_OF = "Generated from the specification by {}; do not edit."
HEADER = HEADER_OF.format("specification/generate/dbt_staging.py")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a lake table, as the warehouse's contract states it."""

    name: str
    data_type: str
    description: str


LEADING = (
    Column("borough_code", "varchar", "GSS code of the borough that sent the return."),
    Column("quarter", "varchar", "Quarter of the return, written 2026-27Q2."),
    Column("submission_id", "varchar", "The submission that the row was accepted from."),
    Column("row_number", "integer", "Row of the sheet as the officer sees it."),
)
PERSON_KEY = Column(
    "person_key", "varchar", "Keyed hash of the learner number; null without a number."
)


def column_type(field: Field) -> str:
    """Return the warehouse type of a field. Source: docs/architecture.md, accepted tables."""
    match field.type:
        case "text" | "code" | "yes_no":
            return "varchar"
        case "integer":
            return "bigint"
        case "decimal":
            return f"decimal({10 + field.decimals}, {field.decimals})"
        case "date" | "month":
            return "date"
        case _:
            assert_never(field.type)


def _column(field: Field) -> Column:
    if field.name == "uln":
        return PERSON_KEY
    return Column(field.name, column_type(field), field.help.strip())


def lake_columns(table: Table) -> tuple[Column, ...]:
    """Return the columns of a table's Parquet files, in order.

    Source: docs/architecture.md: four leading columns, then each field; the learner number is
    replaced by the person's key, and a leading column is not repeated.
    """
    leading = {column.name for column in LEADING}
    return LEADING + tuple(_column(one) for one in table.fields if one.name not in leading)


def model_name(table: Table) -> str:
    """Return the name of a table's staging model, `stg_apprenticeships__apprentices`."""
    return f"stg_apprenticeships__{PLURALS.get(table.name, table.name)}"


def _staging_sql(table: Table) -> str:
    casts = [f"        cast({c.name} as {c.data_type}) as {c.name}" for c in lake_columns(table)]
    return "\n".join(
        [
            f"-- {HEADER}",
            "with source as (",
            f"    {{{{ from_lake('apprenticeships', '{table.name}') }}}}",
            "),",
            "",
            "typed as (",
            "    select",
            ",\n".join(casts),
            "    from source",
            ")",
            "",
            "select * from typed",
            "",
        ]
    )


def _column_yaml(column: Column) -> dict[str, str]:
    return {
        "name": column.name,
        "data_type": column.data_type,
        "description": column.description,
    }


def _staging_yaml(table: Table) -> str:
    model = {
        "name": model_name(table),
        "description": (
            f"{table.grain.strip().rstrip('.')}, of one accepted return. "
            f"The lake's files of the table `{table.name}`, typed and nothing else."
        ),
        "data_tests": [
            {"grain": {"arguments": {"columns": ["borough_code", "quarter", "row_number"]}}}
        ],
        "columns": [_column_yaml(column) for column in lake_columns(table)],
    }
    return _dump({"models": [model]})


def _sources_yaml(collection: Collection) -> str:
    location = (
        'read_parquet(\'{{ env_var("COHORT_ACCEPTED", env_var("COHORT_LAKE") ~ "/accepted") }}'
        "/{name}/*/*.parquet', union_by_name = true)"
    )
    source = {
        "name": "apprenticeships",
        "description": f"Accepted tables of the {collection.title.lower()} in the lake.",
        "config": {"external_location": location},
        "tables": [
            {"name": table.name, "description": table.grain.strip()}
            for table in collection.tables.values()
        ],
    }
    return _dump({"sources": [source]})


def _dump(content: dict[str, Any]) -> str:
    body = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=96)
    return f"# {HEADER}\nversion: 2\n\n{body}"


def render(collection: Collection) -> dict[Path, str]:
    """Return every generated file of the warehouse: path under the repository, and its text.

    Args:
        collection: the newest collection; its fields are the columns of the lake.

    Returns:
        The staging models and their properties, and the source.
    """
    files = {STAGING / "_apprenticeships__sources.yml": _sources_yaml(collection)}
    for table in collection.tables.values():
        files[STAGING / f"{model_name(table)}.sql"] = _staging_sql(table)
        files[STAGING / f"{model_name(table)}.yml"] = _staging_yaml(table)
    return files
