"""Great Expectations suites built from the specification, and their verdicts.

Here: the compiled checks as expectations, a suite for each table, and how many rows each check
found. Not here: which rows they are (`rows`). This is the only module that imports Great
Expectations; importing it takes seconds, so `check` does so when it first needs it.

An expectation costs about ten milliseconds whatever it asks, so one expectation judges a family of
rules on a table: its unexpected rows are the checks that are broken, each with its count.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import great_expectations as gx  # the setting above must come first
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.core.unexpected_rows_expectation import (
    UnexpectedRowsExpectation,
)

from expectations.checks import CellCheck, Family

logging.getLogger("great_expectations").setLevel(logging.ERROR)

# `{batch}` becomes a sub-select with an alias of its own, so ours goes around it.
_BROKEN = (
    "select place, breaks from (select unnest([{places}]) as place, unnest([{counts}]) as breaks "
    "from (select {flags} from (select * from {{batch}}) r)) where breaks > 0"
)
# Without these two the DuckDB dialect fails every expectation ("list index out of range").
_ENGINE = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
# Great Expectations returns at most 200 unexpected rows; DuckDB is slow on hundreds of sub-queries.
_LARGEST: dict[Family, int] = {
    "cells": 100,
    "rows": 60,
    "tables": 12,
    "last_quarter": 12,
    "totals": 60,
}
_SAYS: dict[Family, str] = {
    "cells": "Each cell holds what it may hold",
    "rows": "The cells of a row fit together",
    "tables": "Rows fit with the other rows and tables",
    "last_quarter": "Rows fit with last quarter's",
    "totals": "Whole tables look as they should",
}


class FailedToRun(RuntimeError):
    """An expectation raised instead of judging; ours to fix, never the borough's."""


def families(checks: Sequence[CellCheck]) -> Iterator[list[int]]:
    """Give the places of the checks that one expectation judges together: a table and family."""

    def kin(at: int) -> tuple[str, Family]:
        return checks[at].table, checks[at].family

    for (_, family), group in groupby(sorted(range(len(checks)), key=kin), kin):
        places = list(group)
        size = _LARGEST[family]
        yield from (places[at : at + size] for at in range(0, len(places), size))


def build_expectation(checks: Sequence[CellCheck], places: Sequence[int]) -> Any:
    """Return the expectation of one family: no check of it may have a row that breaks it.

    Its `meta` names the rules, and its description is what the family means, so that Great
    Expectations' own documentation reads like ours.
    """
    flags = ", ".join(f"({checks[at].failing}) as c{at}" for at in places)
    query = _BROKEN.format(
        places=", ".join(str(at) for at in places),
        counts=", ".join(f"count(*) filter (where c{at})" for at in places),
        flags=flags.replace("{", "{{").replace("}", "}}"),
    )
    family = checks[places[0]].family
    return UnexpectedRowsExpectation(
        unexpected_rows_query=query,
        description=f"{_SAYS[family]} ({len(places)} checks)",
        meta={"rules": sorted({checks[at].rule.id for at in places}), "family": family},
        notes=[checks[at].rule.title for at in places],
    )


def run_suites(database: Path, checks: Sequence[CellCheck]) -> list[int]:
    """Return, for each check, how many rows of the DuckDB file break it by Great Expectations.

    Raises:
        FailedToRun: an expectation raised; the message names its rules.
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
        by_table = groupby(families(checks), lambda places: checks[places[0]].table)
        for table, groups in by_table:
            expectations = [build_expectation(checks, places) for places in groups]
            suite = gx.ExpectationSuite(name=table, expectations=expectations)
            asset = source.add_table_asset(name=table, table_name=table)
            batch = asset.add_batch_definition_whole_table(table).get_batch()
            for result in batch.validate(suite, result_format="COMPLETE").results:
                for at, breaks in _broken(result):
                    counts[at] = breaks
    finally:
        source.get_execution_engine().close()
        source.get_engine().dispose()
    return counts


def _broken(result: Any) -> Iterator[tuple[int, int]]:
    found = result.result.get("observed_value")
    rows = result.result.get("details", {}).get("unexpected_rows") or []
    if found != len(rows):  # an expectation that raised has no observed value
        rules = ", ".join(result.expectation_config.meta["rules"])
        raise FailedToRun(f"{rules}: {str(result.exception_info)[-500:]}")
    yield from ((int(row["place"]), int(row["breaks"])) for row in rows)
