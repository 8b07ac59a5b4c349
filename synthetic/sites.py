"""A clean return with what a fault needs to know to stay alone.

Here: which rows depend on which, in the return, beside it and in the one of the quarter before.
Not here: the faults.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from specification.load import collection_for
from synthetic.days import add_days, add_months
from synthetic.progress import LADDER, MONTHS
from synthetic.rows import ApprenticeRow, ReturnContent
from synthetic.standards import standard

Key = tuple[str, int]


def key_of(row: ApprenticeRow) -> Key:
    """Return what tells one row of the register from the others."""
    return row.apprentice_ref, row.programme_no


@dataclass(frozen=True)
class Site:
    """A clean return, and the signed one of the quarter before where there is one."""

    content: ReturnContent
    previous: ReturnContent | None

    @property
    def as_at(self) -> date:
        """Last day of the quarter."""
        return self.content.quarter.last_day

    @cached_property
    def rule_ids(self) -> frozenset[str]:
        """The rules that the return is checked by."""
        return frozenset(rule.id for rule in collection_for(self.content.quarter).rules)

    @cached_property
    def _fields(self) -> dict[str, frozenset[str]]:
        tables = collection_for(self.content.quarter).tables.values()
        return {one.name: frozenset(field.name for field in one.fields) for one in tables}

    def has_fields(self, table: str, names: set[str]) -> bool:
        """Whether the return of that year asks for these fields."""
        return names <= self._fields[table]

    @cached_property
    def exits(self) -> dict[Key, date]:
        """Day from which the follow-ups of each leaver are counted."""
        found = {key_of(row): exit_of(row) for row in self.content.apprentices}
        return {key: day for key, day in found.items() if day is not None}

    @cached_property
    def steps(self) -> dict[Key, dict[str, int]]:
        """Step on the ladder at each checkpoint of each leaver."""
        found: dict[Key, dict[str, int]] = {}
        for row in self.content.progression:
            if row.grade in LADDER:
                key = row.apprentice_ref, row.programme_no
                found.setdefault(key, {})[row.checkpoint] = LADDER.index(row.grade)
        return found

    @cached_property
    def rows_of(self) -> Counter[str]:
        """Number of rows of each reference in the register."""
        return Counter(row.apprentice_ref for row in self.content.apprentices)

    @cached_property
    def followed_up(self) -> frozenset[str]:
        """References that have a progression row."""
        return frozenset(row.apprentice_ref for row in self.content.progression)

    @cached_property
    def _pairs(self) -> Counter[tuple[str, str]]:
        return Counter((one.provider_ukprn, one.standard_ref) for one in self.content.apprentices)

    @cached_property
    def _with_feedback(self) -> frozenset[tuple[str, str]]:
        rows = self.content.provider_feedback
        return frozenset((one.provider_ukprn, one.standard_ref) for one in rows)

    @cached_property
    def _rows_before(self) -> dict[Key, ApprenticeRow]:
        rows = () if self.previous is None else self.previous.apprentices
        return {key_of(row): row for row in rows}

    def before(self, row: ApprenticeRow) -> ApprenticeRow | None:
        """Return the row as it was in the return of the quarter before."""
        return self._rows_before.get(key_of(row))

    def is_alone(self, row: ApprenticeRow) -> bool:
        """Whether nothing else in the return depends on this row."""
        reference = row.apprentice_ref
        return self.rows_of[reference] == 1 and reference not in self.followed_up

    def is_new(self, row: ApprenticeRow) -> bool:
        """Whether the row was not in the last return, so that nobody misses it."""
        return self.is_alone(row) and row.start_date >= self.content.quarter.first_day

    def is_counted_in_workforce(self, row: ApprenticeRow) -> bool:
        """Whether the row is one of the live direct digital apprentices."""
        return row.status in ("1", "6") and row.route == "DIRECT" and row.discipline is not None

    def is_quiet(self, row: ApprenticeRow) -> bool:
        """Whether a fault in the row cannot touch level 7 rules, chains or the workforce table."""
        if self.rows_of[row.apprentice_ref] > 1 or self.is_counted_in_workforce(row):
            return False
        return standard(row.standard_ref).level < 7

    def is_spare(self, row: ApprenticeRow) -> bool:
        """Whether no feedback would lose its only apprentice, were the row somewhere else."""
        pair = row.provider_ukprn, row.standard_ref
        return self._pairs[pair] > 1 or pair not in self._with_feedback

    def expects_follow_up(self, exit_date: date) -> bool:
        """Whether a checkpoint after an exit is one that a return is asked about when missing."""
        first, last = add_days(self.as_at, -460), add_days(self.as_at, -85)
        return any(first <= add_months(exit_date, one) <= last for one in MONTHS.values())


def exit_of(row: ApprenticeRow) -> date | None:
    """Return the day from which a row's follow-ups are counted."""
    return {"2": row.achievement_date, "3": row.training_end_date}.get(row.status)


def live_keys(rows: Iterable[ApprenticeRow]) -> set[Key]:
    """Return the rows that the next return must still have."""
    return {key_of(row) for row in rows if row.status in ("1", "6")}
