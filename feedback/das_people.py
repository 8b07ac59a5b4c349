"""Apprentices from the employer's download and from a provider's bulk upload.

Here: which column fills which field. Not here: names, dates of birth and e-mail addresses, which
are looked at (for the age) or passed over, and never carried.
"""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from feedback.das_rows import Download, Found, Month, read_amount, read_day
from feedback.filling import Cell
from specification.load import load_code_rows, load_standards
from specification.periods import Quarter

# Status in the service: our status, and the outcome that it leaves no choice about.
_STATUSES: dict[str, tuple[str, str | None]] = {
    "live": ("1", None),
    "paused": ("6", "3"),
    "stopped": ("3", "3"),
    "completed": ("2", None),
}
_LEVEL = re.compile(r",?\s*level:?\s*(\d)\b", re.IGNORECASE)
_KIND = re.compile(r"\s*\((?:standard|framework)\)\s*$", re.IGNORECASE)
_BAD_ROW = "a stray comma moved the columns"
_LATER = "starting after the quarter"


def employer_rows(download: Download, quarter: Quarter) -> Found:
    """Return the apprentices of the employer's “Manage your apprentices” download."""
    found = Found()
    for record in download.records():
        if record is None:
            found.left_out[_BAD_ROW] += 1
            continue
        start = read_day(record["Planned start date"])
        status = record["Status"].casefold()
        if status == "waiting to start" or _is_later(start, quarter):
            found.left_out[_LATER] += 1
            continue
        row: dict[str, Cell] = {
            "uln": record["ULN"],
            "standard_ref": _standard_by_title(record["Apprenticeship training course"]),
            "start_date": _cell(start),
            "planned_end_date": _cell(read_day(record["Planned end date"])),
            "total_price": read_amount(record["Total agreed apprenticeship price"]) or None,
            "age_at_start": age_at(read_day(record["Date of birth"]), start),
        }
        row["status"], row["outcome"] = _STATUSES.get(status, (None, None))
        if status == "paused":
            row["training_end_date"] = _cell(read_day(record["Paused date"]))
        place = len(found.rows)
        found.rows.append(row)
        _ask(found, status, row, place)
        course, provider = record["Apprenticeship training course"], record["Training provider"]
        if course and row["standard_ref"] is None:
            found.note(f"Find the standard reference of “{course}”", place)
        if provider:
            found.note(f"Find the UKPRN of “{provider}”", place)
    return found


def _ask(found: Found, status: str, row: dict[str, Cell], place: int) -> None:
    questions = {
        "paused": "Paused: confirm the last day before the break",
        "stopped": "Stopped: add the last day of training and the reason",
        "completed": "Completed: add the last day, the outcome, the assessment date and the grade",
    }
    if status in questions:
        found.note(questions[status], place)
    elif row["status"] is None:
        found.note("The service does not know the status: choose it", place)
    if any(isinstance(cell, str) and cell.startswith("??") for cell in row.values()):
        found.note("The service knows months only: write the day in place of “??”", place)


def provider_rows(download: Download, quarter: Quarter) -> Found:
    """Return the apprentices of a provider's bulk upload file."""
    found = Found()
    for record in download.records():
        if record is None:
            found.left_out[_BAD_ROW] += 1
            continue
        start = read_day(record["StartDate"])
        if _is_later(start, quarter):
            found.left_out[_LATER] += 1
            continue
        standard = _standards_by_code().get(record["StdCode"].lstrip("0"))
        row: dict[str, Cell] = {
            "uln": record["ULN"],
            "standard_ref": standard,
            "start_date": _cell(start),
            "planned_end_date": _cell(read_day(record["EndDate"])),
            "total_price": read_amount(record["TotalPrice"]) or None,
            "epa_org": record["EPAOrgID"] or None,
            "planned_otj_hours": _planned_hours(record),
            "age_at_start": age_at(read_day(record["DateOfBirth"]), start),
        }
        place = len(found.rows)
        found.rows.append(row)
        if standard is None and record["StdCode"]:
            found.note(f"Find the standard reference of LARS code {record['StdCode']}", place)
        found.note("The service counts the month of the start: confirm the day", place)
        if str(row["planned_end_date"]).startswith("??"):
            found.note("The file knows months only: write the day in place of “??”", place)
    return found


def _planned_hours(record: dict[str, str]) -> int | None:
    total, less = read_amount(record["TrainingTotalHours"]), record["TrainingHoursReduction"]
    reduction = read_amount(less)
    if not total or reduction is None or reduction > total:
        return None
    return int(total - reduction)


def _cell(day: date | Month | None) -> Cell:
    return day.without_day if isinstance(day, Month) else day


def _is_later(start: date | Month | None, quarter: Quarter) -> bool:
    first = date(start.year, start.month, 1) if isinstance(start, Month) else start
    return first is not None and first > quarter.last_day


def age_at(born: date | Month | None, start: date | Month | None) -> int | None:
    """Return whole years of age on the first day; None where the dates leave it open.

    A start of which only the month is known leaves it open if the birthday is in that month.
    """
    if not isinstance(born, date) or start is None:
        return None
    years = start.year - born.year
    if isinstance(start, date):
        return years - ((start.month, start.day) < (born.month, born.day))
    if start.month == born.month and born.day > 1:
        return None
    return years - (start.month < born.month)


def _plain(title: str) -> str:
    return re.sub(r"[\W_]+", " ", title).strip().casefold()


@cache
def _standards_by_title() -> dict[str, list[tuple[int, str]]]:
    known: dict[str, list[tuple[int, str]]] = {}
    for one in load_standards():
        known.setdefault(_plain(one.title), []).append((one.level, one.reference))
    return known


@cache
def _standards_by_code() -> dict[str, str]:
    rows = load_code_rows("standards")
    return {row["lars_code"]: row["reference"] for row in rows if row["lars_code"]}


def _standard_by_title(course: str) -> str | None:
    level = _LEVEL.search(course)
    title = _LEVEL.sub("", _KIND.sub("", course))
    candidates = _standards_by_title().get(_plain(title), [])
    if level:
        candidates = [one for one in candidates if one[0] == int(level[1])]
    return candidates[0][1] if len(candidates) == 1 else None
