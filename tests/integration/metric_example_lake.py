"""The lake of the worked examples: each set is the return of one borough.

Here: which borough stands for a set, and its accepted rows. Not here: the build, and what must come
out (test_metric_examples).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

from specification.examples import Row
from specification.generate.dbt_staging import lake_columns
from specification.load import load_boroughs, load_collection
from specification.metric_examples import OWN_COUNCIL, ExampleSet, MetricExamples
from tests.integration.dbt_lake import submission, write_register, write_table

REGISTER = "register"


def places(examples: MetricExamples) -> dict[str, tuple[str, ...]]:
    """Return the boroughs of each set: its own, and those of any other councils.

    Sets with no table in common may be the one return of one borough.
    """
    taken: dict[str, set[str]] = {one.borough_code: set() for one in load_boroughs()}
    found: dict[str, tuple[str, ...]] = {}
    for name, chosen in examples.sets.items():
        tables = {REGISTER} if chosen.returns else set(chosen.tables)
        free = [
            code
            for code, others in taken.items()
            if not (others if chosen.returns else others & {*tables, REGISTER})
        ][: _councils(chosen)]
        if len(free) < _councils(chosen):
            raise ValueError(f"“{name}” finds no borough: build a second lake for some sets.")
        for code in free:
            taken[code] |= tables
        found[name] = tuple(free)
    return found


def _councils(chosen: ExampleSet) -> int:
    if chosen.returns:
        return len(chosen.letters)
    return 2 if chosen.has_another_council else 1


def write_lake(lake: Path, examples: MetricExamples) -> None:
    """Write the accepted tables and the register of every set’s returns."""
    rows: dict[tuple[str, str, str], list[dict[str, Any]]] = defaultdict(list)
    quarters: dict[str, set[str]] = defaultdict(set)
    register: list[dict[str, Any]] = []
    for name, boroughs in places(examples).items():
        chosen = examples.sets[name]
        if chosen.returns:
            register += _returns(lake, chosen, boroughs)
            continue
        for borough in boroughs:
            quarters[borough].add(examples.as_at)
        for table in chosen.tables:
            for quarter, council, row in examples.rows(name, table):
                borough = boroughs[0 if council == OWN_COUNCIL else 1]
                quarters[borough].add(quarter)
                rows[table, borough, quarter].append(_typed(table, row))
    for (table, borough, quarter), accepted in rows.items():
        write_table(lake, table, borough, quarter, accepted)
    for borough, quarter in ((b, q) for b, known in quarters.items() for q in sorted(known)):
        write_table(lake, "return", borough, quarter, [{"scope": "ALL"}])
        register.append(submission(borough, quarter, "signed"))
    write_register(lake, register)


def _typed(table: str, row: Row) -> dict[str, Any]:
    types = {one.name: one.data_type for one in lake_columns(load_collection().tables[table])}
    return {name: _value(text, types[name]) for name, text in row.items()}


def _value(text: str, data_type: str) -> object:
    match data_type:
        case _ if text == "":
            return None
        case "date":
            return date.fromisoformat(text)
        case "integer" | "bigint":
            return int(text)
        case _ if data_type.startswith("decimal"):
            return Decimal(text)
        case _:
            return text


def _returns(lake: Path, chosen: ExampleSet, boroughs: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for borough, row in zip(boroughs, chosen.returns, strict=True):
        if row["state"] != "none":
            day = datetime.combine(date.fromisoformat(row["received_on"]), time(9))
            write_table(lake, "return", borough, chosen.as_at, [{"scope": "ALL"}])
            yield submission(borough, chosen.as_at, row["state"]) | {"received_at": day}
