"""Every kind of fault that is seeded, over all tables.

Here: the catalogue, and the kinds that need more than one cell of the register. Not here: which
returns get them (`fault_plan`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from specification.load import load_boroughs
from synthetic.days import add_days
from synthetic.fault_kinds_apprentices import APPRENTICE_FAULTS
from synthetic.faults import Change, Fault, Site
from synthetic.rows import Cell, ProgressionRow


class FaultKind(Protocol):
    """A kind of fault: the rule it breaks, and where a clean return can carry it."""

    @property
    def rule(self) -> str:
        """Id of the rule that finds it."""
        ...

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault wherever the return can carry it alone."""
        ...


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """A fault in the one row of the table `return`."""

    rule: str
    field: str
    value: Callable[[Site], Cell]
    what: str

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once: every return has that row."""
        yield Fault(
            rule=self.rule,
            table="return",
            row=0,
            column=self.field,
            what=self.what,
            changes=(Change(self.field, self.value(site)),),
            touched=frozenset({f"return {self.field}"}),
        )


@dataclass(frozen=True, slots=True)
class MissingSheet:
    """A table that is not sent and not marked as nothing to report."""

    missing: str
    rule: str = "R-005"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once."""
        yield Fault(
            rule=self.rule,
            table="return",
            row=0,
            column=f"nil_{self.missing}",
            what=f"the {self.missing} sheet is not sent",
            touched=frozenset({f"{self.missing} sheet"}),
            leaves_out=self.missing,
        )


@dataclass(frozen=True, slots=True)
class ProgressionFault:
    """A fault in one cell of a follow-up."""

    rule: str
    field: str
    value: Callable[[Site, ProgressionRow], Cell]
    what: str
    fits: Callable[[Site, ProgressionRow], bool]

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at every follow-up that can carry it alone."""
        for number, row in enumerate(site.content.progression):
            if self.fits(site, row):
                yield Fault(
                    rule=self.rule,
                    table="progression",
                    row=number,
                    column=self.field,
                    what=self.what,
                    changes=(Change(self.field, self.value(site, row)),),
                    touched=frozenset({row.apprentice_ref, "progression sheet"}),
                )


@dataclass(frozen=True, slots=True)
class WorkforceFault:
    """A fault in one cell of the workforce; `blames`: the field that the rule names."""

    rule: str
    field: str
    value: Cell
    what: str
    blames: str | None = None
    grade: str | None = None

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at every row of posts that are not apprenticeship posts."""
        wanted = self.grade or "SENIOR"
        for number, row in enumerate(site.content.workforce):
            if row.grade == wanted and row.discipline != "LEADERSHIP":
                yield Fault(
                    rule=self.rule,
                    table="workforce",
                    row=number,
                    column=self.blames or self.field,
                    what=self.what,
                    changes=(Change(self.field, self.value),),
                    touched=frozenset({f"posts {row.discipline}", "workforce sheet"}),
                )


@dataclass(frozen=True, slots=True)
class SharedReference:
    """A new row that took the reference of an earlier row."""

    rule: str = "A-002"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at new rows, each with an earlier row on its own."""
        rows = site.content.apprentices
        earlier = [row for row in rows if site.is_alone(row) and not site.is_new(row)]
        new = [number for number, row in enumerate(rows) if site.is_new(row) and site.is_quiet(row)]
        for number, other in zip(new, reversed(earlier), strict=False):
            reference = rows[number].apprentice_ref
            yield Fault(
                rule=self.rule,
                table="apprentices",
                row=number,
                column="apprentice_ref",
                what="the reference of another row",
                changes=(Change("apprentice_ref", other.apprentice_ref),),
                touched=frozenset({reference, other.apprentice_ref}),
            )


@dataclass(frozen=True, slots=True)
class RestartOfNothing:
    """A row marked as a restart, with no earlier row."""

    rule: str = "A-044"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at rows that are the only one of their reference."""
        for number, row in enumerate(site.content.apprentices):
            if site.is_quiet(row) and row.status == "1":
                first_start = add_days(row.start_date, -200)
                yield Fault(
                    rule=self.rule,
                    table="apprentices",
                    row=number,
                    column="restart",
                    what="a restart without an earlier row",
                    changes=(
                        Change("restart", "Y"),
                        Change("original_start_date", first_start),
                    ),
                    touched=frozenset({row.apprentice_ref}),
                )


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
                touched=frozenset({row.apprentice_ref, "progression sheet", "added follow-up"}),
            )

    def _added(self, site: Site) -> Iterator[ProgressionRow]:
        if self.rule == "P-011":
            yield from site.content.progression
            return
        day = site.content.quarter.last_day
        for one in site.content.apprentices:
            if one.status == "1" and site.is_alone(one):
                yield ProgressionRow(
                    one.apprentice_ref, one.programme_no, "END", day, "OTHER_EMP", None, None, None,
                    "HR",
                )  # fmt: skip


