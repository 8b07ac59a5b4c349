"""Words that a person gave and that are kept and published: long enough, and of nobody.

Here: what a text may not hold. Not here: which texts there are (`explanations`, `return_steps`,
`release_entries`).
"""

from __future__ import annotations

import re

from ingest.columns import without_learner_numbers

SHORTEST, LONGEST = 10, 500
_EMAIL = re.compile(r"\S@\S")
_TEN_DIGITS = re.compile(r"(?<!\d)\d{10}(?!\d)")
_NATIONAL_INSURANCE = re.compile(
    r"\b[a-z]{2}[ -]?\d{2}[ -]?\d{2}[ -]?\d{2}[ -]?[a-d]\b", re.IGNORECASE
)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_OF_TIME = re.compile(
    rf"\b\d{{1,2}}(?: to \d{{1,2}})? (?:{_MONTHS})\b|\b(?:{_MONTHS}) \d{{1,2}}\b"
    r"|\b(?:19|20)\d\d(?:[-/]\d\d)?(?: ?Q[1-4])?\b|\bQ[1-4]\b|\bM(?:6|12|24|60)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d[\d.,]*")
_FEW_PEOPLE = re.compile(
    r"\b(?:one|two|three|four|a single|a couple of|a pair of)(?: \w+)? "
    r"(?:people|persons?|apprentices?|learners?|leavers?|starters?|achievers?|staff|colleagues?)\b",
    re.IGNORECASE,
)


class UnfitWords(ValueError):
    """Words that are not kept; the message says why, and what to do."""


def fit_to_publish(text: str, what: str = "reason") -> str:
    """Return the words with single spaces.

    Raises:
        UnfitWords: too short, too long, or holding what may say who somebody is.
    """
    return _of_nobody(text, what, "It is kept and published: say it without.")


def fit_to_keep(text: str, what: str = "note", *, shortest: int = SHORTEST) -> str:
    """Return the words, with single spaces, of a text that stays in the register for good.

    Args:
        shortest: how many characters it has at least.

    Raises:
        UnfitWords: as `fit_to_publish`.
    """
    return _of_nobody(text, what, "It is kept for good: say it without.", shortest=shortest)


def _of_nobody(text: str, what: str, why: str, *, shortest: int = SHORTEST) -> str:
    words = " ".join(text.split())
    if not shortest <= len(words) <= LONGEST:
        raise UnfitWords(
            f"The {what} has {len(words)} characters. Give one of {shortest} to {LONGEST}."
        )
    is_number = without_learner_numbers(words) != words or _TEN_DIGITS.search(words)
    for held, is_found in (
        ("an e-mail address", _EMAIL.search(words)),
        ("a ten-digit number, which may be a learner number", is_number),
        ("a National Insurance number", _NATIONAL_INSURANCE.search(words)),
    ):
        if is_found:
            raise UnfitWords(f"The {what} holds {held}. {why}")
    return words


def fit_beside_figures(text: str, what: str = "note") -> str:
    """Return the words of a text that is printed beside protected figures: it counts nobody.

    A borough knows its own people, and what it says of their number would undo what the release
    hides. Days, years and quarters may be named.

    Raises:
        UnfitWords: as `fit_to_publish`, or the text holds a number of people.
    """
    words = fit_to_publish(text, what)
    found = _NUMBER.search(_OF_TIME.sub("", words)) or _FEW_PEOPLE.search(words)
    if found:
        raise UnfitWords(
            f"The {what} holds “{found[0].rstrip('.,')}”. It is printed beside figures that hide "
            "small counts, and a number could undo that: say it in words, without a count."
        )
    return words
