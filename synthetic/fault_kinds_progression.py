"""The faults that are seeded in the follow-ups, one entry a kind.

Here: wrong cells, rows added and rows left out. Not here: the register's own faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from synthetic.cell_faults import CellFault, Fits, Makes
from synthetic.days import add_days, add_months
from synthetic.faults import Fault, Rewritten
from synthetic.progress import LADDER, MONTHS
from synthetic.rows import Cell, ProgressionRow
from synthetic.sites import Site, key_of

_ELSEWHERE = ("OTHER_EMP", "OTHER_PUBLIC", "NEET", "STUDY")


def _due_on(site: Site, row: ProgressionRow) -> date | None:
    exit_date = site.exits.get((row.apprentice_ref, row.programme_no))
    return None if exit_date is None else add_months(exit_date, MONTHS[row.checkpoint])


def _days_from_due(days: int) -> Makes:
    def make(site: Site, row: ProgressionRow) -> Cell:
        due = _due_on(site, row)
        return None if due is None else add_days(due, days)

    return make


def _goes_to(*destinations: str) -> Fits:
    return lambda site, row: row.destination in destinations


def _not_asked_about(site: Site, row: ProgressionRow) -> bool:
    """A follow-up that nobody would miss: long past, of a person who went elsewhere."""
    is_elsewhere = row.destination in _ELSEWHERE
    return is_elsewhere and row.checked_on < add_days(site.as_at, -560)


def _at(*checkpoints: str) -> Fits:
    return lambda site, row: row.checkpoint in checkpoints and row.destination in _ELSEWHERE


def _has_risen(site: Site, row: ProgressionRow) -> bool:
    """A follow-up with an earlier one of the same apprenticeship at two steps above the first."""
    steps = site.steps.get((row.apprentice_ref, row.programme_no), {})
    months = MONTHS[row.checkpoint]
    earlier = [step for checkpoint, step in steps.items() if MONTHS[checkpoint] < months]
    return row.grade in LADDER and max(earlier, default=0) >= 2


def _f(
    rule: str, field: str, value: Cell | Makes, what: str, fits: Fits, *also: tuple[str, Cell]
) -> CellFault:
    return CellFault(rule, "progression", field, value, what, fits, also=also)


@dataclass(frozen=True, slots=True)
class AddedFollowUp:
    """A follow-up added at the end: of somebody who is still here, or a second time."""

    rule: str

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the added row for every apprentice it can be about."""
        for row in self._added(site):
            yield Fault(
                rule=self.rule,
                table="progression",
                row=len(site.content.progression),
                column="apprentice_ref",
                what="still here" if self.rule == "P-003" else "the same checkpoint again",
                appended=row,
                touched=frozenset({row.apprentice_ref}),
            )

    def _added(self, site: Site) -> Iterator[ProgressionRow]:
        if self.rule == "P-011":
            yield from site.content.progression
            return
        for one in site.content.apprentices:
            if one.status == "1" and site.is_alone(one):
                yield ProgressionRow(
                    one.apprentice_ref, one.programme_no, "END", site.as_at, "OTHER_EMP", None,
                    None, None, "HR",
                )  # fmt: skip


@dataclass(frozen=True, slots=True)
class MissingFollowUp:
    """A follow-up that is due and left out: found on the row of the person."""

    rule: str = "P-020"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at every leaver of whom one checkpoint is due and in the return."""
        rows = site.content.progression
        of_leavers = {key_of(row): at for at, row in enumerate(site.content.apprentices)}
        first, last = add_days(site.as_at, -440), add_days(site.as_at, -100)
        for number, row in enumerate(rows):
            due = _due_on(site, row)
            if due is None or not first <= due <= last:
                continue
            yield Fault(
                rule=self.rule,
                table="apprentices",
                row=of_leavers[row.apprentice_ref, row.programme_no],
                column="status",
                what=f"the follow-up {row.checkpoint} is left out",
                rewritten=(Rewritten("progression", rows[:number] + rows[number + 1 :]),),
                touched=frozenset({row.apprentice_ref}),
            )


PROGRESSION_FAULTS = (
    _f("P-001", "apprentice_ref", lambda site, row: f"{row.apprentice_ref[:3]}-99-9999",
       "nobody has this reference", _not_asked_about),
    _f("P-002", "checkpoint", "M9", "not a checkpoint", _goes_to(*_ELSEWHERE)),
    _f("P-004", "checked_on", _days_from_due(-70), "ten weeks before it is due",
       _at("M6", "M12")),
    _f("P-004", "checked_on", _days_from_due(120), "four months after it is due", _at("M24")),
    _f("P-005", "destination", "Promoted", "not a destination", _goes_to("PERM_SAME")),
    _f("P-006", "destination", "UNKNOWN", "not known at the end", _at("END")),
    _f("P-007", "grade", None, "a job in the council without a grade",
       _goes_to("PERM_SAME", "FTC_SAME")),
    _f("P-008", "grade", LADDER[0], "two steps down the ladder", _has_risen),
    _f("P-009", "other_borough_code", None, "which borough is not said", _goes_to("OTHER_LDN")),
    _f("P-009", "other_borough_code", lambda site, row: site.content.borough_code,
       "moved to the same borough", _goes_to("OTHER_LDN")),
    _f("P-010", "source", "Rumour", "not one of the sources", _goes_to(*_ELSEWHERE)),
    _f("F-002", "checked_on", None, "empty", _goes_to(*_ELSEWHERE)),
    _f("F-003", "checked_on", "spring 2026", "no day", _goes_to(*_ELSEWHERE)),
    _f("F-007", "grade", "JUNIOR", "not one of the grades", _goes_to(*_ELSEWHERE)),
    AddedFollowUp("P-003"),
    AddedFollowUp("P-011"),
    MissingFollowUp(),
)  # fmt: skip
