"""What the door tells the process that asks.

Here: one question and its limits. Not here: either side (`door`, `asking_process`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Task:
    """One question. `form` is rows, csv or parquet; `description` goes into a Parquet file."""

    database: str
    tables: tuple[str, ...]
    query: str
    form: str
    most_rows: int
    most_bytes: int
    seconds: float
    memory_mb: int
    description: str
