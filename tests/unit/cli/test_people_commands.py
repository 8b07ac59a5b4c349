"""The commands that give people roles and take a return back, as an administrator meets them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from ingest.home import Home
from ingest.people import Grant, Identity, People, Person, Role
from ingest.register import LandedFile, Register, State, Submission
from specification.periods import Quarter

NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)
HACKNEY, QUARTER = "E09000012", Quarter(2026, 2)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("COHORT_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("COHORT_DATABASE_URL", raising=False)
    return Home.from_environment()


@pytest.fixture
def people(home: Home) -> People:
    return People(home.register_url)


@pytest.fixture
def register(home: Home) -> Register:
    return Register(home.register_url)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def sign_in(people: People, name: str = "Ada Lovelace") -> Person:
    identity = Identity("https://login.example/tenant", name)
    return people.signed_in(identity, name=name, email="ada@council.example", at=NOON)


def sent(register: Register, content: str) -> Submission:
    files = [LandedFile("return.csv", content * 64)]
    submission = register.receive(
        borough_code=HACKNEY, quarter=QUARTER, files=files, actor="officer", at=NOON
    )
    return register.record_check(
        submission.submission_id, errors=0, queries=0, actor="officer", at=NOON
    )


def test_nobody_is_listed_before_anybody_signed_in() -> None:
    listed = run("people", "list")
    assert (listed.exit_code, listed.stdout) == (0, "Nobody has signed in yet.\n")


def test_roles_are_given_listed_and_taken(people: People, register: Register) -> None:
    ada = sign_in(people)
    given = run("people", "give", ada.person_id, "upload", "--borough", "Hackney", "--actor", "IT")
    assert (given.exit_code, given.stdout) == (0, "Ada Lovelace now has: upload for Hackney\n")
    assert run("people", "give", ada.person_id, "administer").exit_code == 0
    assert people.person(ada.person_id).grants == {
        Grant(Role.UPLOAD, HACKNEY),
        Grant(Role.ADMINISTER),
    }
    listed = run("people", "list").stdout
    for shown in (ada.person_id, "Ada Lovelace", "ada@council.example"):
        assert shown in listed
    assert "administer, upload for" in listed
    taken = run("people", "take", ada.person_id, "upload", "--borough", "HCK")
    assert (taken.exit_code, taken.stdout) == (0, "Ada Lovelace now has: administer\n")
    assert register.verify_chain() == 4


def test_a_role_that_cannot_be_given_or_taken_is_refused_in_words(people: People) -> None:
    ada = sign_in(people)
    for arguments, sentence in (
        (("give", ada.person_id, "sign"), "The role sign is for a borough: say which."),
        (("give", "p-1", "analyse"), "There is no person p-1."),
        (("take", ada.person_id, "publish"), "does not hold the role publish."),
    ):
        refused = run("people", *arguments)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert sentence in refused.stderr


def test_the_last_administrator_stays(people: People) -> None:
    ada = sign_in(people)
    run("people", "give", ada.person_id, "administer")
    refused = run("people", "take", ada.person_id, "administer")
    assert refused.exit_code == 2
    assert "This is the last administrator." in refused.stderr


def test_a_withdrawn_version_leaves_the_signed_one_in_the_status(register: Register) -> None:
    first = register.sign(sent(register, "a").submission_id, actor="head of HR", at=NOON)
    second = sent(register, "b")
    ran = run("withdraw", second.submission_id, "--reason", "The wrong file was sent.")
    assert (ran.exit_code, ran.stdout) == (0, f"{second.submission_id} is withdrawn.\n")
    assert register.submission(second.submission_id).state is State.WITHDRAWN
    (line,) = [
        one
        for one in run("status", "--quarter", str(QUARTER)).stdout.splitlines()
        if one.strip().startswith("Hackney")
    ]
    assert line.split()[1:3] == ["signed", "1"]
    refused = run("withdraw", first.submission_id, "--reason", "The wrong file was sent.")
    assert refused.exit_code == 2
    assert "Send a corrected version and sign it instead." in refused.stderr
