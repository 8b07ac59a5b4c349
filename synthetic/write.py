"""Write the synthetic London: every return of every borough, and the truth about them.

Here: the order of work and its sharing over processes. Not here: stories, faults or file formats.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime, time
from multiprocessing import get_context
from pathlib import Path

from specification.periods import Quarter
from synthetic.boroughs import Profile, profiles
from synthetic.boroughs import profile as profile_of
from synthetic.fault_plan import fault_plan
from synthetic.faults import Fault, apply_faults, place_faults
from synthetic.figures import (
    DigitalStarts,
    count_digital_starts,
    count_return,
    sum_figures,
)
from synthetic.files import Package, sheet_names, write_package
from synthetic.providers import write_providers
from synthetic.rows import SheetCells
from synthetic.snapshot import QUARTERS, clean_return
from synthetic.timetable import Sending, timetable
from synthetic.truth import Absent, BoroughFigures, SeededFault, Submission, Truth

RETURNS = "returns"


@dataclass(frozen=True, slots=True)
class _BoroughTask:
    """Everything that one process needs to write one borough's returns."""

    folder: Path
    seed: int
    borough_code: str
    sendings: tuple[Sending, ...]
    faults: dict[Quarter, tuple[Fault, ...]]


@dataclass(frozen=True, slots=True)
class _BoroughWritten:
    """What writing one borough's returns gave."""

    submissions: list[Submission]
    figures: list[BoroughFigures]
    digital_starts: DigitalStarts


def _package(
    profile: Profile, quarter: Quarter, version: int, sheets: tuple[SheetCells, ...]
) -> Package:
    return Package(
        name=f"synthetic-{profile.short_name}-{quarter}-v{version}",
        created=datetime.combine(quarter.last_day, time(9)),
        sheets=sheets,
    )


def _write_sending(task: _BoroughTask, sending: Sending) -> list[Submission]:
    """Write one return in all its versions; the last one is always the clean file."""
    profile = profile_of(task.seed, task.borough_code)
    quarter = sending.quarter
    content = clean_return(task.seed, task.borough_code, quarter)
    found: list[Submission] = []
    for version, sent_at in enumerate(sending.sent_at, start=1):
        is_faulty = sending.is_faulty_at_first and version == 1
        faults = task.faults.get(quarter, ()) if is_faulty else ()
        sheets = apply_faults(content, faults)
        package = _package(profile, quarter, version, sheets)
        files = write_package(task.folder / RETURNS / str(quarter), package, profile.form)
        names = sheet_names(package, profile.form)
        placed = place_faults(sheets, faults, names)
        found.append(
            Submission(
                borough_code=task.borough_code,
                quarter=str(quarter),
                version=version,
                files=tuple(path.relative_to(task.folder).as_posix() for path in files),
                submitted_at=sent_at,
                faults=tuple(SeededFault(**asdict(one)) for one in placed),
            )
        )
    return found


def _write_borough(task: _BoroughTask) -> _BoroughWritten:
    submissions: list[Submission] = []
    figures: list[BoroughFigures] = []
    digital_starts: DigitalStarts = Counter()
    for sending in task.sendings:
        submissions += _write_sending(task, sending)
        content = clean_return(task.seed, task.borough_code, sending.quarter)
        figures.append(
            BoroughFigures(
                borough_code=task.borough_code,
                quarter=str(sending.quarter),
                counts=count_return(content),
            )
        )
        if sending.quarter == QUARTERS[-1]:
            digital_starts = count_digital_starts(content)
    return _BoroughWritten(submissions, figures, digital_starts)


def _tasks(folder: Path, seed: int) -> list[_BoroughTask]:
    plan, sendings = fault_plan(seed), timetable(seed).sendings
    return [
        _BoroughTask(
            folder=folder,
            seed=seed,
            borough_code=one.borough_code,
            sendings=tuple(
                sending for sending in sendings if sending.borough_code == one.borough_code
            ),
            faults={
                quarter: faults
                for (code, quarter), faults in plan.items()
                if code == one.borough_code
            },
        )
        for one in sorted(profiles(seed), key=lambda one: -one.size)
    ]


def _write_boroughs(tasks: list[_BoroughTask], workers: int) -> list[_BoroughWritten]:
    if workers <= 1:
        return [_write_borough(task) for task in tasks]
    # Spawned, not forked: the caller may have threads (Dagster does), which a fork would break.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(pool.map(_write_borough, tasks))


def _write_truth(folder: Path, seed: int, written: list[_BoroughWritten]) -> Path:
    submissions = [one for part in written for one in part.submissions]
    truth = Truth(
        schema="cohort.truth/1",
        seed=seed,
        submissions=tuple(
            sorted(submissions, key=lambda one: (one.submitted_at, one.borough_code))
        ),
        absent=tuple(
            Absent(borough_code=code, quarter=str(quarter))
            for code, quarter in timetable(seed).absent
        ),
        figures=sum_figures(
            seed,
            [one for part in written for one in part.figures],
            sum((part.digital_starts for part in written), Counter[tuple[str, int]]()),
        ),
    )
    path = folder / "truth.json"
    content = truth.model_dump(mode="json", by_alias=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def write_london(folder: Path, *, seed: int = 2026, workers: int = 2) -> Path:
    """Write every return of the synthetic London and return the path of truth.json.

    Returns: `truth.json`; the returns are in `returns/<quarter>/`, the made-up providers in
    `providers.csv`. The same seed gives the same bytes, with any number of workers.

    Raises:
        UnplacedFault: with this seed some kind of fault has no row to go to; take another seed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_providers(folder)
    return _write_truth(folder, seed, _write_boroughs(_tasks(folder, seed), workers))


def write_sample(
    folder: Path, *, borough_code: str, quarter: Quarter, seed: int = 2026
) -> tuple[Path, ...]:
    """Write one clean return in the borough's usual form and return its files.

    Raises:
        KeyError: no such borough, or the quarter is not one of the eight of the synthetic London.
    """
    profile = profile_of(seed, borough_code)
    sheets = apply_faults(clean_return(seed, borough_code, quarter), ())
    return write_package(folder, _package(profile, quarter, 1, sheets), profile.form)
