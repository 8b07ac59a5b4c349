"""The faults that are seeded in the register, one entry a kind.

Here: for each rule about `apprentices`, which clean rows can carry the fault alone, and what is
written there. Not here: the rules (`specification`). A row is only taken where no other rule, and
no query about last quarter or the workforce table, would speak up as well.
"""

from __future__ import annotations

from datetime import date

from synthetic.cell_faults import CellFault, Fits, Makes
from synthetic.days import add_days
from synthetic.rows import ApprenticeRow, Cell
from synthetic.sites import Site
from synthetic.standards import standard

SHORTER_FROM = date(2025, 8, 1)
HOURS_FROM = date(2022, 8, 1)
LEVEL_7_FROM = date(2026, 1, 1)


def _f(rule: str, field: str, value: Cell | Makes, what: str, fits: Fits) -> CellFault:
    return CellFault(rule, "apprentices", field, value, what, fits)


def _quiet(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row)


def _spare(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and site.is_spare(row)


def _new(site: Site, row: ApprenticeRow) -> bool:
    return site.is_new(row) and site.is_quiet(row)


def _new_and_live(site: Site, row: ApprenticeRow) -> bool:
    return _new(site, row) and row.status == "1" and row.training_end_date is None


def _long_enough(site: Site, row: ApprenticeRow) -> bool:
    """A start this quarter, moved a month on, is still planned for longer than the minimum."""
    return _new_and_live(site, row) and (row.planned_end_date - row.start_date).days > 500


def _has_number(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.uln is not None


def _live(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.status == "1" and row.training_end_date is None


def _waiting(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.outcome == "8"


def _waiting_for_a_while(site: Site, row: ApprenticeRow) -> bool:
    last_day = site.content.quarter.last_day
    return _waiting(site, row) and (row.training_end_date or last_day) < add_days(last_day, -20)


def _withdrawn(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.status == "3"


def _withdrawn_no_follow_up(site: Site, row: ApprenticeRow) -> bool:
    return _withdrawn(site, row) and row.apprentice_ref not in site.followed_up


def _withdrawn_with_hours_rule(site: Site, row: ApprenticeRow) -> bool:
    return _withdrawn(site, row) and row.start_date >= HOURS_FROM


def _completed_no_follow_up(site: Site, row: ApprenticeRow) -> bool:
    return _completed(site, row) and row.apprentice_ref not in site.followed_up


def _completed_lately(site: Site, row: ApprenticeRow) -> bool:
    """A row of which no follow-up is asked even when it is counted from the end of training."""
    is_early = not site.expects_follow_up(add_days(row.training_end_date or row.start_date, -10))
    return _completed_no_follow_up(site, row) and is_early


def _completed(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.status == "2" and row.training_end_date is not None


def _achieved(site: Site, row: ApprenticeRow) -> bool:
    return _completed(site, row) and row.outcome == "1"


def _failed(site: Site, row: ApprenticeRow) -> bool:
    return _completed(site, row) and row.outcome == "3"


def _on_break(site: Site, row: ApprenticeRow) -> bool:
    return row.status == "6"


def _restarted(site: Site, row: ApprenticeRow) -> bool:
    return row.restart == "Y"


def _short_standard(site: Site, row: ApprenticeRow) -> bool:
    """A row whose planned end can be moved under the minimum and stay within half the usual."""
    months = standard(row.standard_ref).typical_duration_months
    in_force = HOURS_FROM <= row.start_date < SHORTER_FROM
    return site.is_quiet(row) and row.restart == "N" and in_force and months <= 18


def _old_hours_rule(site: Site, row: ApprenticeRow) -> bool:
    in_force = HOURS_FROM <= row.start_date < SHORTER_FROM
    return site.is_quiet(row) and row.restart == "N" and row.status == "1" and in_force


def _new_hours_rule(site: Site, row: ApprenticeRow) -> bool:
    return _live(site, row) and row.restart == "N" and row.start_date >= SHORTER_FROM


def _level_7(site: Site, row: ApprenticeRow, youngest: int, oldest: int) -> bool:
    return (
        row.start_date >= LEVEL_7_FROM
        and row.restart == "N"
        and standard(row.standard_ref).level == 7
        and row.funding == "CO_INVEST"
        and youngest <= row.age_at_start <= oldest
    )


def _level_7_too_old(site: Site, row: ApprenticeRow) -> bool:
    return _level_7(site, row, 25, 75)


def _level_7_asked(site: Site, row: ApprenticeRow) -> bool:
    return _level_7(site, row, 22, 24)


def _digital_left(site: Site, row: ApprenticeRow) -> bool:
    return site.is_quiet(row) and row.discipline is not None


def _wrong_check_digit(site: Site, row: ApprenticeRow) -> str:
    number = row.uln or ""
    return number[:9] + str((int(number[9]) + 4) % 10)  # at most one last digit is right


def _missing_digit(site: Site, row: ApprenticeRow) -> str:
    return (row.uln or "")[:9]


def _after_quarter(days: int) -> Makes:
    return lambda site, row: add_days(site.content.quarter.last_day, days)


def _from_start(days: int) -> Makes:
    return lambda site, row: add_days(row.start_date, days)


def _before_training_end(site: Site, row: ApprenticeRow) -> Cell:
    return add_days(row.training_end_date or row.start_date, -10)


def _after_training_end(site: Site, row: ApprenticeRow) -> Cell:
    return add_days(row.training_end_date or row.start_date, 15)


def _reference_with_slash(site: Site, row: ApprenticeRow) -> str:
    return row.apprentice_ref.replace("-", "/")


APPRENTICE_FAULTS: tuple[CellFault, ...] = (
    _f("A-001", "apprentice_ref", _reference_with_slash, "slashes in the reference", _new),
    _f("A-001", "apprentice_ref", None, "the reference is empty", _new),
    _f("A-003", "apprentice_ref", "someone@example.org", "an e-mail as the reference", _new),
    _f("A-003", "apprentice_ref", "QQ123456C", "a sample NI number as the reference", _new),
    _f("A-010", "uln", _missing_digit, "nine digits", _has_number),
    _f("A-011", "uln", _wrong_check_digit, "the last digit is wrong", _has_number),
    _f("A-020", "standard_ref", "0118", "the letters are missing", _spare),
    _f("A-024", "provider_ukprn", "9000001", "seven digits", _spare),
    _f("A-028", "route", "AGENCY", "not one of the routes", _quiet),
    _f("A-029", "entry_route", "TEMP", "not one of the entry routes", _quiet),
    _f("A-030", "discipline", "Robotics", "not one of the disciplines", _digital_left),
    _f("A-032", "contract_type", "ZERO_HOURS", "not one of the contracts", _quiet),
    _f("A-040", "start_date", None, "the start date is empty", _new_and_live),
    _f("A-040", "start_date", _after_quarter(10), "a start after the quarter", _long_enough),
    _f("A-042", "funding", "LEVY", "level 7 on the levy at 25 or over", _level_7_too_old),
    _f("A-046", "planned_end_date", _from_start(-30), "planned to end before it starts", _live),
    _f("A-047", "planned_end_date", _from_start(329), "planned for 330 days", _short_standard),
    _f("A-049", "training_end_date", _from_start(-7), "ends before it starts",
       _withdrawn_no_follow_up),
    _f("A-050", "status", "5", "not one of the statuses", _live),
    _f("A-051", "training_end_date", None, "on a break without an end date", _on_break),
    _f("A-052", "outcome", None, "withdrawn without an outcome", _withdrawn),
    _f("A-053", "outcome", None, "training has ended, no outcome", _waiting),
    _f("A-053", "outcome", "8", "waiting for assessment, no date", _live),
    _f("A-054", "outcome", "8", "withdrawn and waiting for assessment", _withdrawn),
    _f("A-055", "achievement_date", _after_training_end, "a date of assessment, not completed",
       _waiting_for_a_while),
    _f("A-056", "achievement_date", None, "completed without a date", _completed_no_follow_up),
    _f("A-058", "training_end_date", _after_quarter(5), "ends after the quarter", _waiting),
    _f("A-059", "achievement_date", _before_training_end, "assessed before training ended",
       _completed_lately),
    _f("A-059", "achievement_date", _after_quarter(3), "assessed after the quarter",
       _completed_no_follow_up),
    _f("A-060", "grade", None, "achieved without a grade", _achieved),
    _f("A-060", "grade", "FL", "achieved and failed", _achieved),
    _f("A-061", "grade", "PA", "withdrawn with a pass", _withdrawn),
    _f("A-061", "grade", "ME", "not achieved with a merit", _failed),
    _f("A-062", "withdraw_reason", None, "withdrawn without a reason", _withdrawn),
    _f("A-062", "withdraw_reason_detail", None, "withdrawn without a detail", _withdrawn),
    _f("A-063", "withdraw_reason", "97", "a reason for leaving, still here", _live),
    _f("A-070", "planned_otj_hours", 120, "fewer hours than the minimum of 278", _old_hours_rule),
    _f("A-070", "planned_otj_hours", 150, "fewer hours than the minimum of 187", _new_hours_rule),
    _f("A-072", "actual_otj_hours", None, "withdrawn without the actual hours",
       _withdrawn_with_hours_rule),
    _f("A-075", "funding", "GRANT", "not one of the ways to pay", _quiet),
    _f("A-076", "planned_otj_hours", None, "no planned hours", _new_hours_rule),
    _f("A-077", "original_start_date", None, "a restart without the first start", _restarted),
    _f("A-045", "original_start_date", _from_start(1), "the first start comes later", _restarted),
    _f("A-080", "age_at_start", 92, "older than 75", _quiet),
    _f("A-082", "care_leaver_or_ehcp", None, "needed at level 7 and 22 to 24", _level_7_asked),
    _f("A-083", "sex", "W", "not in the list", _quiet),
    _f("A-083", "ethnicity", "77", "not in the list", _quiet),
    _f("A-084", "home_borough", "N16", "part of a postcode", _quiet),
    _f("F-002", "planned_end_date", None, "empty", _live),
    _f("F-003", "planned_end_date", "31/02/2027", "a day that does not exist", _live),
    _f("F-003", "planned_end_date", "Sept 27", "no day", _live),
    _f("F-004", "planned_otj_hours", "about 600", "words", _live),
    _f("F-004", "programme_no", "one", "a word", _new),
    _f("F-005", "weekly_hours", "full time", "words", _quiet),
    _f("F-005", "total_price", "tbc", "a word", _quiet),
    _f("F-006", "cohort_label", "The very first cohort of the new academy, September", "too long",
       _quiet),
    _f("F-007", "otj_pattern", "EVENING", "not one of the choices", _quiet),
    _f("F-007", "outcome", "9", "not one of the outcomes", _withdrawn),
    _f("F-007", "withdraw_reason", "55", "not one of the reasons", _withdrawn),
    _f("F-007", "grade", "A", "not one of the grades", _achieved),
    _f("F-008", "weekly_hours", 60.0, "over 48", _quiet),
    _f("F-008", "programme_no", 0, "under 1", _new),
    _f("F-008", "planned_otj_hours", 10000, "over 9999", _live),
    _f("A-006", "cohort_label", "ask@example.org", "an e-mail as the cohort", _quiet),
    _f("F-015", "total_price", "#REF!", "an Excel error", _quiet),
    _f("F-020", "cohort_label", "TBC", "no value", _quiet),
)  # fmt: skip
