"""Made-up Londons of eight quarters, released one after the other and attacked together.

Here: people one by one, what is counted of them at the end of each quarter, and the releases of
those counts. Not here: the engine, the sections and the attack, which are the product's own.

`python -m tests.property.many_quarters 50` attacks fifty, and prints a line for each.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attacker.audit import Verdict, audit
from attacker.statements import read_release
from publisher.assemble import assemble_figures
from publisher.earlier import said_by
from publisher.figures import Figures
from publisher.files import write_tables
from publisher.meaning import REGION
from publisher.structure import write_structure
from specification.periods import Quarter
from tests.property.counted_people import marts_of
from tests.property.made_up_people import Register, people_of
from tests.unit.publisher.conftest import GENERATED_ON

QUARTERS = 8
LAST = Quarter(2026, 2)


@dataclass(slots=True)
class Attacked:
    """What came of one London. `levels_shown` is the share of counts by borough and level."""

    verdicts: list[Verdict] = field(default_factory=list[Verdict])
    levels_shown: float = 0.0

    @property
    def leaks(self) -> list[str]:
        return [str(one) for verdict in self.verdicts for one in verdict.findings]


def quarters(count: int) -> list[Quarter]:
    """Return the last so many quarters, in order."""
    found = [LAST]
    while len(found) < count:
        found.insert(0, found[0].previous())
    return found


def attack_london(seed: int, folder: Path, *, count: int = QUARTERS) -> Attacked:
    """Publish a London quarter by quarter, and attack all releases together.

    Args:
        seed: which London.
        folder: where the releases go.
        count: how many quarters.
    """
    marts = {one.quarter: marts_of(one) for one in _registers(seed, count)}
    found = Attacked()
    done: list[Path] = []
    for quarter in quarters(count):
        closed = max((one for one in marts if one.number == 2 and not quarter < one), default=None)
        figures = assemble_figures(
            marts[quarter],
            marts[closed or quarters(count)[0]],
            is_synthetic=True,
            generated_on=GENERATED_ON,
            earlier=[said for path in done for said in said_by(path)],
        )
        release = folder / str(quarter)
        release.mkdir(parents=True)
        (release / "figures.json").write_text(figures.model_dump_json(), "utf-8")
        write_tables(figures, release / "data")
        write_structure(figures, release / "structure.json")
        if quarter == LAST:
            before = tuple(read_release(path) for path in done)
            found.verdicts.append(audit(read_release(release), before))
        done.append(release)
        found.levels_shown = levels_shown(figures)
    return found


def levels_shown(figures: Figures) -> float:
    """Return the share of the counts by borough and level that are shown, London's left out."""
    rows = [row[2:-1] for row in figures.table("starts-by-level").rows if row[0] != REGION]
    cells = [cell for row in rows for cell in row if cell == "c" or isinstance(cell, int)]
    return sum(cell != "c" for cell in cells) / len(cells)


def _registers(seed: int, count: int) -> Iterator[Register]:
    """Yield what is known at the end of each quarter: a few people are corrected in between."""
    chance = random.Random(seed)  # noqa: S311 - people who do not exist
    people = people_of(chance)
    for quarter in quarters(count):
        yield Register(quarter, tuple(people))
        for _ in range(chance.choice([0, 0, 1, 2, 6])):
            people[chance.randrange(len(people))].correct(chance)
        people = [one for one in people if not one.is_withdrawn]


def main(count: int, first: int = 1) -> int:
    """Attack so many Londons, print a line each, and return how many leaked."""
    leaking = 0
    for seed in range(first, first + count):
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            found = attack_london(seed, Path(folder))
        hidden = found.verdicts[-1].hidden
        print(  # noqa: T201
            f"{seed}: {QUARTERS} releases, {hidden} hidden, {len(found.leaks)} leaks, "
            f"{found.levels_shown:.1%} shown by level, {time.monotonic() - began:.0f} s",
            flush=True,
        )
        for leak in found.leaks:
            print(f"   {leak}", flush=True)  # noqa: T201
        leaking += bool(found.leaks)
    return leaking


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])) > 0)
