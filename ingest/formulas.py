"""Texts that a spreadsheet would take for a formula, and what keeps it from doing so.

Here: for CSV that we write in Python. Not here: cells of workbooks, which can say that they are
texts (`feedback.marks`), or files that DuckDB writes (`ingest.exports`).
"""

from __future__ import annotations

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula begins with, for some spreadsheet: the wide letters too (OWASP, CSV injection)."""


def no_formula(text: str) -> str:
    """Return a text that no spreadsheet works out: with an apostrophe before it where it could."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) else text
