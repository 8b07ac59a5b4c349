"""The post office: each letter goes out once, to the right people, and none is lost."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from ingest.home import Home
from ingest.people import Role
from ingest.sent_letters import CLAIM_HOLDS, SentLetters
from post.office import send_due
from post.settings import PostSettings
from post.steps import TOLD_FOR
from tests.unit.post.mail_server import MailServer
from tests.unit.post.office_scene import HACKNEY, NOON, Scene, told

LATER = NOON + timedelta(hours=1)


def test_from_ready_to_a_receipt(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    scene.officer("elsewhere", "E09000007", Role.SIGN)
    assert told(scene.round()) == []
    sent = scene.sent_in(uploader)
    assert told(scene.round()) == [("signer", "ready")]
    scene.register.send_back(
        sent.submission_id, note="Look at the leavers.", actor=signer.person_id, at=NOON
    )
    assert told(scene.round()) == [("uploader", "returned")]
    scene.register.ready_again(sent.submission_id, actor=uploader.person_id, at=NOON)
    assert told(scene.round()) == [("signer", "ready")]
    scene.sign(sent, signer)
    assert told(scene.round()) == [("signer", "receipt"), ("uploader", "receipt")]
    assert told(scene.round()) == []


def test_a_letter_names_no_day_that_has_passed(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.officer("signer", HACKNEY, Role.SIGN)
    scene.sent_in(uploader, at=datetime(2026, 10, 30, 15, tzinfo=UTC))
    for day, is_named in ((30, True), (31, False)):
        now = datetime(2026, 10, day, 16, tzinfo=UTC)
        (due,) = scene.office().due(now, with_reminders=False).letters
        assert ("by 5pm on Friday 30 October 2026" in scene.office().write(due).body) == is_named


def test_checking_it_again_announces_nothing_again(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    scene.officer("signer", HACKNEY, Role.SIGN)
    sent = scene.sent_in(uploader)
    assert told(scene.round()) == [("signer", "ready")]
    scene.register.record_check(sent.submission_id, errors=0, queries=0, actor="cli", at=LATER)
    assert told(scene.round()) == []


def test_what_is_no_longer_so_is_not_told(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    first = scene.sent_in(uploader)
    scene.register.send_back(
        first.submission_id, note="Look at the leavers.", actor=signer.person_id, at=NOON
    )
    second = scene.sent_in(uploader, content="b")  # nobody waits for an answer to the note now
    assert told(scene.round()) == [("signer", "ready")]
    scene.sent_in(uploader, content="c", errors=1)
    scene.register.withdraw(
        second.submission_id, reason="The wrong file was sent.", actor="x", at=NOON
    )
    assert told(scene.round()) == []


def test_whoever_prepared_it_is_not_asked_to_sign(scene: Scene) -> None:
    both = scene.officer("both", HACKNEY, Role.UPLOAD, Role.SIGN)
    scene.sent_in(both)
    done = scene.round()
    assert told(done) == []
    assert [one.borough_code for one in done.nobody] == [HACKNEY]
    assert "nobody is there who may sign it" in done.nobody[0].why
    scene.officer("signer", HACKNEY, Role.SIGN)
    assert told(scene.round()) == [("signer", "ready")]


def test_a_home_that_begins_to_send_letters_tells_nobody_of_long_ago(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    signer = scene.officer("signer", HACKNEY, Role.SIGN)
    scene.sign(scene.sent_in(uploader), signer)
    assert told(scene.round(NOON + TOLD_FOR + timedelta(seconds=1))) == []
    assert len(told(scene.round(NOON + TOLD_FOR))) == 2


def test_who_has_no_address_is_named_and_the_others_are_told(scene: Scene) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    for name, email in (("none", ""), ("no domain", "signer"), ("two lines", "a@b.example\nc")):
        scene.officer(name, HACKNEY, Role.SIGN, email=email)
    scene.officer("signer", HACKNEY, Role.SIGN)
    scene.sent_in(uploader)
    done = scene.round()
    assert told(done) == [("signer", "ready")]
    assert sorted(one.name for one in done.without_address) == ["no domain", "none", "two lines"]


def test_no_register_is_made_to_find_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = Home(tmp_path_factory.mktemp("empty") / "home")
    assert told(send_due(home, PostSettings(), NOON)) == []
    assert not home.has_register


def ready_for(scene: Scene, names: Sequence[str]) -> None:
    uploader = scene.officer("uploader", HACKNEY, Role.UPLOAD)
    for name in names:
        scene.officer(name, HACKNEY, Role.SIGN)
    scene.sent_in(uploader)


def test_a_server_that_fails_loses_nothing(scene: Scene, server: MailServer) -> None:
    ready_for(scene, ["first", "second"])
    gone = server.settings(smtp_port=1)
    for _ in range(2):
        done = scene.round(settings=gone)
        assert (len(done.sent), len(done.waiting)) == (0, 2)
        assert done.why == ("the mail server: ConnectionRefusedError",)
    server.is_full = True
    assert len(scene.round(settings=server.settings()).waiting) == 2
    server.is_full = False
    assert len(scene.round(settings=server.settings()).sent) == 2
    assert server.to == ["first@council.example", "second@council.example"]
    assert told(scene.round(settings=server.settings())) == []


def test_one_refused_address_holds_nobody_else_back(scene: Scene, server: MailServer) -> None:
    ready_for(scene, ["first", "left", "last"])
    server.refused = {"left@council.example"}
    done = scene.round(settings=server.settings())
    assert told(done) == [("first", "ready"), ("last", "ready")]
    assert [one.person.name for one in done.waiting] == ["left"]
    assert done.why == ("the mail server: SMTPRecipientsRefused",)
    server.refused = set()
    assert told(scene.round(settings=server.settings())) == [("left", "ready")]
    assert len(server.received) == 3


def test_two_who_send_at_once_send_each_letter_once(scene: Scene, server: MailServer) -> None:
    names = [f"officer-{number}" for number in range(8)]
    ready_for(scene, names)

    def send(_: int) -> int:
        return len(scene.round(settings=server.settings()).sent)

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(send, range(3))) == len(names)
    assert server.to == sorted(f"{name}@council.example" for name in names)


def test_who_was_interrupted_sends_it_again_and_with_the_same_id(
    scene: Scene, server: MailServer
) -> None:
    """The letter went out, and the machine stopped before that was written down."""
    ready_for(scene, ["signer"])
    (due,) = scene.office().due(NOON).letters
    kept = SentLetters(scene.home.register_url)
    assert kept.claim(due.name, NOON)
    assert told(scene.round(NOON + CLAIM_HOLDS - timedelta(seconds=1))) == []
    again = NOON + CLAIM_HOLDS
    assert told(scene.round(again, server.settings())) == [("signer", "ready")]
    kept.give_back(due.name)  # a sent letter stays sent
    assert told(scene.round(again, server.settings())) == []
    assert len({one["Message-ID"] for one in server.received}) == 1
