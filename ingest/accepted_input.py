"""What input is accepted, as a page: `python -m ingest.accepted_input` writes it.

Here: the list beside this module as docs/accepted-input.md. Not here: the reading itself; a test
executes each row of the list.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from specification.examples import Frozen
from specification.load import read_yaml

_LIST = Path(__file__).with_name("accepted_input.yaml")
_PAGE = Path(__file__).parents[1] / "docs" / "accepted-input.md"
Verdict = Literal["accepted", "repaired", "queried", "refused"]
_WORDS = {
    "accepted": "accepted",
    "repaired": "repaired and logged",
    "queried": "queried",
    "refused": "refused",
}
_HEAD = """<!-- Written by `python -m ingest.accepted_input` from ingest/accepted_input.yaml. -->
# What you may send, and what becomes of it

One table of every choice that reading makes. An example is either what a cell holds, or a file of
`tests/data/awkward` in this repository. Each row is a test.

- **accepted**: read as it is.
- **repaired and logged**: read, and the result says what was changed or left out, with its cell.
- **queried**: correct it or explain it; it does not block the sign-off.
- **refused**: a finding at its own cell, or one sentence if the file cannot be read at all.

Nothing that loses information is repaired, and nothing is decided cell by cell that only the whole
column or file can tell. A file may have 50 MB, and a sheet a million rows and eight million cells.
"""


class Choice(Frozen):
    """One choice: what it is about, an example of a cell or a file, the verdict, and why."""

    what: str
    verdict: Verdict
    why: str
    file: str = ""
    table: str = "apprentices"
    field: str = ""
    cell: str = ""
    in_csv: bool = False
    value: str = ""


class Part(Frozen):
    """Choices about one thing."""

    part: str
    rows: tuple[Choice, ...]


class _Parts(Frozen):
    parts: tuple[Part, ...]


def load_choices() -> tuple[Part, ...]:
    """Return every choice of the list, part by part."""
    return _Parts.model_validate({"parts": read_yaml(_LIST)}).parts


def render() -> str:
    """Return the page."""
    lines = [_HEAD]
    for part in load_choices():
        lines += [f"## {part.part}\n", "| what | example | verdict | why |", "|---|---|---|---|"]
        lines += [_line(one) for one in part.rows]
        lines.append("")
    return "\n".join(lines)


def _line(one: Choice) -> str:
    shown = (
        one.cell.replace("\u00a0", "⍽").replace("\u200b", "(no-width space)").replace("|", "\\|")
    )
    example = f"[{one.file}](../tests/data/awkward/{one.file})" if one.file else f"`{shown}`"
    return f"| {one.what} | {example} | {_WORDS[one.verdict]} | {one.why} |"


if __name__ == "__main__":
    _PAGE.write_text(render(), "utf-8")
