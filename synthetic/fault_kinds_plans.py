"""The faults that are seeded in readiness, provider feedback and the public sector figures.

Here: wrong cells, and rows that are there twice. Not here: the register they are compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from synthetic.cell_faults import CellFault, Fits, Makes, everywhere, touched_by
from synthetic.faults import Fault, Rewritten
from synthetic.providers import PROVIDERS
from synthetic.rows import Cell, FeedbackRow, HeadcountRow, ReadinessRow
from synthetic.sites import Site


def _decided(*decisions: str) -> Fits:
    return lambda site, row: row.decision in decisions


def _team_on_two_rows(site: Site, row: ReadinessRow) -> bool:
    return Counter(one.team_ref for one in site.content.readiness)[row.team_ref] > 1


def _unused_provider(site: Site, row: FeedbackRow) -> Cell:
    used = {
        one.provider_ukprn
        for one in site.content.apprentices
        if one.standard_ref == row.standard_ref
    }
    return next(one.ukprn for one in PROVIDERS if one.ukprn not in used)


def _has_unused_provider(site: Site, row: FeedbackRow) -> bool:
    used = {
        one.provider_ukprn
        for one in site.content.apprentices
        if one.standard_ref == row.standard_ref
    }
    return len(used) < len(PROVIDERS)


def _new_staff_and_more(site: Site, row: HeadcountRow) -> Cell:
    return row.employees_new + 4


def _d(rule: str, field: str, value: Cell | Makes, what: str, fits: Fits = everywhere) -> CellFault:
    return CellFault(rule, "readiness", field, value, what, fits)


def _v(rule: str, field: str, value: Cell | Makes, what: str, fits: Fits = everywhere) -> CellFault:
    return CellFault(rule, "provider_feedback", field, value, what, fits)


def _s(rule: str, field: str, value: Cell | Makes, what: str) -> CellFault:
    return CellFault(rule, "public_sector", field, value, what)


@dataclass(frozen=True, slots=True)
class RowAgain:
    """A row that is there a second time, at the end."""

    rule: str
    table: str
    column: str

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault for every row of the table."""
        rows = site.content.rows(self.table)
        for row in rows:
            yield Fault(
                rule=self.rule,
                table=self.table,
                row=len(rows),
                column=self.column,
                what="the same row again",
                appended=row,
                touched=touched_by(self.table, row),
            )


@dataclass(frozen=True, slots=True)
class PartMissing:
    """Public sector figures of one part of the council only."""

    rule: str = "S-004"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, in a year-end return."""
        if site.content.public_sector:
            yield Fault(
                rule=self.rule,
                table="public_sector",
                row=None,
                column="part",
                what="the schools are left out",
                rewritten=(Rewritten("public_sector", site.content.public_sector[:1]),),
            )


PLAN_FAULTS = (
    RowAgain("D-001", "readiness", "team_ref"),
    _d("D-002", "c3", None, "a condition without a score"),
    _d("D-002", "c5", "5", "over 4"),
    CellFault("D-003", "readiness", "c7", "1", "go ahead although a condition is not met",
              _decided("GO"), blames="decision"),
    _d("D-004", "hold_reason", None, "on hold without a reason", _decided("HOLD")),
    _d("D-004", "hold_reason", None, "not now, without a reason", _decided("NOT_NOW")),
    _d("D-005", "team_ref", "team@example.org", "an e-mail as the team", _team_on_two_rows),
    _d("D-006", "standard_ref", "0118", "the letters are missing"),
    _d("F-007", "decision", "MAYBE", "not one of the decisions", _decided("GO")),
    _d("F-007", "hold_reason", "SUMMER", "not one of the reasons", _decided("HOLD")),
    _v("V-001", "provider_ukprn", _unused_provider, "nobody is taught there",
       _has_unused_provider),
    _v("V-002", "overall", "5", "over 4"),
    _v("V-003", "a2", "X", "neither strength nor weakness"),
    _v("V-004", "provider_ukprn", "9000001", "seven digits"),
    _v("V-005", "standard_ref", "118", "the letters are missing"),
    RowAgain("V-006", "provider_feedback", "provider_ukprn"),
    _v("F-002", "would_use_again", None, "empty"),
    _v("F-007", "would_use_again", "Maybe", "neither yes nor no"),
    RowAgain("S-001", "public_sector", "part"),
    _s("S-002", "employees_end",
       lambda site, row: row.employees_start + row.employees_new + 6, "more than can be"),
    _s("S-003", "apprentices_new", _new_staff_and_more, "more than new staff"),
    PartMissing(),
    _s("S-005", "apprentices_end",
       lambda site, row: row.apprentices_start + row.apprentices_new + 3, "more than can be"),
    _s("S-006", "employees_end", -4, "under 0"),
    _s("F-004", "employees_start", "about 3,000", "words"),
)  # fmt: skip
