"""Great Expectations suites built from the specification, and their verdicts.

Here: each compiled check as the expectation that says it, one suite a table, and how many rows
each found. Not here: which rows they are (`rows`). This is the only module that imports Great
Expectations; importing it takes seconds, so `check` does so when it first needs it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx  # the setting above must come first
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.core.expect_column_values_to_be_between import (
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.core.expect_column_values_to_be_in_set import (
    ExpectColumnValuesToBeInSet,
)
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)
from great_expectations.expectations.expectation import Expectation

from expectations.compile import CellCheck

logging.getLogger("great_expectations").setLevel(logging.ERROR)

# `{batch}` becomes a sub-select with an alias of its own, so ours goes around it.
_ROWS = "select r._return, r._row from (select * from {{batch}}) r where {failing}"
# Without these two the DuckDB dialect fails every expectation ("list index out of range").
_ENGINE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}


class FailedToRun(RuntimeError):
    """An expectation raised instead of judging; ours to fix, never the borough's."""


def build_suite(name: str, checks: Sequence[CellCheck]) -> gx.ExpectationSuite:
    """Return the suite of one table: an expectation for each check, in the same order.

    Each expectation carries its rule id, field and place in `meta`, and the rule's title as its
    description, so that Great Expectations' own documentation reads like ours.
    """
    return gx.ExpectationSuite(
        name=name, expectations=[_expectation(check, at) for at, check in enumerate(checks)]
    )


def _expectation(check: CellCheck, at: int) -> Expectation:
    meta: dict[str, Any] = {"rule": check.rule.id, "field": check.field, "place": at}
    notes = check.rule.title
    if check.native == "in_set":
        return ExpectColumnValuesToBeInSet(
            column=check.field, value_set=list(check.codes), meta=meta, notes=notes
        )
    if check.native == "between":
        return ExpectColumnValuesToBeBetween(
            column=check.field,
            min_value=check.minimum,
            max_value=check.maximum,
            meta=meta,
            notes=notes,
        )
    failing = check.failing.replace("{", "{{").replace("}", "}}")
    return UnexpectedRowsExpectation(
        unexpected_rows_query=_ROWS.format(failing=failing),
        description=check.rule.title,
        meta=meta,
        notes=notes,
    )


def run_suites(database: Path, checks: Sequence[CellCheck]) -> list[int]:
    """Return, for each check, how many rows of the DuckDB file break it by Great Expectations.

    Raises:
        FailedToRun: an expectation raised; the message names its rule.
    """
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_sql(
        name="batch",
        connection_string=f"duckdb:///{database}",
        kwargs=_ENGINE,  # pyright: ignore[reportCallIssue] # documented, absent from the stub
    )
    counts = [0] * len(checks)
    try:
        for table in sorted({check.table for check in checks}):
            places = [at for at, check in enumerate(checks) if check.table == table]
            suite = build_suite(table, [checks[at] for at in places])
            asset = source.add_table_asset(name=table, table_name=table)
            batch = asset.add_batch_definition_whole_table(table).get_batch()
            outcome = batch.validate(suite, result_format="SUMMARY")
            for result in outcome.results:
                at = places[result.expectation_config.meta["place"]]
                counts[at] = _count(result, checks[at])
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
    return counts


def _count(result: Any, check: CellCheck) -> int:
    key = "observed_value" if check.native == "rows" else "unexpected_count"
    if key not in result.result:  # an expectation that raised has no count
        problem = str(result.exception_info)[-500:]
        raise FailedToRun(f"{check.rule.id} on {check.field}: {problem}")
    if result.result.get("element_count") == 0:  # a table without rows has nothing to count
        return 0
    return int(result.result[key])
