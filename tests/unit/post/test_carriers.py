"""Letters at a real mail server, and as files."""

from __future__ import annotations

import stat
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from ingest.people import Role
from post.settings import PostSettings
from tests.unit.post.mail_server import MailServer
from tests.unit.post.office_scene import HACKNEY, Scene, told


def ready(scene: Scene, name: str = "Zoë Ŝigner") -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.officer(name, HACKNEY, Role.SIGN, email="signer@council.example")
    scene.sent_in(uploader)


def test_a_letter_arrives_as_it_was_written(scene: Scene, server: MailServer) -> None:
    ready(scene)
    (due,) = scene.round(settings=server.settings()).sent
    (message,) = server.received
    assert server.was_encrypted == [True]
    assert message["From"] == "London borough data returns <returns@cohort.example>"
    assert message["To"] == "Zoë Ŝigner <signer@council.example>"
    assert message["Reply-To"] == "help@cohort.example"
    assert message["Subject"] == "Ready to sign: apprenticeship return, July to September 2026"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@returns.example>")
    assert message.get_content_type() == "text/plain"
    text = message.get_content().replace("\r\n", "\n")
    assert text == scene.office(server.settings()).write(due).body
    assert "https://returns.example/return/2026-27Q2/1/sign" in text.splitlines()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"smtp_password": SecretStr("guessed")}, "SMTPAuthenticationError"),
        ({"smtp_ca_file": None}, "SSLCertVerificationError"),
        ({"smtp_host": "127.0.0.1", "smtp_security": "none"}, "SMTPNotSupportedError"),
    ],
)
def test_nothing_goes_out_to_a_server_that_is_not_the_right_one(
    scene: Scene, server: MailServer, changes: dict[str, Any], why: str
) -> None:
    ready(scene)
    done = scene.round(settings=server.settings(**changes))
    assert (done.why, len(done.waiting)) == ((f"the mail server: {why}",), 1)
    assert server.received == []


def test_a_synthetic_london_writes_to_nobody(scene: Scene, server: MailServer) -> None:
    scene.home.synthetic.mkdir(parents=True)
    (scene.home.synthetic / "truth.json").write_text("{}")
    ready(scene)
    assert told(scene.round(settings=server.settings())) == [("Zoë Ŝigner", "ready")]
    assert server.received == []
    (path,) = scene.home.post.glob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=default)
    assert message["Subject"].startswith("Synthetic data: ")
    assert message["To"] == "Zoë Ŝigner <signer@council.example>"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_letters_are_kept_where_no_way_is_set(scene: Scene) -> None:
    ready(scene)
    assert len(scene.round().sent) == 1
    assert len(list(scene.home.post.glob("*.eml"))) == 1


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"post": "smtp"}, "needs COHORT_SMTP_HOST"),
        ({"post": "smtp", "smtp_host": "mail.example"}, "needs COHORT_SMTP_HOST"),
        ({"post": "notify", "notify_template_id": "t"}, "needs COHORT_NOTIFY_API_KEY"),
        ({"smtp_host": "mail.example", "smtp_security": "none"}, "use starttls or tls"),
    ],
)
def test_a_way_that_lacks_something_is_refused_at_once(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        PostSettings(**changes)
