"""The command line as an officer meets it: the installed `cohort`, its exit codes and sentences."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook  # pyright: ignore[reportMissingModuleSource]

from ingest.home import Home
from ingest.pseudonym import make_key_file
from ingest.register import Register, State

pytestmark = pytest.mark.xdist_group("commands")  # what they build is built once

COHORT = Path(sys.executable).parent / "cohort"
QUARTER = ("--quarter", "2026-27Q2")
HACKNEY = ("--borough", "Hackney", *QUARTER)
SIGNED, FAULTY = "E09000012-2026-27Q2-v1", "E09000012-2026-27Q2-v2"


@dataclass(frozen=True)
class Ran:
    """What one command gave."""

    code: int
    out: str
    said: str

    @property
    def sentence(self) -> str:
        """What was said on stderr, as one line."""
        return " ".join(self.said.split())


def cohort(home: Path, *arguments: str | Path) -> Ran:
    """Run the installed command in an empty folder, with a home of its own."""
    home.mkdir(parents=True, exist_ok=True)
    kept = {name: text for name, text in os.environ.items() if not name.startswith("COHORT_")}
    done = subprocess.run(
        [COHORT, *map(str, arguments)],
        env=kept | {"COHORT_HOME": str(home / "state"), "NO_COLOR": "1"},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def assert_plain(ran: Ran) -> None:
    """Say that the command ended in words for an officer, and not in a traceback."""
    assert "Traceback" not in ran.said + ran.out
    assert not re.search(r"\b\w+Error\b", ran.said)
    assert ran.said.strip()


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hackney's clean sample return, written by the command itself."""
    folder = tmp_path_factory.mktemp("sample")
    ran = cohort(folder, "sample", *HACKNEY, "--folder", folder)
    assert ran.code == 0, ran.said
    (path,) = (Path(line) for line in ran.out.split())
    assert path.is_file()
    assert path.parent == folder
    return path


