"""Write every generated file, or with --check say which are not current and exit 1.

Here: `make generate` and its check. Not here: what a file says.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from specification.generate import (
    changes,
    dbt_staging,
    documents,
    metric_pages,
    metric_seeds,
    rule_pages,
    semantic_layer,
    tallies,
)
from specification.load import load_collection, load_years
from specification.metrics import load_catalogue

ROOT = Path(__file__).parents[2]


def render_all() -> dict[Path, str]:
    """Return the text of every generated file, by its path in the repository."""
    collection = load_collection()
    catalogue = load_catalogue()
    pages = documents.render(collection) | rule_pages.render(collection)
    metrics = metric_seeds.render(catalogue, collection) | tallies.render(catalogue)
    models = dbt_staging.render(collection) | metrics | semantic_layer.render(catalogue)
    return models | pages | metric_pages.render(catalogue) | changes.render(load_years())


def main() -> int:
    """Write the files that differ, or name them; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m specification.generate")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 on drift")
    check = bool(parser.parse_args().check)
    stale = [
        (ROOT / path, text)
        for path, text in render_all().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text("utf-8") != text
    ]
    for path, text in stale:
        name = path.relative_to(ROOT)
        sys.stdout.write(f"{'not current' if check else 'written'}: {name}\n")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if check and stale:
        sys.stdout.write("Run `make generate` and commit the result.\n")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
