"""The postman of the portal: letters go out beside it, and nothing that fails ends him."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest.home import Home
from ingest.people import Role
from portal.postman import Postman
from tests.unit.post.mail_server import MailServer, mail_server
from tests.unit.post.office_scene import HACKNEY, Scene


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as found:
        yield found


def wait_for(server: MailServer, count: int) -> None:
    until = time.monotonic() + 20
    while len(server.received) < count:
        assert time.monotonic() < until, server.to
        time.sleep(0.05)


def test_he_sends_what_is_due_from_before_and_after_each_step(
    tmp_path: Path, server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    scene, now = Scene(Home(tmp_path / "home")), datetime.now(UTC)
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    sent = scene.sent_in(uploader, at=now)
    postman = Postman(scene.office(server.settings()))
    postman.open()
    wait_for(server, 1)
    with sqlite3.connect(tmp_path / "home" / "register.sqlite") as connection:
        connection.execute("alter table letters rename to somewhere_else")
    postman.knock()
    until = time.monotonic() + 20
    while "could not be sent" not in caplog.text:
        assert time.monotonic() < until
        time.sleep(0.05)
    with sqlite3.connect(tmp_path / "home" / "register.sqlite") as connection:
        connection.execute("alter table somewhere_else rename to letters")
    scene.sign(sent, signer, at=now)
    postman.knock()
    wait_for(server, 3)
    postman.close()
    assert server.to == ["signer@council.example"] * 2 + ["uploader@council.example"]
