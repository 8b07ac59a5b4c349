"""Put questions to MetricFlow in a process of its own: a line of JSON in, a line of JSON out.

Here: the one start of MetricFlow for many queries; it changes dbt's own state, so no test imports
it. Not here: the questions and what must come out (test_semantic_layer).
"""

from __future__ import annotations

import json
import sys
from decimal import Decimal
from pathlib import Path

from dbt_metricflow.cli.cli_configuration import (  # pyright: ignore[reportMissingImports]
    CLIConfiguration,
)
from metricflow.engine.metricflow_engine import (  # pyright: ignore[reportMissingImports]
    MetricFlowQueryRequest,
)


def plain(value: object) -> object:
    """Return a cell as JSON can hold it, to the last digit."""
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, int | float | str | None) else str(value)


def main(folder: Path) -> None:
    """Answer each question of standard input with its rows, each a mapping of column to cell."""
    metricflow = CLIConfiguration()
    metricflow.setup(folder, folder, configure_file_logging=False)
    for line in sys.stdin:
        question = json.loads(line)
        request = MetricFlowQueryRequest.create(
            metric_names=question["metrics"],
            group_by_names=question["group_by"],
            where_constraints=question["where"],
        )
        found = metricflow.mf.query(request).result_df
        assert found is not None, question
        answer = [
            {name: plain(cell) for name, cell in zip(found.column_names, row, strict=True)}
            for row in found.rows
        ]
        sys.stdout.write(f"\nanswer {json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
