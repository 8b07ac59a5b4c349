"""Build tests/data/awkward and what is expected of each file.

Run `python -m tests.data.build_awkward_files` after a change of the specification.

Here: which files there are. Not here: what is in them. The three `password-protected.*` were saved
with a password by LibreOffice and msoffcrypto-tool, and are kept: encryption differs each time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from tests.data.awkward_cells import code_files, date_files, heading_files, number_files
from tests.data.awkward_refused import foreign_files, hostile_files
from tests.data.awkward_returns import Awkward, cover
from tests.data.awkward_shapes import (
    kind_files,
    layout_files,
    prefixed_files,
    text_files,
    workbook_files,
)
from tests.data.make_files import csv_file

FOLDER = Path(__file__).parent
PROTECTED = ("password-protected.ods", "password-protected.xls", "password-protected.xlsx")


def every_file() -> Iterator[tuple[str, Awkward]]:
    """Give every awkward file by its name."""
    for part in (
        date_files, number_files, code_files, heading_files, layout_files, workbook_files,
        kind_files, text_files, prefixed_files, foreign_files, hostile_files,
    ):  # fmt: skip
        yield from part()


def build() -> None:
    """Write the files, the cover that goes with a CSV, and `expected.yaml`."""
    folder = FOLDER / "awkward"
    folder.mkdir(exist_ok=True)
    expected: dict[str, dict[str, object]] = {}
    for name, awkward in every_file():
        if name in expected:
            raise ValueError(f"two files are called {name}")
        (folder / name).write_bytes(awkward.content)
        expected[name] = described(awkward)
    for name in PROTECTED:
        sentence = "is protected with a password"
        expected[name] = {"verdict": "unreadable", "sentence": sentence}
    for path in folder.iterdir():
        if path.name not in expected:
            path.unlink()
    (FOLDER / "cover.csv").write_bytes(csv_file(cover()))
    text = yaml.safe_dump(dict(sorted(expected.items())), sort_keys=False, allow_unicode=True)
    (FOLDER / "expected.yaml").write_text(text, "utf-8")


def described(awkward: Awkward) -> dict[str, object]:
    """Return what is expected of a file, without what is empty."""
    parts: dict[str, object] = {
        "verdict": awkward.verdict,
        "sentence": awkward.sentence,
        "findings": [list(one) for one in awkward.findings],
        "repairs": dict(awkward.repairs),
        "with_cover": awkward.with_cover,
    }
    return {name: part for name, part in parts.items() if part}


if __name__ == "__main__":
    build()
