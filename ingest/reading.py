"""What one text became, and the small repairs that every kind of cell shares.

Here: the result of reading a cell, spaces, invisible characters, words that stand for nothing. Not
here: the kinds of cell (`values`, `dates`, `numbers`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ingest.grid import MERGED, UNCALCULATED

Value = str | int | Decimal | date | None

SPACES_REMOVED = "spaces removed"
MEANS_EMPTY = "read as an empty cell"
_SPACES = re.compile(r"\s+")
# Written for “there is nothing here”: an empty cell, where the cell may be empty.
EMPTY_WORDS = frozenset(
    ("n/a", "na", "n.a.", "n.a", "not applicable", "-", "--", "–", "—", "none", "nil", ".", "null")
)
# Written for “there is a value, but not here”: never blanked, always found.
UNKNOWN_WORDS = frozenset(
    ("*", "**", "?", "??", "???", "tbc", "t.b.c.", "tba", "tbd", "x", "xx", "xxx", "unknown")
) | frozenset(("not known", "to be confirmed", "to follow", "pending", "...", "…", "redacted"))
_ERRORS = re.compile(
    r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA|BLOCKED!|FIELD!"
    r"|CONNECT!|BUSY!|UNKNOWN!|PYTHON!)|Err:[0-9]{3}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text became.

    `is_readable` is False when it fits no accepted format; `fault` then names the readable rule,
    if it is not the one of the field's type, and `why` says in a few words what is the matter.
    `repair` says in a few words what was changed without loss, and is empty when nothing was.
    """

    value: Value
    is_readable: bool = True
    repair: str = ""
    fault: str = ""
    why: str = ""


def unreadable(why: str = "", fault: str = "") -> Reading:
    """Return the reading of a text that fits no accepted format."""
    return Reading(None, is_readable=False, fault=fault, why=why)


def trimmed(text: str) -> tuple[str, str]:
    """Return a text without outer spaces and invisible characters, and the repair in words."""
    if text.isascii() and text.isprintable() and "  " not in text and text.strip() == text:
        return text, ""
    visible = text
    if not text.isascii() or not text.isprintable():
        visible = "".join([one for one in text if not _is_invisible(one)])
    bare = _SPACES.sub(" ", visible).strip()
    if bare == text:
        return bare, ""
    return bare, "invisible characters removed" if visible != text else SPACES_REMOVED


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in ("Cf", "Cc") and not letter.isspace()


def no_value(bare: str) -> Reading | None:
    """Return the fault of a text that only stands where a value should be, if it is one."""
    if bare == MERGED:
        return unreadable(fault="merged")
    if bare == UNCALCULATED:
        return unreadable(fault="formula")
    if bare.startswith(("#", "Err:", "err:")) and _ERRORS.fullmatch(bare):
        return unreadable(fault="excel_error")
    return None
