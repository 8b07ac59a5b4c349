"""How other collections name London and its boroughs.

Here: GSS codes of country and region, and the Department for Education's numbers of local
authorities. Not here: the boroughs themselves (load), or where they lie on a map (code_lists).
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from specification.load import FOLDER

ENGLAND = ("E92000001", "England")
LONDON = ("E12000007", "London")
"""GSS code and name. Source: ONS, Register of Geographic Codes."""


@cache
def local_authority_numbers() -> Mapping[str, str]:
    """Return the Department for Education's three-digit number of each borough, by GSS code."""
    path = FOLDER / "local_authority_numbers.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        numbers = {
            row["borough_code"]: row["local_authority_number"] for row in csv.DictReader(lines)
        }
    return MappingProxyType(numbers)
