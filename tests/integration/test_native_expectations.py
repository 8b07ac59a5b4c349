"""Great Expectations' own expectations, on pandas, count the failures that our checks count.

Ours are SQL, made from the same specification; these are not ours at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb
import great_expectations as gx
import pandas as pd
import pytest
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.expect_column_values_to_not_be_null import (
    ExpectColumnValuesToNotBeNull,
)

from expectations.batch import Batch, write_batch
from expectations.checks import CellCheck
from expectations.compile import compile_rules
from expectations.rows import failing_rows
from expectations.sql import codes_of, empty
from ingest.parse import UNREADABLE, ParsedReturn
from ingest.reference import reference_of
from specification.load import load_collection
from specification.model import Field, Table
from tests.integration.messy_returns import messy_return

COLLECTION = load_collection()
CHECKS = compile_rules(COLLECTION)
pytestmark = pytest.mark.xdist_group("native expectations")  # one batch for all of them
RETURN_COUNT = 8
TEXT = "(unreadable)"  # there is a text in the cell, so it is not empty


@dataclass(frozen=True)
class Native:
    """A check of ours and the expectation that asks the same."""

    check: CellCheck
    expectation: Any


def column_of(batch: list[ParsedReturn], table: Table, field: Field) -> list[Any]:
    """Return a field's values in every return; an unreadable cell is no empty one."""
    values: list[Any] = []
    for one in batch:
        if table.name in one.tables:
            rows = one.tables[table.name].rows
            found = rows[field.name].to_pylist()
            unread = rows[UNREADABLE].to_pylist()
            values += [
                TEXT if field.name in names else value
                for value, names in zip(found, unread, strict=True)
            ]
    return values


def natives(table: Table) -> Iterator[Native]:
    """Give the native twin of each check of codes, ranges and required cells of a table."""
    for check in CHECKS:
        if check.table != table.name or check.family != "cells":
            continue
        name, field = check.field, table.field(check.field)
        if check.maximum is not None and check.rule.severity == "error":
            yield Native(
                check,
                ExpectColumnValuesToBeBetween(
                    column=f"{name} number", min_value=check.minimum, max_value=check.maximum
                ),
            )
        elif field.codes and check.failing.startswith(f"r.{name} not in"):
            codes = [*codes_of(field.codes), TEXT]
            yield Native(check, ExpectColumnValuesToBeInSet(column=name, value_set=codes))
        elif check.failing == empty(name, table, None):
            yield Native(check, ExpectColumnValuesToNotBeNull(column=name))


def frame_of(batch: list[ParsedReturn], table: Table) -> pd.DataFrame:
    """Return a table of every return, each number also as a column of its own."""
    columns: dict[str, pd.Series] = {}
    for field in table.fields:
        values = column_of(batch, table, field)
        columns[field.name] = pd.Series(values, dtype=object)
        if field.type in ("integer", "decimal"):
            numbers = [None if value in (None, TEXT) else float(value) for value in values]
            columns[f"{field.name} number"] = pd.Series(numbers, dtype=float)
    return pd.DataFrame(columns)


@pytest.fixture(scope="module")
def batch() -> list[ParsedReturn]:
    return [messy_return(number) for number in range(RETURN_COUNT)]


@pytest.fixture(scope="module")
def connection(batch: list[ParsedReturn]) -> duckdb.DuckDBPyConnection:
    written = duckdb.connect()
    write_batch(written, Batch(batch, {}, COLLECTION, reference_of({})))
    return written


@pytest.mark.parametrize("name", COLLECTION.tables)
def test_native_expectations_count_the_same_failures(
    name: str, batch: list[ParsedReturn], connection: duckdb.DuckDBPyConnection
) -> None:
    table = COLLECTION.tables[name]
    twins = list(natives(table))
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("messy").add_dataframe_asset(name)
    whole = asset.add_batch_definition_whole_dataframe("all")
    frame = whole.get_batch({"dataframe": frame_of(batch, table)})
    for at, one in enumerate(twins):  # results come in an order of their own
        one.expectation.meta = {"at": at}
    suite = gx.ExpectationSuite(name=name, expectations=[one.expectation for one in twins])
    results = frame.validate(suite, result_format="BASIC").results
    counted: dict[int, int] = {}
    for result in results:
        config: Any = result.expectation_config
        counted[config.meta["at"]] = result.result["unexpected_count"]
    native = [counted[at] for at in range(len(twins))]
    ours = [len(failing_rows(connection, one.check)) for one in twins]
    labels = [(one.check.rule.id, one.check.field) for one in twins]
    assert list(zip(labels, ours, strict=True)) == list(zip(labels, native, strict=True))
    assert sum(ours) > len(twins) / 2
