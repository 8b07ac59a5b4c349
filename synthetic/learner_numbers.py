"""Made-up unique learner numbers that pass the check digit.

Here: the check digit and a one-to-one map from a person's place in the plan to a number. Not
here: anyone's real number; a chance equality with one is possible and means nothing.
"""

from __future__ import annotations

_NINE_DIGITS = 899_999_999
_MULTIPLIER = 387_420_489  # 3 to the 18th; the range is not a multiple of 3, so no number repeats
_TRIES = 12
TEMPORARY = "9999999999"


def check_digit(nine: str) -> str | None:
    """Return the tenth digit of a learner number, or None where no number has these nine.

    Source: ESFA DC-ILR-2021-ValidationService, DerivedData_01Rule.cs.
    """
    remainder = sum((10 - place) * int(digit) for place, digit in enumerate(nine)) % 11
    return None if remainder == 0 else str(10 - remainder)


def is_valid(number: str) -> bool:
    """Return whether a text is a learner number: ten digits, the last one fitting."""
    fits = len(number) == 10 and number.isdecimal() and number[0] != "0"
    return fits and check_digit(number[:9]) == number[9]


def learner_number(place: int) -> str:
    """Return the learner number of the person at this place of the plan; each place has its own."""
    for attempt in range(_TRIES):
        spread = ((place * _TRIES + attempt) * _MULTIPLIER) % _NINE_DIGITS
        nine = str(100_000_000 + spread)
        digit = check_digit(nine)
        if digit is not None:
            return nine + digit
    raise ValueError(f"no learner number for place {place}")
