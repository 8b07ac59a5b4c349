"""One cell of text to one typed value, exactly and never guessing.

Here: which reader a field has, texts and codes, and words that stand for nothing. Not here: dates
(`dates`), numbers (`numbers`), whether a value is allowed (`expectations`). Distinct texts are read
once a column, not once a cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache

from ingest.dates import read_date, read_month
from ingest.numbers import read_decimal, read_integer
from ingest.reading import (
    EMPTY_WORDS,
    MEANS_EMPTY,
    SPACES_REMOVED,
    UNKNOWN_WORDS,
    Reading,
    Value,
    no_value,
    trimmed,
    unreadable,
)
from specification.load import load_code_list
from specification.model import Field

__all__ = ["Reading", "Value", "reader_of"]

AS_CODE = "written as its code"
_PLAIN_SIGNS = str.maketrans("‘’‚‛′`“”„″‐‑‒–—−", "''''''\"\"\"\"------")
_LONGEST_WORD = 40
# A reference as most are: nothing to repair in it, and no word that stands for nothing.
_REFERENCE = re.compile(r"(?=[A-Z-]*[0-9])[A-Z0-9-]{2,40}")
_WHOLE = re.compile(r"0*([0-9]+)(?:\.0+)?")
_SPACED_DIGITS = re.compile(r"[0-9]+( [0-9]+)+")


def reader_of(
    field: Field, epoch: date | None = None, patterns: Sequence[str] = ()
) -> Callable[[str], Reading]:
    """Return the function that reads this field's texts.

    Args:
        epoch: day 0 of the workbook's numbers for dates, if there is a workbook that says so.
        patterns: what the field's own rules ask of a text; what they refuse is left to them.
    """
    read = _typed_reader(field, epoch, patterns)
    is_number = field.type in ("integer", "decimal")
    codes = set(_exact(field.codes).values()) if field.codes else set[str]()

    is_free_text = field.type == "text" and field.name != "period"

    def read_or_empty(text: str) -> Reading:
        if is_free_text and _REFERENCE.fullmatch(text):
            return Reading(text)
        word = trimmed(text)[0].casefold() if len(text) < _LONGEST_WORD else ""
        if word not in EMPTY_WORDS or (codes and read(text).value in codes):
            return read(text)
        if field.default is not None or (is_number and word in ("nil", "none")):
            return read(text)
        return Reading(None, repair="" if field.required else MEANS_EMPTY)

    return read_or_empty


def _typed_reader(
    field: Field, epoch: date | None, patterns: Sequence[str]
) -> Callable[[str], Reading]:
    match field.type:
        case "date":
            return lambda text: read_date(text, epoch)
        case "month":
            return read_month
        case "integer":
            return read_integer
        case "decimal":
            return lambda text: read_decimal(text, field.decimals)
        case "code" | "yes_no":
            return _coded(field.codes or "")
        case "text":
            if field.name == "period":
                return _read_quarter
            return lambda text: _read_text(text, field, patterns)


def _read_text(text: str, field: Field, patterns: Sequence[str]) -> Reading:
    bare, repair = trimmed(text)
    if instead := no_value(bare):
        return instead
    if field.confidential and _SPACED_DIGITS.fullmatch(bare):
        bare, repair = bare.replace(" ", ""), SPACES_REMOVED
    if field.upper_case and bare != bare.upper():
        bare, repair = bare.upper(), "written in capitals"
    why = ""
    if len(bare) < _LONGEST_WORD and bare.casefold() in UNKNOWN_WORDS:
        why = "leave the cell empty until it is known"
    elif "\ufffd" in bare:
        why = "some of its letters were lost before it was sent"
    if why and all(re.fullmatch(one, bare) for one in patterns):
        return unreadable(why)  # else a rule of the field's own says it
    return Reading(bare or None, repair=repair)


def _read_quarter(text: str) -> Reading:
    bare, repair = trimmed(text)
    if instead := no_value(bare):
        return instead
    found = re.fullmatch(r"(?:FY)?([0-9]{4}-[0-9]{2}) ?(Q[1-4])", bare)
    if found and found[1] + found[2] != bare:
        return Reading(found[1] + found[2], repair="written as 2026-27Q2")
    return Reading(bare or None, repair=repair)


@cache
def _exact(list_name: str) -> dict[str, str]:
    codes = load_code_list(list_name)
    return {code.label: code.code for code in codes} | {code.code: code.code for code in codes}


@cache
def _coded(list_name: str) -> Callable[[str], Reading]:
    exact = _exact(list_name)
    loose: dict[str, set[str]] = {}
    for name, code in exact.items():
        loose.setdefault(_loose(name), set()).add(code)
    for code in set(exact.values()):
        if code.isdecimal():
            loose.setdefault(code.lstrip("0") or "0", set()).add(code)

    def read(text: str) -> Reading:
        bare, repair = trimmed(text)
        if not bare:
            return Reading(None, repair=repair)
        if instead := no_value(bare):
            return instead
        if bare in exact:
            return Reading(exact[bare], repair=repair)
        number = _WHOLE.fullmatch(bare)
        found = loose.get(_loose(bare)) or loose.get(number[1] if number else "", set())
        if len(found) == 1:
            return Reading(next(iter(found)), repair=AS_CODE)
        return Reading(bare, repair=repair)  # kept as it is: a rule says that it is unknown

    return read


def _loose(text: str) -> str:
    return text.translate(_PLAIN_SIGNS).casefold()
