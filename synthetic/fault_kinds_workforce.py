"""The faults that are seeded in the posts.

Here: wrong cells of a discipline and grade, and plans that are out of proportion. Not here: the
apprentices whom the posts are compared with.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from synthetic.cell_faults import CellFault, Fits, Makes
from synthetic.days import add_months
from synthetic.faults import Fault, Rewritten
from synthetic.rows import Cell, WorkforceRow
from synthetic.sites import Site

_ENOUGH_STARTS = 10


def _grade(grade: str) -> Fits:
    return lambda site, row: row.grade == grade and row.discipline != "LEADERSHIP"


def _f(
    rule: str,
    field: str,
    value: Cell | Makes,
    what: str,
    grade: str = "SENIOR",
    blames: str | None = None,
    also: tuple[tuple[str, Cell | Makes], ...] = (),
) -> CellFault:
    return CellFault(rule, "workforce", field, value, what, _grade(grade), blames, also)


@dataclass(frozen=True, slots=True)
class OutOfProportion:
    """Planned starts that the starts of the year before do not bear out: far too many, or none."""

    planned: Literal["many", "none"]
    rule: str = "W-007"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once; none planned is only unusual where people have started."""
        since = add_months(site.as_at, -12)
        started = sum(
            row.discipline is not None and row.start_date > since
            for row in site.content.apprentices
        )
        rows = site.content.workforce
        if rows and (self.planned == "many" or started > _ENOUGH_STARTS):
            planned = 0 if self.planned == "none" else started + 20
            yield Fault(
                rule=self.rule,
                table="workforce",
                row=None,
                column="planned_starts_12m",
                what=f"{self.planned} planned, {started} started",
                rewritten=(Rewritten("workforce", tuple(_planned(row, planned) for row in rows)),),
            )


def _planned(row: WorkforceRow, planned: int) -> WorkforceRow:
    return row._replace(planned_starts_12m=planned if row.grade == "APPRENTICE" else None)


WORKFORCE_FAULTS = (
    _f("W-001", "grade", "MID", "the same grade twice", blames="discipline"),
    _f("F-007", "discipline", "Robotics", "not one of the disciplines"),
    _f("W-002", "posts_filled", -2.0, "under 0"),
    _f("W-002", "agency", -1.0, "under 0", grade="LEAD"),
    _f("W-003", "posts_filled", lambda site, row: row.posts_established + 2,
       "more people than posts", grade="MID"),
    _f("W-004", "agency", lambda site, row: row.posts_established * 2 + 3,
       "far more agency staff than posts", grade="ASSOCIATE"),
    _f("W-005", "joiners", -1, "under 0"),
    _f("W-005", "leavers", -3, "under 0", grade="LEAD"),
    # Seven, because the rule allows one for each row of the register that could not be read.
    _f("W-006", "posts_filled", lambda site, row: row.posts_filled + 7,
       "seven more than in the register", grade="APPRENTICE",
       also=(("posts_established", lambda site, row: row.posts_established + 7),)),
    _f("F-005", "posts_established", "five", "a word", grade="LEAD"),
    _f("F-008", "expected_openings_12m", 12000, "over 9999", grade="MID"),
    OutOfProportion("many"),
    OutOfProportion("none"),
)  # fmt: skip
