"""The queries that are seeded in the register, one entry a kind.

Here: rows that may be true but are unusual, alone or beside the row of last quarter. Not here: the
errors (`fault_kinds_apprentices`), and what a whole table says (`fault_kinds_whole`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from synthetic.cell_faults import CellFault, Fits, Makes
from synthetic.days import add_days, add_months, days_inclusive, months_between
from synthetic.fault_kinds_apprentices import HOURS_FROM, SHORTER_FROM
from synthetic.faults import Change, Fault, Rewritten
from synthetic.learner_numbers import TEMPORARY
from synthetic.providers import PROVIDERS
from synthetic.rows import ApprenticeRow, Cell
from synthetic.sites import Site
from synthetic.standards import standard

UNKNOWN_PROVIDER, UNKNOWN_STANDARD = "90000099", "ST9998"
CLOSED_STANDARD, LATE_STANDARD = "ST0114", "ST1512"
_BEFORE_LEVY = date(2017, 3, 6)


def _months(row: ApprenticeRow) -> float:
    return months_between(row.start_date, row.planned_end_date)


def _quiet(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row)


def _live(site: Site, row: ApprenticeRow) -> bool:
    is_live = row.status == "1" and row.training_end_date is None
    return site.is_quiet(row) and is_live and row.restart == "N"


def _new_and_live(site: Site, row: ApprenticeRow) -> bool:
    return _live(site, row) and site.is_new(row) and site.is_spare(row)


def _old_enough(site: Site, row: ApprenticeRow) -> bool:
    known = row.uln is not None
    return site.is_quiet(row) and known and (site.as_at - row.start_date).days > 75


def _could_be(reference: str, row: ApprenticeRow) -> bool:
    """Whether the row's length and price would be usual for another standard."""
    other = standard(reference)
    is_usual = 0.6 < _months(row) / other.typical_duration_months < 1.4
    return is_usual and row.total_price <= other.max_funding_gbp


def _could_be_closed(site: Site, row: ApprenticeRow) -> bool:
    last = standard(CLOSED_STANDARD).last_start_date
    is_after = last is not None and row.start_date > last
    return _new_and_live(site, row) and is_after and _could_be(CLOSED_STANDARD, row)


def _could_be_late(site: Site, row: ApprenticeRow) -> bool:
    approved = standard(LATE_STANDARD).approved_date
    is_before = approved is not None and row.start_date < approved
    is_spare = _live(site, row) and site.is_spare(row)
    return is_spare and is_before and _could_be(LATE_STANDARD, row)


def _could_be_before_the_levy(site: Site, row: ApprenticeRow) -> bool:
    approved = standard(row.standard_ref).approved_date
    is_known = row.uln is not None and approved is not None and approved <= _BEFORE_LEVY
    return _new_and_live(site, row) and is_known and _months(row) > 12.5


def _same_length_from(day: date) -> Makes:
    return lambda site, row: add_days(day, days_inclusive(row.start_date, row.planned_end_date) - 1)


def _with_team(site: Site, row: ApprenticeRow) -> bool:
    return row.team_ref is not None and "readiness" in site.content.tables


def _on_break(site: Site, row: ApprenticeRow) -> bool:
    return row.status == "6" and site.rows_of[row.apprentice_ref] == 1


def _on_break_for_long(site: Site, row: ApprenticeRow) -> bool:
    return _on_break(site, row) and row.start_date < add_days(site.as_at, -420)


def _withdrawn_with(*details: str) -> Fits:
    return lambda site, row: (
        site.is_quiet(row) and row.status == "3" and row.withdraw_reason_detail in details
    )


