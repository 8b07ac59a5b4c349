"""How long a check takes, against other tools on the same rules: `make bench`.

Here: which cases, and the tables they make. Each case runs in a process of its own. Not here: a
pass mark; the figures go into docs/benchmarks.md when they change.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from benchmarks.alternatives import ALTERNATIVES, cell_rules
from expectations.compile import compile_rules
from specification.load import load_collection

SIZES = (400, 50_000, 1_000_000)


def measure(case: str, size: int) -> dict[str, float]:
    """Return what one case measured; an empty result means that it did not end."""
    command = [sys.executable, "-m", "benchmarks.measure", case, str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    if done.returncode:
        print(f"{case} at {size:,}: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return {}
    return json.loads(done.stdout.splitlines()[-1])


def request_path() -> None:
    """Print what an officer waits for: from the bytes to the findings."""
    print("| what is sent | seconds | findings | peak MB | before the check | reading child |")
    print("|---|---|---|---|---|---|")
    for case, size, label in (
        ("workbook", 400, "an Excel workbook, 400 apprentices"),
        ("csv", 50_000, "CSV files, 50,000 apprentices"),
    ):
        m = measure(case, size)
        print(
            f"| {label} | {m['seconds']:.2f} | {m['found']:,} | {m['peak_mb']:.0f} "
            f"| {m['before_mb']:.0f} | {m['child_mb']:.0f} |",
            flush=True,
        )


def same_rules(sizes: tuple[int, ...]) -> None:
    """Print every tool on the cell rules that all of them can say."""
    print("| tool | apprentices | seconds | to ours | cells found | peak MB |")
    print("|---|---|---|---|---|---|")
    for size in sizes:
        ours = measure("ours", size)["seconds"]
        for tool in ("ours", *ALTERNATIVES):
            if tool != "ours" and size not in ALTERNATIVES[tool][1]:
                continue
            m = measure(tool, size)
            if m:
                ratio = f"{m['seconds'] / ours:.1f}"
                cells = f"{m['seconds']:.2f} | {ratio} | {m['found']:,} | {m['peak_mb']:.0f}"
                print(f"| {tool} | {size:,} | {cells} |", flush=True)


def whole_check(sizes: tuple[int, ...]) -> None:
    """Print every rule of ours, findings and all, from typed rows."""
    print("| apprentices | seconds | findings | peak MB |")
    print("|---|---|---|---|")
    for size in sizes:
        m = measure("whole", size)
        if m:
            cells = f"{m['seconds']:.2f} | {m['found']:,} | {m['peak_mb']:.0f}"
            print(f"| {size:,} | {cells} |", flush=True)


def main() -> None:
    """Print the three tables; an argument limits the largest size."""
    largest = int(sys.argv[1]) if len(sys.argv) > 1 else SIZES[-1]
    sizes = tuple(size for size in SIZES if size <= largest)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; median of five runs.\n")
    print("From the bytes to the findings, everything warm:\n")
    request_path()
    checks = len(compile_rules(load_collection()))
    print(f"\nEvery rule ({checks} checks) on typed rows:\n")
    whole_check(sizes)
    print(f"\nThe {len(cell_rules())} cell rules that every tool can say:\n")
    same_rules(sizes)


if __name__ == "__main__":
    main()
