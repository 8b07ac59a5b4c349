"""The faults that are seeded in the first sheet and in which sheets are sent.

Here: what the return says of itself. Not here: the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from specification.load import load_boroughs
from synthetic.cell_faults import CellFault, Makes
from synthetic.days import add_days
from synthetic.faults import Fault
from synthetic.rows import Cell, HeaderRow
from synthetic.sites import Site


@dataclass(frozen=True, slots=True)
class MissingSheet:
    """A table that is not sent and not marked as nothing to report."""

    missing: str
    rule: str = "R-005"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, where the clean return has the sheet."""
        if self.missing in site.content.tables:
            yield Fault(
                rule=self.rule,
                table="return",
                row=0,
                column=f"nil_{self.missing}",
                what=f"the {self.missing} sheet is not sent",
                leaves_out=self.missing,
            )


def _another_borough(site: Site, row: HeaderRow) -> Cell:
    codes = [one.borough_code for one in load_boroughs()]
    return codes[(codes.index(row.borough_code) + 7) % len(codes)]


def _f(rule: str, field: str, value: Cell | Makes, what: str) -> CellFault:
    return CellFault(rule, "return", field, value, what)


RETURN_FAULTS = (
    _f("R-001", "borough_code", "E08000012", "no London borough"),
    _f("R-002", "period", "Q2 2026", "not written as a quarter"),
    _f("R-003", "as_at_date", lambda site, row: add_days(row.as_at_date, 1),
       "the day after the quarter"),
    _f("R-004", "scope", "SOME", "not one of the scopes"),
    _f("R-007", "borough_code", _another_borough, "another borough"),
    _f("R-008", "period", lambda site, row: str(site.content.quarter.previous()),
       "last quarter's name"),
    MissingSheet("progression"),
    MissingSheet("workforce"),
    MissingSheet("levy"),
    MissingSheet("readiness"),
    MissingSheet("provider_feedback"),
    MissingSheet("public_sector"),
)  # fmt: skip
