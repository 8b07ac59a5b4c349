"""Whole numbers and amounts, exactly and never guessed.

Here: the accepted forms and the repairs that lose nothing. Not here: ranges (`expectations`).
"""

from __future__ import annotations

import re
from decimal import Decimal

from ingest.reading import Reading, no_value, trimmed, unreadable

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}((,[0-9]{3})+|( [0-9]{3})+)(\.[0-9]+)?")
_THOUSANDS_POINT = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{3}")
_BRACKETED = re.compile(r"\(([^()+-]+)\)")
_LARGEST_INTEGER, _LARGEST_DECIMAL = 10**15, 10**9


def read_integer(text: str) -> Reading:
    """Return the whole number that a text names; 36.0 is 36."""
    bare, repair = trimmed(text)
    found = _digits(bare)
    if isinstance(found, Reading):
        return Reading(None, repair=repair) if found.is_readable else found
    if _THOUSANDS_POINT.fullmatch(found):
        return unreadable("a point may stand for thousands or for a fraction")
    number = Decimal(found)
    if number != number.to_integral_value():
        return unreadable("it has a fraction")
    if abs(number) >= _LARGEST_INTEGER:
        return unreadable("it is too large")
    return Reading(int(number), repair=_repair(found, bare, repair))


def read_decimal(text: str, decimals: int = 2) -> Reading:
    """Return the amount that a text names, with so many digits after the point.

    A number in brackets is negative, as accountants write it.
    """
    bare, repair = trimmed(text)
    in_brackets = None if no_value(bare) else _BRACKETED.fullmatch(bare)
    found = _digits(f"-{in_brackets[1]}" if in_brackets else bare)
    if isinstance(found, Reading):
        return Reading(None, repair=repair) if found.is_readable else found
    if decimals < 3 and _THOUSANDS_POINT.fullmatch(found):
        return unreadable(f"it has more than {decimals} digits after the point")
    number = Decimal(found)
    if abs(number) >= _LARGEST_DECIMAL:
        return unreadable("it is too large")
    rounded = number.quantize(Decimal(1).scaleb(-decimals))
    if rounded != number:
        return unreadable(f"it has more than {decimals} digits after the point")
    return Reading(rounded, repair=_repair(found, bare, repair))


def _repair(digits: str, bare: str, repair: str) -> str:
    return "written as digits only" if digits != bare else repair


def _digits(bare: str) -> str | Reading:
    """Return the plain digits of a number, or the reading of a text that is none."""
    if not bare:
        return Reading(None)
    if instead := no_value(bare):
        return instead
    if _PLAIN.fullmatch(bare):
        return bare
    signed = bare.replace("−", "-", 1) if bare.startswith(("−", "£−")) else bare
    if signed.startswith(("£", "-£", "+£")):
        signed = signed.replace("£", "", 1).strip()
    if _PLAIN.fullmatch(signed):
        return signed
    if _GROUPED.fullmatch(signed):
        return signed.replace(",", "").replace(" ", "")
    return unreadable(_why_not(bare))


def _why_not(bare: str) -> str:
    if bare.casefold() in ("nil", "none"):
        return "write 0 if there are none, or leave the cell empty if it is not known"
    if re.fullmatch(r"[0-9.]+,[0-9]{1,2}", bare):
        return "it has a comma where the point should be"
    if bare.endswith("%"):
        return "write a share of 50% as 0.5"
    if re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+", bare):
        return "it is in scientific notation, which may have lost digits"
    if re.match(r"[£0-9]", bare):
        return "write the digits only, without a unit"
    return ""
