"""What a number of a release counts, said once beside the number.

Here: the meanings that a column can have, the universes of people and the codes of their
dimensions. Not here: the numbers (sections), or the file that says all this (structure).

A universe is people of one kind, and a code of one of its dimensions is a set of atoms: London is
its boroughs, every kind is digital and other, a quarter is three months. What two codes share, a
reader can subtract.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from specification.load import load_code_rows
from specification.periods import Quarter

AREA, PERIOD, POPULATION, LEVEL = "area", "period", "population", "level"
OUTCOME, DESTINATION, CHECKPOINT = "outcome", "destination", "checkpoint"
SEX, AGE_BAND, ETHNIC_GROUP, DISABILITY = "sex", "age_band", "ethnic_group", "disability"
PROVIDER, DISCIPLINE, DECISION, PART = "provider", "discipline", "decision", "part"

REGION = "REGION"
"""The code of London in the warehouse and in every file."""

OTHER_BOROUGHS = "OTHER_BOROUGHS"
"""The code of the boroughs that are published together as one line, where some are."""

STARTS = "starts"

LEVELS = {"ALL_LEVELS": ("2", "3", "4", "5", "6", "7")}
OUTCOMES = {"ENDED": ("ACHIEVED", "NOT_ACHIEVED")}
POPULATIONS = {"ALL": ("DIGITAL", "OTHER")}

UNKNOWN = "UNKNOWN"
_COUNTED = {
    "M17": ("PERM_SAME",),
    "M18": ("FTC_SAME",),
    "M19": ("OTHER_LDN",),
    "M20a": ("OTHER_PUBLIC",),
    "M20b": ("OTHER_EMP", "SELF_EMP"),
    "M21": ("STUDY", "APPR_SAME", "APPR_OTHER"),
}
"""The destinations that a metric counts; M22 counts every one in local government."""


def destination_codes() -> dict[str, tuple[str, ...]]:
    """Return the destinations of each metric, of those due, and of those whose is known."""
    rows = load_code_rows("destination")
    due = tuple(row["code"] for row in rows)
    return _COUNTED | {
        "M22": tuple(row["code"] for row in rows if row["is_local_government"] == "Y"),
        "DUE": due,
        "KNOWN": tuple(code for code in due if code != UNKNOWN),
    }


EVERYBODY = "EVERYBODY"
OTHER_OR_UNKNOWN = "OTHER_OR_UNKNOWN"
"""The last group of a characteristic together with those whose is not known, where it is small."""


def _sums_of(atoms: tuple[str, ...], *, last: str | None = None) -> dict[str, tuple[str, ...]]:
    everybody = {EVERYBODY: (*atoms, UNKNOWN)}
    return everybody if last is None else everybody | {OTHER_OR_UNKNOWN: (last, UNKNOWN)}


def _ethnic_groups() -> tuple[str, ...]:
    """Return the harmonised groups in their order, without those whose group is not known."""
    rows = [row for row in load_code_rows("ethnicity") if row["code"] != "99"]
    ordered = sorted((int(row["harmonised_order"]), row["harmonised_group"]) for row in rows)
    return tuple(dict.fromkeys(group for _, group in ordered))


ETHNIC_GROUPS = _ethnic_groups()
DECISIONS: dict[str, tuple[str, ...]] = {
    "HOLD": tuple(f"HOLD_{row['code']}" for row in load_code_rows("hold_reason")),
    "CONSIDERED": (
        "GO",
        "NOT_NOW",
        *(f"HOLD_{row['code']}" for row in load_code_rows("hold_reason")),
    ),
}

SUMS: dict[str, dict[str, tuple[str, ...]]] = {
    POPULATION: POPULATIONS,
    LEVEL: LEVELS,
    OUTCOME: OUTCOMES,
    DESTINATION: destination_codes(),
    SEX: _sums_of(("F", "M", "X"), last="X"),
    AGE_BAND: _sums_of(("16-18", "19-23", "24+")),
    ETHNIC_GROUP: _sums_of(ETHNIC_GROUPS, last=ETHNIC_GROUPS[-1]),
    DISABILITY: _sums_of(("1", "2")),
    DISCIPLINE: {
        "EVERY_DISCIPLINE": tuple(row["code"] for row in load_code_rows("discipline")),
    },
    DECISION: DECISIONS,
    PART: {"EVERY_PART": tuple(row["code"] for row in load_code_rows("public_sector_part"))},
}
"""Of each dimension whose codes never change, the codes that are sums, and their atoms."""

SENSITIVE = frozenset({OUTCOME, DESTINATION, ETHNIC_GROUP, DISABILITY})
"""Dimensions of which nobody may learn that a whole group shares one code."""

HARMLESS = {DESTINATION: (UNKNOWN,)}
"""Codes of which a small count tells nothing of anybody."""


@dataclass(frozen=True, slots=True)
class Group:
    """Some people, as known at the end of a quarter: a universe and a code in each dimension."""

    universe: str
    codes: tuple[tuple[str, str], ...]
    as_at: Quarter

    def __str__(self) -> str:
        return f"{self.universe} ({', '.join(f'{name} {code}' for name, code in self.codes)})"


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class People(_Said):
    """Some people: a universe and the codes that are the same in every row.

    `by`: the dimensions whose codes are the row's own keys.
    """

    universe: str
    codes: dict[str, str] = {}
    by: tuple[str, ...] = ()

    def group(self, as_at: Quarter, **keys: str) -> Group:
        """Return the group of a row; keys that are not its own are passed over."""
        codes = self.codes | {name: keys[name] for name in self.by}
        return Group(self.universe, tuple(sorted(codes.items())), as_at)


class Key(_Said):
    """The column's cells are codes of a dimension."""

    says: Literal["key"] = "key"
    dimension: str


class Count(_Said):
    """The column counts people."""

    says: Literal["count"] = "count"
    people: People


class Share(_Said):
    """The column is a share in per cent of two counts, whether or not they are printed."""

    says: Literal["share"] = "share"
    numerator: People
    denominator: People


class Limit(_Said):
    """The column is worked out from another one, and must not be shown where that is hidden.

    `silence`: words that stand in its place there and tell nothing.
    """

    says: Literal["limit"] = "limit"
    of: str
    silence: tuple[str, ...] = ()


class OfNobody(_Said):
    """The column counts nobody of this collection: national figures, or points of a method."""

    says: Literal["nobody"] = "nobody"


Meaning = Annotated[Key | Count | Share | Limit | OfNobody, Field(discriminator="says")]


def people(universe: str, *by: str, **codes: str) -> People:
    """Return people of a universe: `by` are keys of the row, `codes` the same in every row."""
    return People(universe=universe, codes=codes, by=by)


def until(quarter: str) -> str:
    """Return the code of everything up to the end of a quarter."""
    return f"to {quarter}"