def _another_borough(site: Site) -> str:
    codes = [one.borough_code for one in load_boroughs()]
    return codes[(codes.index(site.content.borough_code) + 7) % len(codes)]


def _goes_to(*destinations: str) -> Callable[[Site, ProgressionRow], bool]:
    return lambda site, row: row.destination in destinations


_HEADER = (
    HeaderFault("R-001", "borough_code", lambda site: "E08000012", "no London borough"),
    HeaderFault("R-002", "period", lambda site: "Q2 2026", "not written as a quarter"),
    HeaderFault("R-003", "as_at_date", lambda site: add_days(site.content.quarter.last_day, 1),
                "the day after the quarter"),
    HeaderFault("R-004", "scope", lambda site: "SOME", "not one of the scopes"),
    HeaderFault("R-007", "borough_code", _another_borough, "another borough"),
    HeaderFault("R-008", "period", lambda site: str(site.content.quarter.previous()),
                "last quarter's name"),
)  # fmt: skip
_ELSEWHERE = ("OTHER_EMP", "OTHER_PUBLIC", "NEET", "STUDY")
_P = ProgressionFault
_PROGRESSION = (
    _P("P-001", "apprentice_ref", lambda site, row: f"{row.apprentice_ref[:3]}-99-9999",
       "nobody has this reference", _goes_to(*_ELSEWHERE)),
    _P("P-002", "checkpoint", lambda site, row: "M9", "not a checkpoint", _goes_to(*_ELSEWHERE)),
    _P("P-005", "destination", lambda site, row: "Promoted", "not a destination",
       _goes_to("PERM_SAME")),
    _P("P-007", "grade", lambda site, row: None, "a job in the council without a grade",
       _goes_to("PERM_SAME", "FTC_SAME")),
    _P("P-009", "other_borough_code", lambda site, row: None, "which borough is not said",
       _goes_to("OTHER_LDN")),
    _P("P-009", "other_borough_code", lambda site, row: site.content.borough_code,
       "moved to the same borough", _goes_to("OTHER_LDN")),
    _P("P-010", "source", lambda site, row: "Rumour", "not one of the sources",
       _goes_to(*_ELSEWHERE)),
    _P("F-002", "checked_on", lambda site, row: None, "empty", _goes_to(*_ELSEWHERE)),
    _P("F-003", "checked_on", lambda site, row: "spring 2026", "no day", _goes_to(*_ELSEWHERE)),
    _P("F-007", "grade", lambda site, row: "JUNIOR", "not one of the grades",
       _goes_to(*_ELSEWHERE)),
)  # fmt: skip
_WORKFORCE = (
    WorkforceFault("W-001", "grade", "MID", "the same grade twice", blames="discipline"),
    WorkforceFault("F-007", "discipline", "Robotics", "not one of the disciplines"),
    WorkforceFault("W-002", "posts_filled", -2.0, "under 0"),
    WorkforceFault("W-002", "agency", -1.0, "under 0", grade="LEAD"),
    WorkforceFault("W-005", "joiners", -1, "under 0"),
    WorkforceFault("W-005", "leavers", -3, "under 0", grade="LEAD"),
    WorkforceFault("F-005", "posts_established", "five", "a word", grade="LEAD"),
)
FAULT_KINDS: tuple[FaultKind, ...] = (
    *_HEADER,
    MissingSheet("workforce"),
    MissingSheet("progression"),
    *APPRENTICE_FAULTS,
    SharedReference(),
    RestartOfNothing(),
    *_PROGRESSION,
    AddedFollowUp("P-003"),
    AddedFollowUp("P-011"),
    *_WORKFORCE,
)


def is_fault_of_the_return(kind: FaultKind) -> bool:
    """Return whether the fault is about the return as a whole, of which a file gets one."""
    return isinstance(kind, (HeaderFault, MissingSheet))
