"""The demo: the whole main job on a synthetic London, and what came of it against the truth.

Here: the order of the steps, and the comparison with the seeded faults. Not here: the steps. The
register is dated by the story: each return arrives, and is signed, when it did in the synthetic
London.
"""

from __future__ import annotations

import csv
import shutil
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from rich.console import Console

from cli.demo_release import publish_quarters, write_demo_site
from expectations.intake import Checked, Sent, check_files, record
from ingest.agreements import Agreements, Terms
from ingest.context import import_context
from ingest.home import Home
from ingest.parse import Declared
from ingest.pseudonym import make_key_file
from ingest.register import Register, State
from ingest.sheets import UploadedFile
from ingest.workers import ReadingPool, ToRead
from orchestration.build import build
from specification.findings import CheckResult
from specification.load import find_borough, load_boroughs
from specification.periods import Quarter
from synthetic.truth import Submission, Truth, read_truth
from synthetic.write import write_london

_SIGNED_AFTER = timedelta(hours=2)
_OFFICER, _SIGNER = "synthetic officer", "synthetic signing officer"
_ADMINISTRATOR = "synthetic administrator"


class NotTheDemosHome(RuntimeError):
    """The home holds returns that the demo did not make; it is left as it is."""


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """What the demo made, and how the checks did against the truth."""

    release: Path
    site: Path
    warehouse: Path
    checks: Path
    faults_found: int
    faults_seeded: int
    false_alarms: int
    boroughs_returned: int
    boroughs_expected: int
    seconds: float

    def lines(self) -> dict[str, str]:
        """Return the closing lines, one `key: value` each."""
        return {
            "report": str(self.release / "index.html"),
            "release": str(self.release),
            "site": str(self.site),
            "warehouse": str(self.warehouse),
            "checks": str(self.checks),
            "faults": f"{self.faults_found}/{self.faults_seeded}",
            "false alarms": str(self.false_alarms),
            "boroughs": f"{self.boroughs_returned}/{self.boroughs_expected}",
            "seconds": f"{self.seconds:.0f}",
        }


def run_demo(home: Home, *, seed: int, context: Path | None, talk: Console) -> DemoOutcome:
    """Run the main job from files to report in an empty home and return what came of it.

    Raises:
        NotTheDemosHome: the home holds something else.
    """
    began = time.monotonic()

    def say(step: str) -> None:
        talk.print(f"[dim]{time.monotonic() - began:5.0f}s[/dim]  {step}")

    _start_afresh(home)
    say("Writing a synthetic London: 33 boroughs, 8 quarters of returns")
    truth = read_truth(write_london(home.synthetic, seed=seed))
    _import_providers(home)
    record_agreement(home, truth)
    say(f"Checking {len(truth.submissions)} returns by quarter, signing those with nothing to fix")
    register = Register(home.register_url)
    checked = _check_by_quarter(home, register, truth, say)
    if context is not None:
        say("Importing national context")
        import_context(context, home)
    say("Building the warehouse: accepted Parquet, models and tests, snapshot")
    warehouse = build(home)
    quarter = max(Quarter.parse(one.quarter) for one in truth.submissions)
    release = publish_quarters(home, (quarter.previous(), quarter), say)
    say("Writing the site of all releases")
    site = write_demo_site(home)
    say("Done")
    found, seeded, alarms = compare_with_truth(truth, checked)
    returned = sum(one == quarter for _, one in register.signed())
    absent = sum(one.quarter == str(quarter) for one in truth.absent)
    expected = len({one.borough_code for one in truth.submissions})
    return DemoOutcome(
        release,
        site,
        warehouse,
        home.checks,
        found,
        seeded,
        alarms,
        returned,
        max(expected, returned + absent),
        time.monotonic() - began,
    )


