"""Great Expectations suites built from the specification, and their verdicts.

Here: the compiled checks as expectations, a suite for each table, and how many rows each check
found. Not here: which rows they are (`rows`). This is the only module that imports Great
Expectations; importing it takes seconds, so `check` does so when it first needs it.

An expectation costs about ten milliseconds whatever it asks, so one expectation judges a family of
rules on a table: its unexpected rows are the checks that are broken, each with its count. A context
and its assets cost more, so they are made once a process and look at a database in memory, whose
tables are written anew for each check.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Container, Iterator, Sequence
from itertools import groupby
from typing import Any, ClassVar
from uuid import uuid4

os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")

import duckdb
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
# What an expectation judges together: the first families are cheap, the others look at other rows.
_KIN: dict[Family, int] = {"cells": 0, "rows": 0, "totals": 0, "tables": 1, "last_quarter": 1}
_LARGEST = 100  # Great Expectations returns at most 200 unexpected rows
_SAYS = (
    "Each cell holds what it may hold, and the cells of a row fit together",
    "Rows fit with other rows, other tables and last quarter",
)


class FailedToRun(RuntimeError):
    """An expectation raised instead of judging; ours to fix, never the borough's."""


class ExpectRulesToHold(UnexpectedRowsExpectation):
    """Expect a query to find no broken check; it runs once, not once more to count its rows."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("unexpected_rows_query.table",)

    def _validate(
        self,
        metrics: dict[str, Any],
        runtime_configuration: dict[str, Any] | None = None,
        execution_engine: Any = None,
    ) -> dict[str, Any]:
        broken = metrics["unexpected_rows_query.table"]
        return {
            "success": not broken,
            "result": {"observed_value": len(broken), "details": {"unexpected_rows": broken}},
        }


def families(checks: Sequence[CellCheck]) -> Iterator[list[int]]:
    """Give the places of the checks that one expectation judges together, table by table."""

    def kin(at: int) -> tuple[str, int]:
        return checks[at].table, _KIN[checks[at].family]

    for _, group in groupby(sorted(range(len(checks)), key=kin), kin):
        places = list(group)
        yield from (places[at : at + _LARGEST] for at in range(0, len(places), _LARGEST))


def build_expectation(checks: Sequence[CellCheck], places: Sequence[int]) -> ExpectRulesToHold:
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
    says = _SAYS[_KIN[checks[places[0]].family]]
    return ExpectRulesToHold(
        unexpected_rows_query=query,
        description=f"{says} ({len(places)} checks)",
        meta={"rules": sorted({checks[at].rule.id for at in places})},
        notes=[checks[at].rule.title for at in places],
    )


def build_suites(checks: Sequence[CellCheck]) -> dict[str, gx.ExpectationSuite]:
    """Return a suite for each table that the checks are about."""
    return {
        table: gx.ExpectationSuite(
            name=table, expectations=[build_expectation(checks, places) for places in groups]
        )
        for table, groups in groupby(families(checks), lambda places: checks[places[0]].table)
    }


class Validator:
    """Great Expectations, ready to judge: one database in memory, an asset for each table.

    Not for two threads at once.
    """

    def __init__(self) -> None:
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        database = f":memory:{uuid4().hex}"
        self._source = context.data_sources.add_sql(
            name="batch",
            connection_string=f"duckdb:///{database}",
            kwargs=_ENGINE,  # pyright: ignore[reportCallIssue] # documented, absent from the stub
        )
        # Keeps the database alive, and is the one that tables are written through: DuckDB lets no
        # second connection open it with other settings than the dialect's own.
        opened: Any = self._source.get_engine().raw_connection().driver_connection
        self.connection: duckdb.DuckDBPyConnection = opened.duplicate()
        self._batches: dict[str, Any] = {}
        self._suites: dict[tuple[str, ...], dict[str, gx.ExpectationSuite]] = {}

    def count_broken(self, checks: Sequence[CellCheck], filled: Container[str]) -> list[int]:
        """Return, for each check, how many rows of the database break it.

        Args:
            filled: the tables with a row; no row of the others breaks anything.

        Raises:
            FailedToRun: an expectation raised; the message names its rules.
        """
        counts = [0] * len(checks)
        suites = self._suites_of(checks)
        for table, suite in suites.items():
            if table not in filled:
                continue
            batch = self._batch_definition(table).get_batch()
            for result in batch.validate(suite, result_format="COMPLETE").results:
                for at, breaks in _broken(result):
                    counts[at] = breaks
        return counts

    def _suites_of(self, checks: Sequence[CellCheck]) -> dict[str, gx.ExpectationSuite]:
        key = tuple(f"{one.table} {one.failing}" for one in checks)
        if key not in self._suites:
            self._suites[key] = build_suites(checks)
        return self._suites[key]

    def _batch_definition(self, table: str) -> Any:
        if table not in self._batches:
            asset = self._source.add_table_asset(name=table, table_name=table)
            self._batches[table] = asset.add_batch_definition_whole_table(table)
        return self._batches[table]


def _broken(result: Any) -> Iterator[tuple[int, int]]:
    found = result.result.get("observed_value")
    if found is None:  # an expectation that raised has no observed value
        rules = ", ".join(result.expectation_config.meta["rules"])
        raise FailedToRun(f"{rules}: {str(result.exception_info)[-500:]}")
    rows = result.result["details"]["unexpected_rows"]
    yield from ((int(row["place"]), int(row["breaks"])) for row in rows)
