"""The attack on a bundle before anybody sees it, in a process of its own.

Here: when the attack runs, and what is kept of it. Not here: the attack (attacker). It needs the
tables alone, so it works while the other half of the machine draws pictures and sets type.
"""

from __future__ import annotations

import json
import multiprocessing
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from attacker.audit import Verdict, audit
from attacker.statements import read_release
from publisher.wording import plural


class UnsafeRelease(Exception):
    """Somebody could work a hidden count out; nothing was published. The message names one."""


@contextmanager
def attacked(folder: Path, earlier: Sequence[Path]) -> Generator[None]:
    """Attack the tables in a folder, with those of earlier bundles, while the block runs.

    At its end `audit.json` says what came of it.

    Raises:
        UnsafeRelease: somebody could work out a hidden count.
    """
    context = multiprocessing.get_context("forkserver")
    with ProcessPoolExecutor(1, mp_context=context) as other:
        verdict = other.submit(_attack, folder, tuple(earlier))
        yield
        _keep(folder, verdict.result())


def _attack(folder: Path, earlier: tuple[Path, ...]) -> Verdict:
    return audit(read_release(folder), tuple(read_release(path) for path in earlier))


def _keep(folder: Path, verdict: Verdict) -> None:
    if not verdict.is_safe:
        raise UnsafeRelease(
            f"The release of {verdict.release} is not published: "
            f"{plural(len(verdict.findings), 'figure')} would give hidden people away, the first "
            f"being {verdict.findings[0]}. What is published stays as it was. This is a fault of "
            "the disclosure control, not of a return: report it with this message."
        )
    result = {
        "schema_version": "cohort.audit/1",
        "release": verdict.release,
        "together_with": verdict.earlier,
        "is_safe": verdict.is_safe,
        "hidden_counts": verdict.hidden,
        "counts_tried": verdict.asked,
    }
    text = json.dumps(result, indent=1)
    (folder / "audit.json").write_text(text + "\n", "utf-8", newline="")
