"""A reason goes from the register into a release by the submissions of its warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb

from expectations.intake import Sent, receive
from ingest.explanations import explain
from ingest.home import Home
from ingest.parse import Declared
from ingest.register import Register, Submission
from ingest.workers import ReadingPool
from orchestration.reasons import reasons_given
from publisher.explanations import publishable
from tests.integration.small_returns import HACKNEY, QUARTER, Row, as_csv, person

NOON = datetime(2026, 7, 10, 12, tzinfo=UTC)
REASON = "Weekly hours follow the contract, agreed with the provider."
LATER = "Weekly hours were agreed anew, as the provider asked."


def _warehouse(folder: Path, submission: Submission) -> Path:
    path = folder / f"{submission.submission_id}.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table fct_return_status (quarter varchar, state varchar, submission_id varchar)"
        )
        connection.executemany(
            "insert into fct_return_status values (?, ?, ?)",
            [
                (str(QUARTER), "signed", submission.submission_id),
                (str(QUARTER), "not_returned", None),
            ],
        )
    return path


def test_a_release_has_the_reasons_of_the_version_that_it_was_built_from(tmp_path: Path) -> None:
    home = Home(tmp_path)
    register = Register(home.register_url)

    def sign(people: Sequence[Row], reason: str, at: datetime) -> Submission:
        with ReadingPool(workers=1) as pool:
            sent = Sent(Declared(HACKNEY, QUARTER), as_csv(people), "officer", at)
            received = receive([sent], home, register, pool)[0].submission
        assert received is not None
        explain(
            register, home, received.submission_id, "A-033", reason=reason, actor="officer", at=at,
            every=True,
        )  # fmt: skip
        return register.sign(received.submission_id, actor="head of HR", at=at)

    first = sign([person(n, weekly_hours="45") for n in range(1, 7)], REASON, NOON)
    second = sign(
        [person(n, weekly_hours="46") for n in range(1, 4)], LATER, NOON + timedelta(days=9)
    )

    (one,) = reasons_given(home, _warehouse(tmp_path, first), QUARTER)
    assert (one.borough_code, one.rule, one.table, one.rows, one.reason) == (
        HACKNEY.borough_code, "A-033", "apprentices", 6, REASON,
    )  # fmt: skip
    assert one.title == "Weekly hours are usual"
    (published,) = publishable([one])
    assert (published.reason, published.rows) == (REASON, "5 to 9")

    (other,) = reasons_given(home, _warehouse(tmp_path, second), QUARTER)
    assert (other.rows, other.reason) == (3, LATER)
    (withheld,) = publishable([other])
    assert (withheld.reason, withheld.rows) == ("", "fewer than 5")
    assert "fewer than five people" in withheld.withheld


def test_a_home_without_a_register_has_no_reasons(tmp_path: Path) -> None:
    assert reasons_given(Home(tmp_path), tmp_path / "warehouse.duckdb", QUARTER) == ()
