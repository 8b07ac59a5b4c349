"""Measure one case in a process of its own, so that its peak memory is its own.

Here: `python -m benchmarks.measure CASE SIZE` prints one JSON line. Not here: the table of results
(`check_speed`).
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.alternatives import ALTERNATIVES, cell_rules
from benchmarks.returns import COLLECTION, DECLARED, parsed_return
from expectations.batch import Batch, empty_batch, write_batch
from expectations.check import warm_up
from expectations.compile import compile_rules
from expectations.intake import check_files
from ingest.home import Home
from ingest.reference import reference_of
from ingest.sheets import UploadedFile
from ingest.workers import ReadingPool, ToRead
from specification.rules import CodesRule, EveryFieldRule, PatternRule, RangeRule

RUNS = 5


def median_seconds(step: Callable[[], object]) -> float:
    """Return the median of five runs after one that does not count."""
    step()
    times: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def request_path(case: str, size: int) -> dict[str, float]:
    """Return seconds and memory from the bytes of a return to its findings, everything warm."""
    with tempfile.TemporaryDirectory() as folder, ReadingPool(workers=1) as pool:
        write = [sys.executable, "-m", "benchmarks.returns", case, str(size), folder]
        subprocess.run(write, check=True)
        files = tuple(UploadedFile(p.name, p.read_bytes()) for p in Path(folder).iterdir())
        home, one = Home(Path(folder) / "home"), ToRead(files, DECLARED)
        warm_up()
        before = _peak_mb(resource.RUSAGE_SELF)
        seconds = median_seconds(lambda: check_files([one], home, pool))
        found = len(check_files([one], home, pool)[0].result.findings)
    return {
        "seconds": seconds,
        "found": found,
        "before_mb": before,
        "peak_mb": _peak_mb(resource.RUSAGE_SELF),
        "child_mb": _peak_mb(resource.RUSAGE_CHILDREN),
    }


def our_cell_rules(size: int) -> dict[str, float]:
    """Return seconds and memory of our check, for the rules that every tool can say."""
    parsed = parsed_return(size)
    rules = {(rule.column, rule.kind) for rule in cell_rules()}
    columns = {column for column, _ in rules}
    checks = tuple(
        check
        for check in compile_rules(COLLECTION)
        if check.table == "apprentices"
        and check.field in columns
        and check.family == "cells"
        and isinstance(check.rule, (CodesRule, EveryFieldRule, PatternRule, RangeRule))
    )
    validator = warm_up()
    batch = Batch([parsed], {}, COLLECTION, reference_of({}))

    def step() -> int:
        write_batch(validator.connection, batch)
        counts = validator.count_broken(checks, batch.filled)
        empty_batch(validator.connection)
        return sum(counts)

    seconds = median_seconds(step)
    return {"seconds": seconds, "found": step(), "peak_mb": _peak_mb(resource.RUSAGE_SELF)}


def whole_check(size: int) -> dict[str, float]:
    """Return seconds and memory of every rule and the findings, from typed rows."""
    from expectations.check import check_returns

    parsed = parsed_return(size)
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        seconds = median_seconds(lambda: check_returns([parsed], COLLECTION, home))
        found = len(check_returns([parsed], COLLECTION, home)[0].findings)
    return {"seconds": seconds, "found": found, "peak_mb": _peak_mb(resource.RUSAGE_SELF)}


def alternative(name: str, size: int) -> dict[str, float]:
    """Return seconds and memory of another tool on the same rows and rules."""
    rows = parsed_return(size).tables["apprentices"].rows
    count = ALTERNATIVES[name][0]
    seconds = median_seconds(lambda: count(rows))
    return {"seconds": seconds, "found": count(rows), "peak_mb": _peak_mb(resource.RUSAGE_SELF)}


def _peak_mb(who: int) -> float:
    return resource.getrusage(who).ru_maxrss / 1024


def main() -> None:
    """Print the measure of one case as JSON."""
    case, size = sys.argv[1], int(sys.argv[2])
    match case:
        case "workbook" | "csv":
            found = request_path(case, size)
        case "ours":
            found = our_cell_rules(size)
        case "whole":
            found = whole_check(size)
        case _:
            found = alternative(case, size)
    print(json.dumps({"case": case, "size": size, **found}))


if __name__ == "__main__":
    main()
