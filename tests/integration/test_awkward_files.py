"""Every awkward file of tests/data through the one check: verdict, cells, repairs, and no other."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from expectations.check import check_returns
from ingest.home import Home
from ingest.parse import Declared, ParsedReturn
from ingest.sheets import UnreadableFile, UploadedFile
from ingest.workers import ReadingPool, ToRead
from specification.findings import CheckResult
from specification.load import find_borough, load_collection
from specification.periods import Quarter
from tests.data.awkward_returns import LEARNER_NUMBERS

DATA = Path(__file__).parents[1] / "data"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((DATA / "expected.yaml").read_text("utf-8"))
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))


def to_read(name: str) -> ToRead:
    """Return an awkward file as it is sent: a CSV of apprentices goes with its cover."""
    files = [UploadedFile(name, (DATA / "awkward" / name).read_bytes())]
    if EXPECTED[name].get("with_cover"):
        files.append(UploadedFile("return.csv", (DATA / "cover.csv").read_bytes()))
    return ToRead(tuple(files), DECLARED)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, CheckResult | UnreadableFile]:
    with ReadingPool() as pool:
        read = dict(zip(EXPECTED, pool.read([to_read(name) for name in EXPECTED]), strict=True))
    readable = {name: one for name, one in read.items() if isinstance(one, ParsedReturn)}
    home = Home(tmp_path_factory.mktemp("home"))
    results = check_returns(list(readable.values()), load_collection(), home)
    found: dict[str, CheckResult | UnreadableFile] = dict(zip(readable, results, strict=True))
    return found | {name: one for name, one in read.items() if isinstance(one, UnreadableFile)}


@pytest.mark.parametrize("name", EXPECTED)
def test_an_awkward_file_gets_its_verdict_at_its_own_cells(
    name: str, outcomes: dict[str, CheckResult | UnreadableFile]
) -> None:
    expected, outcome = EXPECTED[name], outcomes[name]
    if isinstance(outcome, UnreadableFile):
        assert expected["verdict"] == "unreadable", str(outcome)
        assert expected.get("sentence", "") in str(outcome)
        assert_plain_sentence(str(outcome))
        return
    found = sorted((one.rule, one.cell) for one in outcome.findings)
    assert found == sorted((rule, cell) for rule, cell in expected.get("findings", [])), [
        one.message for one in outcome.findings
    ]
    assert outcome.verdict == expected["verdict"]
    repairs = Counter(one.reason for one in outcome.normalised)
    del repairs["empty means the default"]
    assert repairs == expected.get("repairs", {})
    said = "".join(one.model_dump_json() for one in (*outcome.findings, *outcome.normalised))
    assert not any(number in said for number in LEARNER_NUMBERS)


def assert_plain_sentence(sentence: str) -> None:
    """Say that a refusal is plain sentences that show nothing of our insides."""
    assert sentence.endswith(".") and "\n" not in sentence
    assert not re.search(r"Traceback|Error\b|Exception|0x|calamine|\bNone\b(?! of the)", sentence)


def test_every_file_is_expected_and_there_are_many() -> None:
    assert {path.name for path in (DATA / "awkward").iterdir()} == set(EXPECTED)
    assert len(EXPECTED) >= 75
    assert all(path.stat().st_size < 200_000 for path in (DATA / "awkward").iterdir())
