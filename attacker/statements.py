"""What a release says: each published count, share and gap as a statement about people.

Here: reading `structure.json` and the data files of a bundle. Not here: what follows from the
statements (worlds).

`structure.json` says of each column which people it counts: a universe, and a code for each of its
dimensions. A code is a set of atoms; the file lists the atoms of every code that has more than one.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

STRUCTURE_SCHEMA = "cohort.structure/2"
HIDDEN = "c"
ABSENT = frozenset({"x", "n", "b"})
"""Symbols of an area that is in no total."""

OTHER_SYMBOLS = frozenset({"z", "u", ""})


class UnreadableRelease(Exception):
    """A release that cannot be attacked, and so cannot be called safe; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Some people: a universe, and a code in each of its dimensions.

    `as_at`: the quarter at whose end they are counted; empty of people whom nobody prints.
    """

    universe: str
    codes: tuple[tuple[str, str], ...]
    as_at: str = ""

    def __str__(self) -> str:
        return f"{self.universe} ({', '.join(f'{name} {code}' for name, code in self.codes)})"


@dataclass(frozen=True, slots=True)
class Count:
    """A published count: from `low` to `high` people, both included; hidden where `high` is none.

    `where` names the figure as a reader finds it: release, table, row and column.
    """

    release: str
    cell: Cell
    low: int
    high: int | None
    where: str

    @property
    def is_hidden(self) -> bool:
        """Whether a symbol stands in the place of the number."""
        return self.high is None


@dataclass(frozen=True, slots=True)
class Share:
    """A published share: `numerator` is between `low` and `high` of `denominator`.

    `fewest` and `most` are what its being shown, and its decimals, say of the denominator.
    """

    release: str
    numerator: Cell
    denominator: Cell
    low: Decimal
    high: Decimal
    fewest: int
    most: int | None
    where: str


@dataclass(frozen=True)
class Published:
    """Everything that one release says.

    `atoms`: of each dimension, the atoms of each code that has more than one. `sensitive`: the
    dimensions of which nobody may learn that a whole group shares one code. `harmless`: codes of
    which a small count tells nothing. `absent`: by quarter as at which people are counted, and by
    population, the areas that are in no total.
    `rounded_to`: counts are multiples of it; 1 where they are whole.
    `faults`: what is published against the release's own rules, found while reading.
    """

    name: str
    atoms: Mapping[str, Mapping[str, tuple[str, ...]]]
    sensitive: frozenset[str]
    harmless: frozenset[tuple[str, str]]
    absent: Mapping[tuple[str, str], frozenset[str]]
    counts: tuple[Count, ...]
    shares: tuple[Share, ...]
    rounded_to: int = 1
    faults: tuple[str, ...] = field(default=())


def read_release(folder: Path) -> Published:
    """Return everything that the bundle in a folder says.

    Raises:
        UnreadableRelease: a file is missing, or a column of numbers that nobody describes.
    """
    structure = _structure(folder)
    reader = _Reader(structure)
    for path in sorted((folder / "data").glob("*.csv")):
        reader.read_table(path)
    missing = sorted(structure["tables"].keys() - reader.tables)
    if missing:
        raise UnreadableRelease(
            f"{folder.name}: structure.json describes {', '.join(missing)}, and data has no such "
            "file. Publish the release again."
        )
    return Published(
        name=structure["release"],
        atoms={
            name: {code: tuple(atoms) for code, atoms in one["codes"].items()}
            for name, one in structure["dimensions"].items()
        },
        sensitive=frozenset(
            name for name, one in structure["dimensions"].items() if one["is_sensitive"]
        ),
        harmless=frozenset(
            (name, code)
            for name, one in structure["dimensions"].items()
            for code in one["harmless"]
        ),
        absent={
            (as_at, population): frozenset(areas)
            for as_at, of_populations in structure["absent"].items()
            for population, areas in of_populations.items()
        },
        counts=tuple(reader.counts),
        shares=tuple(reader.shares),
        rounded_to=int(structure["rounded_to"]),
        faults=tuple(reader.faults),
    )


def _structure(folder: Path) -> dict[str, Any]:
    path = folder / "structure.json"
    if not path.is_file():
        raise UnreadableRelease(
            f"{folder} has no structure.json, so nobody can say what its numbers count. It is no "
            "release of this version: publish it again."
        )
    structure = json.loads(path.read_text("utf-8"))
    if structure.get("schema_version") != STRUCTURE_SCHEMA:
        raise UnreadableRelease(
            f"{path} is of {structure.get('schema_version')}, and this attacker reads "
            f"{STRUCTURE_SCHEMA}: publish the release again."
        )
    return structure


class _Reader:
    """Turns the rows of data files into statements."""

    def __init__(self, structure: dict[str, Any]) -> None:
        self._release: str = structure["release"]
        self._described = structure["tables"]
        self._floor = int(structure["smallest_denominator"])
        self._decimals_from = int(structure["smallest_denominator_with_decimal"])
        self._base = int(structure["rounded_to"])
        self.tables: set[str] = set()
        self.counts: list[Count] = []
        self.shares: list[Share] = []
        self.faults: list[str] = []

    def read_table(self, path: Path) -> None:
        name = path.stem
        described = self._described.get(name)
        if described is None:
            raise UnreadableRelease(
                f"{path.name}: structure.json does not say what it counts. Publish the release "
                "again."
            )
        self.tables.add(name)
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self._read_row(name, described, row)

    def _read_row(self, table: str, described: dict[str, Any], row: dict[str, str]) -> None:
        keys = {dimension: row[column] for column, dimension in described["keys"].items()}
        label = " ".join(row[column] for column in described["keys"])
        as_at: str = described["as_at"]
        for column, text in row.items():
            meaning = described["columns"].get(column)
            if meaning is None:
                raise UnreadableRelease(
                    f"{table}.csv: structure.json does not say what column {column} counts. "
                    "Publish the release again."
                )
            where = f"{self._release}, {table}, {label}, {column}"
            if meaning["is"] == "count":
                self._add_count(_cell(meaning, keys, as_at), text, where)
            elif meaning["is"] == "share":
                numerator, denominator = (
                    _cell(meaning[part], keys, as_at) for part in ("numerator", "denominator")
                )
                self._add_share(numerator, denominator, text, where)
            elif meaning["is"] == "limit":
                self._check_limit(row, meaning, text, where)

    def _add_count(self, cell: Cell, text: str, where: str) -> None:
        if text in ABSENT or text in OTHER_SYMBOLS:
            return
        if text == HIDDEN:
            self.counts.append(Count(self._release, cell, 0, None, where))
            return
        number = int(_number(text, where))
        half = self._base // 2
        low, high = (number - half, number + half) if self._base > 1 else (number, number)
        self.counts.append(Count(self._release, cell, max(0, low), high, where))

    def _add_share(self, numerator: Cell, denominator: Cell, text: str, where: str) -> None:
        if text == HIDDEN or text in ABSENT or text in OTHER_SYMBOLS:
            return
        number = _number(text, where)
        has_decimal = "." in text
        half = Decimal("0.05") if has_decimal else Decimal("0.5")
        self.shares.append(
            Share(
                self._release,
                numerator,
                denominator,
                max(Decimal(0), (number - half) / 100),
                min(Decimal(1), (number + half) / 100),
                self._decimals_from if has_decimal else self._floor,
                None if has_decimal else self._decimals_from - 1,
                where,
            )
        )

    def _check_limit(
        self, row: dict[str, str], meaning: dict[str, Any], text: str, where: str
    ) -> None:
        """An interval, a band or a position tells of the figure that it belongs to."""
        of = meaning["of"]
        silent = {HIDDEN, *OTHER_SYMBOLS, *meaning["silence"]}
        if row[of] == HIDDEN and text not in silent:
            self.faults.append(f"{where}: {text} stands beside a hidden {of}")


def _cell(meaning: Mapping[str, Any], keys: Mapping[str, str], as_at: str) -> Cell:
    codes = {**meaning["where"], **{n: c for n, c in keys.items() if n in meaning["dimensions"]}}
    return Cell(meaning["of"], tuple(sorted(codes.items())), as_at)


def _number(text: str, where: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UnreadableRelease(
            f"{where}: {text} is neither a number nor a known symbol."
        ) from None


def hidden_counts(releases: tuple[Published, ...]) -> Iterator[Count]:
    """Yield every hidden count of the releases."""
    for release in releases:
        yield from (count for count in release.counts if count.is_hidden)
