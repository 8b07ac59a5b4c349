"""Words from numbers: titles, lists and dates in British English.

Here: small phrases, all pure. Not here: any judgement about a borough (comparison).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from publisher.figures import Cell

_SMALL_NUMBERS = (
    "No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten",
)  # fmt: skip


def number_word(number: int) -> str:
    """Return a number that begins a sentence: `No`, `One` … `Ten`, then digits."""
    return _SMALL_NUMBERS[number] if number < len(_SMALL_NUMBERS) else f"{number:,}"


def joined(names: Sequence[str]) -> str:
    """Return names as a list in a sentence: `Camden, Ealing and Sutton`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"


def plural(number: int, singular: str, many: str | None = None) -> str:
    """Return a number with its noun: `1 borough`, `2 boroughs`."""
    return f"{number:,} {singular if number == 1 else many or singular + 's'}"


def written_date(day: date) -> str:
    """Return a date as a sentence has it, `26 November 2026`."""
    return f"{day.day} {day:%B %Y}"


def per_cent(figure: Cell) -> str:
    """Return a shown per cent, `64%` or `64.3%`; a symbol stays as it is."""
    return f"{figure}%" if isinstance(figure, int | float) else str(figure)


def change(now: int, before: int, *, of: str) -> str:
    """Return how a count moved against an earlier one: `12 more than in the same quarter`."""
    if now == before:
        return f"the same as {of}"
    more_or_fewer = "more" if now > before else "fewer"
    return f"{abs(now - before):,} {more_or_fewer} than {of}"


def lower_first(words: str) -> str:
    """Return words as they go on in a sentence: `digital apprenticeships in London boroughs`."""
    return words[:1].lower() + words[1:]
