"""The letters of each morning, as Dagster runs them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest

from ingest.home import Home
from ingest.people import Role
from orchestration.letters import each_morning, letters, letters_due
from orchestration.resources import HomeResource
from tests.unit.post.office_scene import HACKNEY, Scene


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.delenv("COHORT_DATABASE_URL", raising=False)
    return Scene(Home(tmp_path / "home"))


def test_they_run_on_weekday_mornings_of_london() -> None:
    cron = (each_morning.cron_schedule, each_morning.execution_timezone)
    assert cron == ("30 8 * * 1-5", "Europe/London")
    assert each_morning.job is letters


def test_a_run_sends_what_is_due_and_fails_where_it_cannot(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    scene.sign(scene.sent_in(uploader, at=now), signer, at=now)
    monkeypatch.setenv("COHORT_POST", "smtp")
    monkeypatch.setenv("COHORT_SMTP_HOST", "localhost")
    monkeypatch.setenv("COHORT_SMTP_PORT", "1")
    monkeypatch.setenv("COHORT_POST_FROM", "returns@cohort.example")
    home = HomeResource.of(scene.home)
    with pytest.raises(dg.Failure, match=r"[2-9] letters wait: the mail server"):
        letters_due(dg.build_op_context(), home=home)
    assert len(scene.office().due(now).letters) >= 2
    monkeypatch.setenv("COHORT_POST", "files")
    with dg.DagsterInstance.ephemeral() as instance:
        done = letters.execute_in_process(resources={"home": home}, instance=instance)
    assert done.success
    assert scene.office().due(datetime.now(UTC)).letters == ()
