"""How long the check of one return takes, against the same rules as plain DuckDB SQL.

Here: one process, medians of five, peak memory. Not here: a pass mark; the figures go into
docs/benchmarks.md when they change. Run it with `make bench`.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from expectations.batch import write_batch
from expectations.check import check_returns
from expectations.compile import compile_rules
from expectations.rows import failing_rows, open_batch
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
RUNS = 5


def make_return(row_count: int) -> ParsedReturn:
    """Return a parsed return with this many valid apprentices."""
    tables = {}
    for name, table in COLLECTION.tables.items():
        count = {"apprentices": row_count, "progression": 0}.get(name, 1)
        heads = tuple(field.label for field in table.fields)
        rows = [
            tuple(
                (table.valid_row | {"apprentice_ref": f"BENCH-{number}"}).get(field.name, "")
                for field in table.fields
            )
            for number in range(count)
        ]
        tables[name] = parse_table(Sheet(table.label, (heads, *rows)), table, COLLECTION)
    return ParsedReturn(Declared(find_borough("Hackney"), Quarter(2026, 2)), tables, ())


def plain_sql(parsed: ParsedReturn, home: Home) -> int:
    """Return how many cells fail, by running each compiled condition with DuckDB alone."""
    with home.temporary_folder() as folder:
        write_batch(folder / "batch.duckdb", [parsed], COLLECTION)
        with open_batch(folder / "batch.duckdb") as connection:
            return sum(len(failing_rows(connection, one)) for one in compile_rules(COLLECTION))


def median_seconds(step: Callable[[], object]) -> float:
    """Return the median of five runs after one that does not count."""
    step()
    times: list[float] = []
    for _ in range(RUNS):
        began = time.perf_counter()
        step()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def main() -> None:
    """Print one row for each size."""
    print(f"{len(compile_rules(COLLECTION))} checks; seconds, median of {RUNS}")
    print("| apprentices | the check | plain DuckDB SQL | ratio | peak MB |")
    print("|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder))
        for row_count in (500, 5_000, 50_000):
            parsed = make_return(row_count)
            ours = median_seconds(lambda parsed=parsed: check_returns([parsed], COLLECTION, home))
            plain = median_seconds(lambda parsed=parsed: plain_sql(parsed, home))
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"| {row_count:,} | {ours:.2f} | {plain:.2f} | {ours / plain:.1f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
