"""One cell of text to one typed value, exactly and never guessing.

Here: the named formats of dates and numbers, and the repairs that lose nothing. Not here: whether
a value is allowed (`expectations`). Distinct texts are read once a column, not once a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from specification.load import load_code_list
from specification.model import Field

Value = str | int | Decimal | date | None

_ISO_DATE = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?: 00:00:00)?$")
_BRITISH_DATE = re.compile(r"^(\d{1,2})/(\d{1,2})/(\d{4})$")
_NUMBER = re.compile(r"^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d+)?$")
_SPACES = re.compile(r"[\s\u00a0]+")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text became.

    `is_readable` is False when it fits no accepted format; `repair` says in a few words what was
    changed without loss, and is empty when nothing was.
    """

    value: Value
    is_readable: bool = True
    repair: str = ""


def reader_of(field: Field) -> Callable[[str], Reading]:
    """Return the function that reads this field's texts."""
    match field.type:
        case "date":
            return _date
        case "integer":
            return _integer
        case "decimal":
            return _decimal
        case "code" | "yes_no":
            return _coded(field.codes or "")
        case "text":
            return _quarter_text if field.name == "period" else _text


def _trimmed(text: str) -> tuple[str, str]:
    trimmed = _SPACES.sub(" ", text).strip()
    return trimmed, "" if trimmed == text else "spaces removed"


def _text(text: str) -> Reading:
    trimmed, repair = _trimmed(text)
    return Reading(trimmed or None, repair=repair)


def _quarter_text(text: str) -> Reading:
    trimmed, repair = _trimmed(text)
    found = re.fullmatch(r"(?:FY)?(\d{4}-\d{2}) ?(Q[1-4])", trimmed)
    if found and found[1] + found[2] != trimmed:
        return Reading(found[1] + found[2], repair="written as 2026-27Q2")
    return Reading(trimmed or None, repair=repair)


def _date(text: str) -> Reading:
    trimmed, repair = _trimmed(text)
    if not trimmed:
        return Reading(None, repair=repair)
    if found := _ISO_DATE.match(trimmed):
        year, month, day = found[1], found[2], found[3]
    elif found := _BRITISH_DATE.match(trimmed):
        day, month, year = found[1], found[2], found[3]
    else:
        return Reading(None, is_readable=False)
    try:
        return Reading(date(int(year), int(month), int(day)), repair=repair)
    except ValueError:
        return Reading(None, is_readable=False)


def _number(text: str) -> tuple[Decimal | None, str, bool]:
    trimmed, repair = _trimmed(text)
    if not trimmed:
        return None, repair, True
    bare = trimmed.removeprefix("£")
    if not _NUMBER.match(bare):
        return None, "", False
    repaired = bare.replace(",", "")
    if repaired != trimmed:
        repair = "written as digits only"
    return Decimal(repaired), repair, True


def _integer(text: str) -> Reading:
    number, repair, is_readable = _number(text)
    if number is None:
        return Reading(None, is_readable, repair)
    if number != number.to_integral_value() or abs(number) >= 10**15:
        return Reading(None, is_readable=False)
    return Reading(int(number), repair=repair)


def _decimal(text: str) -> Reading:
    number, repair, is_readable = _number(text)
    if number is None:
        return Reading(None, is_readable, repair)
    rounded = number.quantize(Decimal("0.01")) if abs(number) < 10**9 else None
    if rounded is None or rounded != number:
        return Reading(None, is_readable=False)
    return Reading(rounded, repair=repair)


@cache
def _coded(list_name: str) -> Callable[[str], Reading]:
    codes = load_code_list(list_name)
    by_name = {code.label.casefold(): code.code for code in codes}
    by_name |= {code.code.casefold(): code.code for code in codes}

    def read(text: str) -> Reading:
        trimmed, repair = _trimmed(text)
        if not trimmed:
            return Reading(None, repair=repair)
        code = by_name.get(trimmed.casefold())
        if code is None:
            return Reading(trimmed, repair=repair)  # kept as it is: a rule says that it is unknown
        return Reading(code, repair=repair if code == trimmed else "written as its code")

    return read
