"""Training providers that do not exist.

Here: their names and numbers, and which ones a borough uses. Not here: any real provider. The
numbers start at 90000001, above every number given out so far.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from random import Random

from synthetic.streams import stream

FIRST_UKPRN = 90_000_001
_TREES = (
    "Alder", "Ash", "Beech", "Birch", "Cedar", "Elm", "Hazel", "Holly", "Juniper", "Larch",
    "Maple", "Poplar", "Rowan", "Willow",
)  # fmt: skip
_DIGITAL = 9


@dataclass(frozen=True, slots=True)
class Provider:
    """A made-up training provider; some teach digital standards."""

    ukprn: str
    provider_name: str
    is_digital: bool


PROVIDERS = tuple(
    Provider(
        str(FIRST_UKPRN + place),
        f"Sample Provider {tree} (synthetic)",
        place < _DIGITAL,
    )
    for place, tree in enumerate(_TREES)
)


def usual_providers(seed: int, borough_code: str, is_digital: bool) -> tuple[Provider, ...]:
    """Return the three or four providers that a borough usually takes, most used first."""
    able = [one for one in PROVIDERS if one.is_digital or not is_digital]
    random = stream(seed, "providers", borough_code, str(is_digital))
    return tuple(random.sample(able, 3 if is_digital else 4))


def choose_provider(usual: tuple[Provider, ...], random: Random) -> Provider:
    """Return one of a borough's usual providers; the first two take most of the starts."""
    return usual[min(int(random.expovariate(0.8)), len(usual) - 1)]


def write_providers(folder: Path) -> Path:
    """Write `providers.csv` (`ukprn, provider_name`) and return its path."""
    path = folder / "providers.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("ukprn", "provider_name"))
        writer.writerows((one.ukprn, one.provider_name) for one in PROVIDERS)
    return path
