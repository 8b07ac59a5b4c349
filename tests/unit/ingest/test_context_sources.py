"""The record of imports: a newer file replaces the rows, and the older one stays on record."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.context import NotAContextFile, ensure_context, import_context
from ingest.context_sources import SOURCES, imported_sources
from ingest.home import Home

NAME = "dfe_national_totals"
OLDER = """\
academic_year,apps_level,age_group,starts_r10,enrolments_r10,achievements_r10
2022/23,Advanced Apprenticeship,19-24,10,20,0
"""
NEWER = OLDER + "2023/24,Advanced Apprenticeship,19-24,20,30,10\n"
MONDAY, TUESDAY, FRIDAY = datetime(2026, 11, 23), datetime(2026, 11, 24), datetime(2026, 11, 27)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def import_text(content: str, home: Home, tmp_path: Path, at: datetime) -> None:
    path = tmp_path / f"totals_{at.day}.csv"
    path.write_text(content, "utf-8")
    import_context(path, home, imported_at=at)


def test_an_import_is_recorded(home: Home, tmp_path: Path) -> None:
    import_text(OLDER, home, tmp_path, MONDAY)
    (one,) = imported_sources(home)
    assert (one.table_name, one.source_file, one.row_count) == (NAME, "totals_23.csv", 1)
    assert one.source_sha256 == hashlib.sha256(OLDER.encode()).hexdigest()
    assert (one.imported_at, one.is_current) == (MONDAY, True)


def test_a_newer_file_replaces_the_rows_and_keeps_the_record(home: Home, tmp_path: Path) -> None:
    import_text(OLDER, home, tmp_path, MONDAY)
    import_text(NEWER, home, tmp_path, TUESDAY)
    assert pq.read_table(home.context / f"{NAME}.parquet").num_rows == 2
    older, newer = imported_sources(home)
    assert (older.imported_at, older.row_count, older.is_current) == (MONDAY, 1, False)
    assert (newer.imported_at, newer.row_count, newer.is_current) == (TUESDAY, 2, True)


def test_the_same_bytes_again_change_nothing(home: Home, tmp_path: Path) -> None:
    import_text(OLDER, home, tmp_path, MONDAY)
    files = {path: path.read_bytes() for path in home.context.iterdir()}
    import_text(OLDER, home, tmp_path, FRIDAY)
    assert {path: path.read_bytes() for path in home.context.iterdir()} == files


def test_going_back_to_an_older_file_is_an_import_of_its_own(home: Home, tmp_path: Path) -> None:
    import_text(OLDER, home, tmp_path, MONDAY)
    import_text(NEWER, home, tmp_path, TUESDAY)
    import_text(OLDER, home, tmp_path, FRIDAY)
    assert [one.is_current for one in imported_sources(home)] == [False, False, True]


def test_a_refused_file_leaves_no_record(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NotAContextFile):
        import_text(OLDER.replace("10,20", "ten,20"), home, tmp_path, MONDAY)
    assert imported_sources(home) == ()


def test_nothing_imported_is_an_empty_record_that_is_never_emptied(
    home: Home, tmp_path: Path
) -> None:
    ensure_context(home)
    record = pq.read_table(home.context / "sources.parquet")
    assert (record.num_rows, record.schema) == (0, SOURCES)
    import_text(OLDER, home, tmp_path, MONDAY)
    ensure_context(home)
    assert len(imported_sources(home)) == 1