def compare_with_truth(truth: Truth, checked: list[CheckResult]) -> tuple[int, int, int]:
    """Return how many seeded faults were found, how many were seeded, and the false alarms.

    A fault counts as found when a finding has its rule, table, row and column; a finding that no
    fault explains is a false alarm, and so is a second finding for the same fault. A finding about
    a whole table has no row, so there are as many of it as were seeded.
    """
    found = seeded = alarms = 0
    for submission, one in zip(truth.submissions, checked, strict=True):
        faults = Counter((f.rule, f.table, f.row, f.column) for f in submission.faults)
        findings = Counter((f.rule, f.table, f.row, f.column) for f in one.findings)
        seeded += faults.total()
        found += (faults & findings).total()
        alarms += (findings - faults).total()
    return found, seeded, alarms


def record_agreement(home: Home, truth: Truth) -> None:
    """Record one agreement with all boroughs, from the first quarter on: signatures ask for it."""
    quarters = [Quarter.parse(one.quarter) for one in truth.submissions]
    begins, last_day = min(quarters).first_day, max(quarters).last_day
    Agreements(home.register_url).record(
        Terms(
            title="Synthetic agreement on sharing apprenticeship returns",
            held_at="Synthetic: there is no document",
            in_force_from=begins,
            review_by=last_day.replace(year=last_day.year + 1),
        ),
        borough_codes=[one.borough_code for one in load_boroughs()],
        signed_on=begins,
        actor=_ADMINISTRATOR,
        at=datetime.combine(begins, clock(12), UTC),
    )


def _start_afresh(home: Home) -> None:
    if not home.synthetic.is_dir() and (home.landing.is_dir() or home.key_file.is_file()):
        raise NotTheDemosHome(
            f"{home.root} holds returns or a key that the demo did not make. "
            "Set COHORT_HOME to another folder, for example COHORT_HOME=/tmp/cohort-demo."
        )
    if home.root.is_dir():
        shutil.rmtree(home.root)
    home.synthetic.mkdir(parents=True)
    make_key_file(home.key_file)


def _to_read(home: Home, one: Submission) -> ToRead:
    files = tuple(
        UploadedFile(Path(name).name, (home.synthetic / name).read_bytes()) for name in one.files
    )
    return ToRead(files, Declared(find_borough(one.borough_code), Quarter.parse(one.quarter)))


def _import_providers(home: Home) -> None:
    """Import the made-up providers as those that are known, as a borough's list would be."""
    with (home.synthetic / "providers.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(row["ukprn"], row["provider_name"]) for row in csv.DictReader(lines)]
    home.context.mkdir(parents=True, exist_ok=True)
    table = pa.table({"ukprn": [one for one, _ in rows], "name": [name for _, name in rows]})
    pq.write_table(table, home.context / "providers_synthetic.parquet")


def _check_by_quarter(
    home: Home, register: Register, truth: Truth, say: Callable[[str], None]
) -> list[CheckResult]:
    """Check the returns quarter by quarter, oldest first: each is compared with the one before.

    Returns: what the check said, in the order of the submissions of the truth.
    """
    results: dict[int, CheckResult] = {}
    quarters = sorted({Quarter.parse(one.quarter) for one in truth.submissions})
    with ReadingPool(remember=100) as pool:
        for quarter in quarters:
            places = [at for at, one in enumerate(truth.submissions) if one.quarter == str(quarter)]
            returns = [_to_read(home, truth.submissions[at]) for at in places]
            found = check_files(returns, home, pool, register)
            for at, read, outcome in zip(places, returns, found, strict=True):
                _record(home, register, truth.submissions[at], read, outcome)
                results[at] = outcome.result  # what was read is let go: it is a lot
            say(f"  {quarter}: {len(places)} returns")
    return [results[at] for at in range(len(truth.submissions))]


def _record(
    home: Home, register: Register, one: Submission, read: ToRead, outcome: Checked
) -> None:
    sent = Sent(read.declared, read.files, _OFFICER, one.submitted_at)
    submission = record(sent, outcome, home, register).submission
    if submission is not None and submission.state is State.READY:
        signed_at = one.submitted_at + _SIGNED_AFTER
        register.sign(submission.submission_id, actor=_SIGNER, at=signed_at)