def _completed_with_hours(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.status == "2" and bool(row.planned_otj_hours)


def _long_planned(site: Site, row: ApprenticeRow) -> bool:
    """A live row of the last return, so long that another start is still a usual one."""
    return _live(site, row) and site.before(row) is not None and _fits_a_month_later(row)


def _fits_a_month_later(row: ApprenticeRow) -> bool:
    later = add_days(row.start_date, 28)
    same_rules = not any(row.start_date < day <= later for day in (HOURS_FROM, SHORTER_FROM))
    usual = standard(row.standard_ref).typical_duration_months
    return same_rules and _months(row) > max(14.0, 0.7 * usual)


def _taught_elsewhere(site: Site, row: ApprenticeRow) -> bool:
    return _live(site, row) and site.before(row) is not None and site.is_spare(row)


def _other_provider(site: Site, row: ApprenticeRow) -> Cell:
    numbers = [one.ukprn for one in PROVIDERS]
    return numbers[(numbers.index(row.provider_ukprn) + 5) % len(numbers)]


def _gone_back(site: Site, row: ApprenticeRow) -> bool:
    """A leaver of the last return whom nothing else depends on, were training to go on."""
    was = site.before(row)
    has_left = was is not None and was.status in ("2", "3")
    is_digital = row.route == "DIRECT" and row.discipline is not None
    is_single = site.rows_of[row.apprentice_ref] == 1 and standard(row.standard_ref).level < 7
    return has_left and is_single and not is_digital


def _f(
    rule: str, field: str, value: Cell | Makes, what: str, fits: Fits, *also: tuple[str, Cell]
) -> CellFault:
    return CellFault(rule, "apprentices", field, value, what, fits, also=also)


@dataclass(frozen=True, slots=True)
class SamePersonTwice:
    """A row with the learner number of another one: same standard, same first day."""

    rule: str = "A-004"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at the later row of each two that are alike but for the person."""
        first: dict[tuple[str, date], ApprenticeRow] = {}
        for number, row in enumerate(site.content.apprentices):
            if row.uln is None or not site.is_quiet(row):
                continue
            other = first.setdefault((row.standard_ref, row.start_date), row)
            if other is not row:
                yield Fault(
                    rule=self.rule,
                    table="apprentices",
                    row=number,
                    column="start_date",
                    what="the learner number of another row, same standard and start",
                    changes=(Change("uln", other.uln),),
                    touched=frozenset({row.apprentice_ref, other.apprentice_ref}),
                )


_EMPTIED = (
    Change("status", "1"),
    *(Change(name, None)
    for name in (
        "training_end_date", "outcome", "achievement_date", "grade", "withdraw_reason",
        "withdraw_reason_detail",
    )),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BackInTraining:
    """A leaver of the last return who is in training again, on the same row."""

    rule: str = "A-085"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at leavers outside digital work; their follow-ups go with it."""
        follow_ups = site.content.progression
        for number, row in enumerate(site.content.apprentices):
            if not _gone_back(site, row):
                continue
            left = tuple(one for one in follow_ups if one.apprentice_ref != row.apprentice_ref)
            yield Fault(
                rule=self.rule,
                table="apprentices",
                row=number,
                column="status",
                what="a leaver is back in training",
                changes=_EMPTIED,
                rewritten=(Rewritten("progression", left),),
                touched=frozenset({row.apprentice_ref}),
            )


QUERY_FAULTS = (
    SamePersonTwice(),
    _f("A-012", "uln", TEMPORARY, "the temporary learner number", _old_enough),
    _f("A-013", "uln", None, "no learner number after two months", _old_enough),
    _f("A-021", "standard_ref", UNKNOWN_STANDARD, "nobody knows this standard", _new_and_live),
    CellFault("A-022", "apprentices", "standard_ref", CLOSED_STANDARD,
              "closed to new starts", _could_be_closed, blames="start_date"),
    _f("A-025", "provider_ukprn", UNKNOWN_PROVIDER, "nobody knows this provider", _new_and_live),
    _f("A-026", "epa_org", "EPAO-12", "no assessment organisation's number", _quiet),
    _f("A-031", "team_ref", "DATA-99", "no such team in readiness", _with_team),
    _f("A-033", "weekly_hours", 12.0, "very few hours", _quiet),
    _f("A-033", "weekly_hours", 45.0, "very many hours", _quiet),
    CellFault("A-041", "apprentices", "start_date", _BEFORE_LEVY, "before the levy began",
              _could_be_before_the_levy,
              also=(("planned_end_date", _same_length_from(_BEFORE_LEVY)),)),
    _f("A-043", "standard_ref", LATE_STANDARD, "started before it was approved", _could_be_late),
    _f("A-048", "planned_end_date", lambda site, row: add_months(row.start_date, 130),
       "planned for over ten years", _live),
    _f("A-048", "planned_end_date",
       lambda site, row: add_months(
           row.start_date, standard(row.standard_ref).typical_duration_months * 2),
       "twice as long as is usual", _live),
    _f("A-057", "training_end_date", lambda site, row: add_days(site.as_at, -390),
       "on a break for over a year", _on_break_for_long),
    _f("A-064", "withdraw_reason", "98", "the reason is not known",
       _withdrawn_with("E01", "E02", "E09"), ("withdraw_reason_detail", "E98")),
    _f("A-065", "withdraw_reason_detail", "E10", "health, but the reason says other",
       _withdrawn_with("E02", "E03", "E09", "E13")),
    _f("A-066", "expected_return_date", lambda site, row: add_days(site.as_at, -9),
       "the break should have ended", _on_break),
    _f("A-073", "actual_otj_hours", lambda site, row: int(row.planned_otj_hours * 0.6),
       "far fewer hours than planned", _completed_with_hours),
    _f("A-074", "total_price",
       lambda site, row: standard(row.standard_ref).max_funding_gbp + 2500,
       "above the funding limit", _quiet),
    _f("A-081", "age_at_start", 15, "under 16", _quiet),
    BackInTraining(),
    _f("A-086", "start_date", lambda site, row: add_days(row.start_date, 28),
       "another start than last quarter", _long_planned),
    _f("A-087", "provider_ukprn", _other_provider, "another provider than last quarter",
       _taught_elsewhere),
)  # fmt: skip
