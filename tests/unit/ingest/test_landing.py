"""The landing store and durable writes: bytes kept once, damage found, nothing half-written."""

from __future__ import annotations

import hashlib
import stat
from pathlib import Path

import pytest

from ingest.home import Home, write_durably
from ingest.landing import DamagedBytes, Landing

CONTENT = b"borough,quarter\r\nHackney,2026-27Q2\r\n"


def files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_bytes_come_back_unchanged_under_their_hash(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    sha256 = landing.put(CONTENT)
    assert sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert landing.path(sha256) == tmp_path / sha256[:2] / sha256
    assert landing.get(sha256) == CONTENT


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    first = landing.put(CONTENT)
    written = landing.path(first).stat()
    assert landing.put(CONTENT) == first
    assert files_below(tmp_path) == [landing.path(first)]
    assert landing.path(first).stat().st_ino == written.st_ino
    landing.put(CONTENT + b" ")
    assert len(files_below(tmp_path)) == 2


def test_only_the_owner_may_read_what_landed(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    mode = landing.path(landing.put(CONTENT)).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


@pytest.mark.parametrize("damaged", [CONTENT[:-1], CONTENT + b"\0", b"", CONTENT.lower()])
def test_damaged_bytes_are_never_given_out(damaged: bytes, tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    sha256 = landing.put(CONTENT)
    landing.path(sha256).write_bytes(damaged)
    with pytest.raises(DamagedBytes, match=f"landing file {sha256} does not match its hash"):
        landing.get(sha256)


def test_missing_bytes_are_damage_too(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    sha256 = landing.put(CONTENT)
    landing.path(sha256).unlink()
    with pytest.raises(DamagedBytes, match=f"landing file {sha256} is missing"):
        landing.get(sha256)


def test_sending_the_file_again_heals_damaged_bytes(tmp_path: Path) -> None:
    landing = Landing(tmp_path)
    sha256 = landing.put(CONTENT)
    landing.path(sha256).write_bytes(CONTENT[:-1])
    assert landing.put(CONTENT) == sha256
    assert landing.get(sha256) == CONTENT


def test_a_durable_write_replaces_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "file.bin"
    write_durably(path, b"a long first version")
    write_durably(path, b"short", mode=0o640)
    assert path.read_bytes() == b"short"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert files_below(tmp_path) == [path]


def test_a_durable_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    (target / "inside").mkdir(parents=True)  # a folder that cannot be replaced by a file
    with pytest.raises(OSError, match="taken"):
        write_durably(target, CONTENT)
    assert files_below(tmp_path) == []
    assert target.is_dir()


def test_the_temporary_folder_is_private_and_gone_afterwards(tmp_path: Path) -> None:
    home = Home(tmp_path)
    with home.temporary_folder() as folder:
        (folder / "batch.duckdb").write_bytes(CONTENT)
        assert home.work in folder.parents
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert files_below(tmp_path) == []


def test_the_home_comes_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COHORT_HOME", str(tmp_path / "state"))
    assert Home.from_environment().key_file == tmp_path / "state" / "keys" / "pseudonym.key"
    monkeypatch.setenv("COHORT_PSEUDONYM_KEY_FILE", str(tmp_path / "other.key"))
    assert Home.from_environment().key_file == tmp_path / "other.key"
    assert Home.from_environment().register_url == f"sqlite:///{tmp_path / 'state/register.sqlite'}"
