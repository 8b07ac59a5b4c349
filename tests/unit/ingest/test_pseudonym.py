"""Learner numbers to pseudonyms: keyed, stable, and nothing without a key."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ingest.pseudonym import NoPseudonymKey, Pseudonymiser, make_key_file

KEY, OTHER_KEY = bytes(range(32)), bytes(range(1, 33))
ULNS = ("1000000043", "8652496047")


def test_the_same_number_has_the_same_key_every_time() -> None:
    first, again = Pseudonymiser(KEY), Pseudonymiser(KEY)
    assert [first.person_key(uln) for uln in ULNS] == [again.person_key(uln) for uln in ULNS]
    assert first.person_key(ULNS[0]) != first.person_key(ULNS[1])


def test_another_key_gives_other_pseudonyms() -> None:
    ours, theirs = Pseudonymiser(KEY), Pseudonymiser(OTHER_KEY)
    assert {ours.person_key(uln) for uln in ULNS}.isdisjoint(theirs.person_key(u) for u in ULNS)


@pytest.mark.parametrize("uln", [None, "9999999999"])
def test_without_a_number_there_is_no_person_key(uln: str | None) -> None:
    assert Pseudonymiser(KEY).person_key(uln) is None


@pytest.mark.parametrize("uln", ULNS)
def test_a_person_key_never_contains_the_number(uln: str) -> None:
    key = Pseudonymiser(KEY).person_key(uln)
    assert key is not None
    version, digits = key.split(":")
    assert version == "1"
    assert len(digits) == 64
    assert int(digits, 16) >= 0
    assert uln not in key
    assert f"{int(uln):x}" not in key


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_key_is_refused(length: int) -> None:
    with pytest.raises(NoPseudonymKey, match=f"has {length} bytes; it needs 32"):
        Pseudonymiser(KEY[:length])


def test_without_a_key_file_nothing_runs_and_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonym.key"
    with pytest.raises(NoPseudonymKey, match="COHORT_PSEUDONYM_KEY_FILE") as refused:
        Pseudonymiser.from_file(path)
    assert str(path) in str(refused.value)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"abc", b"zz" * 32, b"00" * 31, "é".encode() * 32])
def test_a_file_without_a_whole_key_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "pseudonym.key"
    path.write_bytes(content)
    with pytest.raises(NoPseudonymKey):
        Pseudonymiser.from_file(path)


def test_a_made_key_is_private_usable_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "pseudonym.key"
    make_key_file(path)
    content = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = Pseudonymiser.from_file(path).person_key(ULNS[0])
    make_key_file(path)
    assert path.read_bytes() == content
    assert Pseudonymiser(bytes.fromhex(content.decode())).person_key(ULNS[0]) == key


def test_two_made_keys_differ(tmp_path: Path) -> None:
    for name in ("one.key", "two.key"):
        make_key_file(tmp_path / name)
    assert (tmp_path / "one.key").read_bytes() != (tmp_path / "two.key").read_bytes()


def test_a_key_has_a_name_of_its_own() -> None:
    name = Pseudonymiser(KEY).name()
    assert name == Pseudonymiser(KEY).name()
    assert name != Pseudonymiser(OTHER_KEY).name()
    assert len(name) == 16