@pytest.fixture(scope="module")
def faulty(clean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same return with one wrong route, in cell G5."""
    book = load_workbook(clean)
    book["Apprentices"]["G5"] = "COUNCIL"
    path = tmp_path_factory.mktemp("faulty") / "return with a fault.xlsx"
    book.save(path)
    return path


@pytest.fixture(scope="module")
def sent(clean: Path, faulty: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ran]:
    """One home through submit, sign and a faulty second version; `home` keeps it for the rest."""
    home = tmp_path_factory.mktemp("sent")
    steps = {"submit": cohort(home, "submit", clean, *HACKNEY, "--actor", "officer")}
    steps["sign"] = cohort(home, "sign", SIGNED, "--actor", "head of HR")
    steps["status"] = cohort(home, "status", *QUARTER)
    steps["submit again"] = cohort(home, "submit", faulty, *HACKNEY)
    steps["sign again"] = cohort(home, "sign", FAULTY)
    steps["home"] = Ran(0, str(home), "")
    return steps


def state_of(home: Path) -> Home:
    return Home(home / "state")


def test_a_clean_return_has_nothing_to_fix(clean: Path, tmp_path: Path) -> None:
    ran = cohort(tmp_path, "check", clean, *HACKNEY)
    assert ran.code == 0, ran.out + ran.said
    assert "Nothing to fix" in ran.out
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_json_of_a_check_says_what_is_wrong_for_whom(faulty: Path, tmp_path: Path) -> None:
    other = ("--borough", "CMD", "--quarter", "FY2026-27 Q1")
    ran = cohort(tmp_path, "check", faulty, *other, "--json")
    assert ran.code == 1
    written = json.loads(ran.out)
    assert written["schema"] == "cohort.check/1"
    assert (written["borough"], written["quarter"]) == ("E09000007", "2026-27Q1")
    assert (written["verdict"], written["errors"]) == ("needs_fixing", len(written["findings"]))
    found = {one["rule"]: one for one in written["findings"]}
    assert (found["A-028"]["cell"], found["A-028"]["value"]) == ("G5", "COUNCIL")
    assert "Hackney" in found["R-007"]["message"]
    assert "Camden" in found["R-007"]["message"]
    assert "2026-27Q2" in found["R-008"]["message"]
    assert "2026-27Q1" in found["R-008"]["message"]


@pytest.mark.parametrize(
    ("options", "named", "allowed"),
    [
        (("--borough", "Kent", *QUARTER), "“Kent”", "Hackney E09000012"),
        (("--borough", "Hackney", "--quarter", "2030-31Q1"), "2030-31Q1", "to 2026-27Q4"),
        ((*HACKNEY, "--format", "json"), "--format", "No such option"),
    ],
)
def test_wrong_use_is_told_what_is_allowed(
    options: tuple[str, ...], named: str, allowed: str, clean: Path, tmp_path: Path
) -> None:
    ran = cohort(tmp_path, "check", clean, *options)
    assert (ran.code, ran.out) == (2, "")
    assert_plain(ran)
    assert named in ran.sentence
    assert allowed in ran.sentence


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.xlsx", b"", "empty.xlsx is empty."),
        ("lookups.csv", b"a,b\n1,2\n", "(“lookups”) is a sheet of the return"),
        ("missing.xlsx", None, "missing.xlsx is not a file."),
    ],
)
def test_a_file_that_cannot_be_read_gets_one_sentence(
    name: str, content: bytes | None, reason: str, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    ran = cohort(tmp_path, "check", name, *HACKNEY)
    assert (ran.code, ran.out) == (3, "")
    assert_plain(ran)
    assert reason in ran.sentence


def test_an_unreadable_file_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "half.xlsx").write_bytes(b"PK\x03\x04 half of it")
    ran = cohort(tmp_path, "submit", "half.xlsx", *HACKNEY)
    assert (ran.code, ran.out) == (3, "")
    assert "half.xlsx is damaged" in ran.sentence
    assert not state_of(tmp_path).landing.exists()
    assert Register(state_of(tmp_path).register_url).submissions() == ()


def test_a_long_path_is_said_in_one_piece(tmp_path: Path) -> None:
    path = tmp_path / ("a-rather-long-folder-name-" * 3) / "return.xlsx"
    ran = cohort(tmp_path, "check", path, *HACKNEY)
    assert ran.code == 3
    assert str(path) in ran.said


def test_a_sample_of_a_quarter_without_one_is_refused_in_words(tmp_path: Path) -> None:
    ran = cohort(tmp_path, "sample", "--borough", "Hackney", "--quarter", "2026-27Q3")
    assert ran.code == 2
    assert_plain(ran)
    assert "2026-27Q2" in ran.sentence


def test_submit_registers_checks_and_says_the_state(sent: dict[str, Ran]) -> None:
    ran = sent["submit"]
    assert ran.code == 0, ran.said
    assert ran.out == f"submission: {SIGNED}\nstate: ready\n"
    assert "Nothing to fix" in ran.said


def test_sign_and_status_say_where_the_return_stands(sent: dict[str, Ran]) -> None:
    assert (sent["sign"].code, sent["sign"].out) == (0, f"{SIGNED} is signed.\n")
    lines = {line.split("  ")[0].strip(): line for line in sent["status"].out.splitlines()}
    assert re.search(r"Hackney\s+signed\s+1\s+0", lines["Hackney"])
    assert "not sent" in lines["Camden"]
    assert len(lines) == 34


def test_a_faulty_second_version_leaves_the_first_signed(sent: dict[str, Ran]) -> None:
    ran = sent["submit again"]
    assert ran.code == 1
    assert ran.out == f"submission: {FAULTY}\nstate: checked\n"
    assert (sent["sign again"].code, sent["sign again"].out) == (2, "")
    for shown in ("A-028", "Apprentices G5", "COUNCIL", "1 cell"):
        assert shown in ran.said
    assert f"{FAULTY} is checked; this needs ready." in sent["sign again"].sentence
    home = state_of(Path(sent["home"].out))
    register = Register(home.register_url)
    assert [one.submission_id for one in register.signed().values()] == [SIGNED]
    assert register.submission(FAULTY).state is State.CHECKED
    result = json.loads(home.check_result(FAULTY).read_text("utf-8"))
    assert (result["schema"], result["errors"]) == ("cohort.check/1", 1)


@pytest.fixture(scope="module")
def built_without_key(sent: dict[str, Ran]) -> Ran:
    return cohort(Path(sent["home"].out), "build")


def test_a_build_without_the_key_builds_nothing(
    built_without_key: Ran, sent: dict[str, Ran]
) -> None:
    assert (built_without_key.code, built_without_key.out) == (1, "")
    assert_plain(built_without_key)
    state = state_of(Path(sent["home"].out))
    assert not (state.warehouse / "current").exists()
    assert not (state.lake / "accepted").exists()
    assert not state.key_file.exists()


def test_a_build_without_the_key_says_that_the_key_is_missing(built_without_key: Ran) -> None:
    assert "pseudonym key" in built_without_key.sentence


def test_verify_finds_a_landed_file_that_was_changed(sent: dict[str, Ran]) -> None:
    home = Path(sent["home"].out)
    intact = cohort(home, "verify")
    assert (intact.code, intact.said) == (0, "")
    assert intact.out == "events: 5\nfiles: 2\neditions: 0\nintact: yes\n"
    landed = sorted(path for path in state_of(home).landing.rglob("*") if path.is_file())
    content = landed[0].read_bytes()
    landed[0].write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        ran = cohort(home, "verify")
    finally:
        landed[0].write_bytes(content)
    assert (ran.code, ran.out) == (1, "")
    assert_plain(ran)
    assert f"Not intact: landing file {landed[0].name} does not match its hash." in ran.sentence


def test_a_build_without_a_signed_return_says_what_to_do(tmp_path: Path) -> None:
    make_key_file(state_of(tmp_path).key_file)
    ran = cohort(tmp_path, "build")
    assert (ran.code, ran.out) == (1, "")
    assert_plain(ran)
    assert "No return is signed yet. Send one with `cohort submit`, then sign it." in ran.sentence
    assert not state_of(tmp_path).warehouse.exists()


def test_what_nobody_sent_cannot_be_signed(tmp_path: Path) -> None:
    ran = cohort(tmp_path, "sign", SIGNED)
    assert (ran.code, ran.sentence) == (2, f"There is no submission {SIGNED}.")


def test_explain_says_what_a_rule_is_and_which_there_are(tmp_path: Path) -> None:
    ran = cohort(tmp_path, "explain", "a-047")
    assert ran.code == 0
    assert "A-047 · error · Apprentices · since 2025-26\n" in ran.out
    assert "What to do:" in ran.out
    unknown = cohort(tmp_path, "explain", "Z-999")
    assert unknown.code == 2
    assert "There is no rule Z-999. Allowed: F-001," in unknown.sentence
