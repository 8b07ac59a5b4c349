"""Numbers in sentences.

Here: a count with its noun, and row numbers as ranges. Not here: any sentence of its own.
"""

from __future__ import annotations

from collections.abc import Iterable


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: “1 cell”, “1,200 cells”."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def row_ranges(rows: Iterable[int]) -> str:
    """Return row numbers as people write them: “row 7”, “rows 2 to 4, 7”."""
    numbers = sorted(set(rows))
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    texts = [str(a) if a == b else f"{a} to {b}" for a, b in spans]
    return f"{'row' if len(numbers) == 1 else 'rows'} {', '.join(texts)}"
