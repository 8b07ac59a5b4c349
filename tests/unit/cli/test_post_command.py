"""`cohort post`, as whoever runs it each morning meets it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.home import Home
from ingest.people import Role
from tests.unit.post.office_scene import BARNET, CAMDEN, HACKNEY, Scene

MORNING = ("--at", "2026-10-16T09:00")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COHORT_HOME", str(tmp_path / "state"))
    for name in ("COHORT_DATABASE_URL", "COHORT_POST"):
        monkeypatch.delenv(name, raising=False)
    found = Home.from_environment()
    found.synthetic.mkdir(parents=True)
    (found.synthetic / "truth.json").write_text("{}")
    return found


@pytest.fixture
def scene(home: Home) -> Scene:
    found = Scene(home)
    found.officer("uploader", HACKNEY, Role.UPLOAD)
    found.officer("nameless", CAMDEN, Role.UPLOAD, email="")
    return found


def post(*options: str) -> Result:
    return CliRunner().invoke(app, ["post", *options])


def test_a_round_says_what_went_out_and_who_cannot_be_told(scene: Scene) -> None:
    done = post(*MORNING)
    lines = done.output.splitlines()
    assert done.exit_code == 0, done.output
    assert lines[:3] == ["sent: 1", "waiting: 0", f"kept in: {scene.home.post}"]
    assert any(one.startswith("no e-mail address: p-") and "nameless" in one for one in lines)
    assert "Barnet: it owes 2026-27Q2, and has no officer" in lines
    assert len(list(scene.home.post.glob("*.eml"))) == 1
    assert post(*MORNING).output.splitlines()[0] == "sent: 0"


def test_letters_can_be_looked_at_before_they_go_out(scene: Scene) -> None:
    shown = post("--show", *MORNING)
    assert shown.exit_code == 0
    assert "To: uploader@council.example" in shown.output
    assert "Subject: Synthetic data: Due in 10 working days" in shown.output
    assert "* Upload your return: you have not started." in shown.output
    assert not scene.home.post.exists()
    assert post(*MORNING).output.splitlines()[0] == "sent: 1"


def test_what_waits_ends_with_one(
    scene: Scene, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.synthetic / "truth.json").unlink()
    signer = scene.officer("signer", BARNET, Role.SIGN)
    uploader = scene.officer("barnet", BARNET, Role.UPLOAD)
    now = datetime.now(UTC)
    scene.sign(scene.sent_in(uploader, borough_code=BARNET, at=now), signer, at=now)
    monkeypatch.setenv("COHORT_POST", "smtp")
    monkeypatch.setenv("COHORT_SMTP_HOST", "localhost")
    monkeypatch.setenv("COHORT_SMTP_PORT", "1")
    monkeypatch.setenv("COHORT_POST_FROM", "returns@cohort.example")
    failed = post()
    assert failed.exit_code == 1
    assert "sent: 0\nwaiting: 2\n" in failed.output
    assert "Not sent: the mail server: ConnectionRefusedError." in failed.output
    monkeypatch.setenv("COHORT_POST", "files")
    assert "sent: 2\nwaiting: 0\n" in post().output


def test_no_register_is_nothing_to_send(home: Home) -> None:
    assert post().output.splitlines() == ["sent: 0", "waiting: 0"]
    assert not home.has_register
