"""Releases of made-up Londons, attacked: `python -m tests.property.attacked_londons 50`.

Here: one release a seed, from a small warehouse, and the verdict of the attack on it. Not here:
releases of several quarters attacked together.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from attacker.audit import Verdict, audit
from attacker.statements import read_release
from publisher.assemble import assemble_figures
from publisher.files import write_tables
from publisher.marts import read_marts
from publisher.structure import write_structure
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER, build_warehouse


def attack_london(seed: int, folder: Path) -> Verdict:
    """Return the verdict on the release of one made-up London."""
    warehouse = build_warehouse(folder / f"{seed}.duckdb", seed=seed)
    figures = assemble_figures(
        read_marts(warehouse, quarter=QUARTER), is_synthetic=True, generated_on=GENERATED_ON
    )
    release = folder / f"release-{seed}"
    release.mkdir()
    write_tables(figures, release / "data")
    write_structure(figures, release / "structure.json")
    return audit(read_release(release))


def main(count: int) -> int:
    """Attack so many Londons, print a line each, and return how many leaked."""
    leaking = 0
    for seed in range(1, count + 1):
        with tempfile.TemporaryDirectory() as folder:
            verdict = attack_london(seed, Path(folder))
        print(f"{seed}: {verdict.hidden} hidden, {len(verdict.findings)} leaks", flush=True)  # noqa: T201
        for finding in verdict.findings:
            print(f"   {finding}", flush=True)  # noqa: T201
        leaking += not verdict.is_safe
    return leaking


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])) > 0)
