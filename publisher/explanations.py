"""The reasons that boroughs gave for their queries, as far as they may be published.

Here: screening a reason's words, and adding the reasons of one rule together. Not here: finding
them (they come from the register, whose words no mart holds), or how they look (page).

A machine cannot know every name. So a reason about fewer than five people is never published in its
own words, any other one only where nothing in it looks like a person or a small count, and each
borough sees its own before publication. What is withheld is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

import duckdb

from publisher.disclosure import SMALL
from publisher.meaning import OTHER_BOROUGHS
from publisher.remarks import PublishedReason, RowCount
from specification.load import load_boroughs
from specification.periods import Quarter

ABOUT_PEOPLE = frozenset({"apprentices", "progression"})
"""Tables of the return whose rows are people."""

FEW_PEOPLE = "It is about fewer than five people."
NAMES_ONE = "It names a borough that is published together with others."
NOBODY: Mapping[str, str] = MappingProxyType({})

_PATTERNS: tuple[tuple[str, str], ...] = (
    ("It holds an address.", r"\S@\S|https?://|\bwww\."),
    ("It holds a long number or a reference.", r"\d{6,}|(?:\d[ -]?){10,}|\b[A-Za-z]{2,4}-\d+"),
    ("It holds a National Insurance number.", r"\b[a-z]{2}[ -]?(?:\d{2}[ -]?){3}[a-d]\b"),
    ("It holds a postcode.", r"\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"),
    ("It holds a date.", r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d{1,2}(?:st|nd|rd|th)?"
     r" (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"),
    ("It holds a small number.", r"(?<![\dQq.,])[1-4](?![\d.,]*\d)|"
     r"\b(?:one|two|three|four|both|single|couple|pair|only person|each other)\b"),
    ("It may be about one person.", r"\b(?:he|she|him|her|his|hers|herself|himself|mr|mrs|ms|"
     r"miss|dr|(?:the|this|that|an?|another|our) (?:\w+ )?(?:apprentice|person|learner|employee|"
     r"colleague|trainee|individual|officer|member))\b"),
)  # fmt: skip
"""What withholds a reason, and the words by which it is found; the case does not matter."""

_CAPITALISED = re.compile(r"\b[A-Z][a-zà-ÿ]+(?:[’'-][A-Z]?[a-zà-ÿ]+)*\b")
_HARMLESS = frozenset([
    "The", "This", "That", "These", "Those", "Our", "We", "All", "Most", "Many", "Some", "It",
    "In", "At", "On", "As", "For", "From", "By", "Of", "And", "A", "An", "They", "There",
    "Their", "Each", "Every", "Both", "No", "Not", "Has", "Have", "Is", "Are", "Was", "Were",
    "After", "Before", "Since", "Until", "When", "Where", "Which", "Who", "London", "Borough",
    "Council", "City", "January", "February", "March", "April", "May", "June", "July", "August",
    "September", "October", "November", "December", "Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Excel", "Payroll", "Finance", "Staff", "Hours", "Data", "Register",
    "Team", "Teams", "Provider", "Contract", "Funding", "Levy",
])  # fmt: skip
"""Words with a capital that name nobody."""

_OF_ONE = re.compile(r"\s*(?:is|was|has|had|left|works?|worked|will|does|did|went|moved|who)\b")
"""What follows a name that begins a sentence."""


@dataclass(frozen=True, slots=True)
class GivenReason:
    """One reason of one borough for queries of one rule, in the borough's own words.

    `rows` is how many rows it is for; none where the rule is about a whole table.
    """

    borough_code: str
    rule: str
    title: str
    table: str
    rows: int | None
    reason: str


def publishable(
    given: Iterable[GivenReason], *, together: Mapping[str, str] = NOBODY
) -> tuple[PublishedReason, ...]:
    """Return the reasons as they may be published, by borough and rule.

    Those of a rule whose words are withheld for the same cause are one, with their rows together.

    Args:
        given: the reasons.
        together: the boroughs that are published as one line, names by code: their reasons are
            that line's, and withheld where they name one of the boroughs.
    """
    names = {one.borough_code: one.borough_name for one in load_boroughs()}
    names |= dict.fromkeys(together, "Other boroughs")

    def cause_of(one: GivenReason) -> str:
        is_named = one.borough_code in together and any(
            name.casefold() in one.reason.casefold() for name in together.values()
        )
        return withheld_because(one) or (NAMES_ONE if is_named else "")

    def order(one: GivenReason) -> tuple[str, str, str]:
        return names[one.borough_code], one.rule, cause_of(one)

    found: list[PublishedReason] = []
    for (name, _, cause), group in groupby(sorted(given, key=order), order):
        reasons = sorted(group, key=lambda one: one.reason)
        code = reasons[0].borough_code
        line = (OTHER_BOROUGHS if code in together else code), name
        for some in [reasons] if cause else [[one] for one in reasons]:
            found.append(_published(some, line, cause))
    return tuple(found)


def withheld_because(given: GivenReason) -> str | None:
    """Return why the words of a reason are not published; none where they are."""
    if given.table in ABOUT_PEOPLE and given.rows is not None and given.rows in SMALL:
        return FEW_PEOPLE
    for cause, pattern in _PATTERNS:
        if re.search(pattern, given.reason, re.IGNORECASE):
            return cause
    return "It may name a person." if _may_name(given.reason) else None


def read_submissions(warehouse: Path, quarter: Quarter) -> tuple[str, ...]:
    """Return the ids of the signed submissions of a quarter that a warehouse was built from."""
    statement = (
        "select submission_id from fct_return_status "
        "where quarter = ? and state = 'signed' and submission_id is not null order by 1"
    )
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return tuple(
            str(row[0]) for row in connection.execute(statement, [str(quarter)]).fetchall()
        )


def _published(some: Sequence[GivenReason], line: tuple[str, str], cause: str) -> PublishedReason:
    first = some[0]
    code, name = line
    return PublishedReason(
        borough_code=code,
        borough_name=name,
        rule=first.rule,
        title=first.title,
        table=first.table,
        rows=_row_count([one.rows for one in some]),
        reason="" if cause else first.reason,
        withheld=cause,
    )


def _row_count(rows: Sequence[int | None]) -> RowCount:
    if None in rows:
        return "the whole table"
    count = sum(one for one in rows if one is not None)
    if count < SMALL.stop:
        return "fewer than 5"
    return "5 to 9" if count < 10 else "10 to 49" if count < 50 else "50 or more"


def _may_name(reason: str) -> bool:
    """Whether a word with a capital, not the first of a sentence, may be somebody's name."""
    boroughs = {word for one in load_boroughs() for word in one.borough_name.split()}
    for found in _CAPITALISED.finditer(reason):
        word = found.group()
        begins = (
            not reason[: found.start()].strip() or reason[: found.start()].rstrip()[-1] in ".!?"
        )
        rest = reason[found.end() :]
        is_followed = _CAPITALISED.match(rest.lstrip()) or _OF_ONE.match(rest)
        if word not in _HARMLESS and word not in boroughs and not (begins and not is_followed):
            return True
    return False
