"""National context: the published tables recognised by their headings and kept as they are."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.context import NotAContextFile, ensure_context, import_context
from ingest.home import Home

TOTALS, PROVIDERS = "dfe_london_borough_totals", "dfe_digital_provider_standard"
TOTALS_CSV = """\
academic_year,geography_basis,gss_code,borough,starts_r10,enrolments_r10,achievements_r10,providers
2022/23,learner_home,E09000002,Barking and Dagenham,1120,2580,500,442
2023/24,delivery,E09000001,City of London,low,40,0,3
"""
PROVIDERS_CSV = """\
academic_year,ukprn,provider_name,provider_type,standard_or_framework,std_fwk_flag,level_band,\
ssa_tier1,ssa_tier2,starts_r10,enrolments_r10,achievements_r10
2022/23,10007928,Fareham College,General FE College,Applications Support Lead,Standard,4+,\
Digital Technology,Digital technology (practitioners),low,low,0
"""
TEXT, NUMBER, FLAG = "string", "int32", "bool"
COUNTS = {
    column: kind
    for name in ("starts", "enrolments", "achievements")
    for column, kind in ((name, NUMBER), (f"{name}_is_low", FLAG))
}
SOURCE = {"source_file": TEXT, "source_sha256": TEXT}
COLUMNS = {
    TOTALS: {
        **dict.fromkeys(("academic_year", "geography_basis", "borough_code", "borough_name"), TEXT),
        **COUNTS,
        "provider_count": NUMBER,
        **SOURCE,
    },
    PROVIDERS: {
        **dict.fromkeys(("academic_year", "ukprn", "provider_name", "provider_type"), TEXT),
        **dict.fromkeys(("standard_title", "level_band", "ssa_tier1", "ssa_tier2"), TEXT),
        **COUNTS,
        **SOURCE,
    },
}
REFERENCE = Path(__file__).parents[3].parent / "shared" / "reference"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def imported(home: Home, table: str) -> list[dict[str, object]]:
    return pq.read_table(home.lake / "context" / f"{table}.parquet").to_pylist()


def write(path: Path, content: str) -> Path:
    path.write_text(content, "utf-8")
    return path


def test_counts_are_numbers_and_low_is_kept_apart(home: Home, tmp_path: Path) -> None:
    file = write(tmp_path / "download (3).csv", TOTALS_CSV)
    assert import_context(file, home) == {TOTALS: 2}
    first, second = imported(home, TOTALS)
    assert first == {
        "academic_year": "2022/23",
        "geography_basis": "learner_home",
        "borough_code": "E09000002",
        "borough_name": "Barking and Dagenham",
        "starts": 1120,
        "starts_is_low": False,
        "enrolments": 2580,
        "enrolments_is_low": False,
        "achievements": 500,
        "achievements_is_low": False,
        "provider_count": 442,
        "source_file": "download (3).csv",
        "source_sha256": hashlib.sha256(TOTALS_CSV.encode()).hexdigest(),
    }
    assert (second["starts"], second["starts_is_low"]) == (None, True)
    assert (second["achievements"], second["achievements_is_low"]) == (0, False)


def test_columns_may_be_in_any_order_and_more_than_we_need(home: Home, tmp_path: Path) -> None:
    lines = [line.split(",") for line in TOTALS_CSV.splitlines()]
    turned = "\n".join(",".join([*line[::-1], "extra"]) for line in lines)
    import_context(write(tmp_path / "x.csv", turned), home)
    assert [row["starts"] for row in imported(home, TOTALS)] == [1120, None]


def test_a_folder_gives_every_table_in_it(home: Home, tmp_path: Path) -> None:
    write(tmp_path / "dfe_one.csv", "\ufeff" + TOTALS_CSV)
    write(tmp_path / "dfe_two.csv", PROVIDERS_CSV)
    write(tmp_path / "dfe_three.csv", "a,b\n1,2\n")
    assert import_context(tmp_path, home) == {TOTALS: 2, PROVIDERS: 1}
    (row,) = imported(home, PROVIDERS)
    assert (row["ukprn"], row["standard_title"]) == ("10007928", "Applications Support Lead")
    assert (row["starts"], row["starts_is_low"], row["achievements"]) == (None, True, 0)


@pytest.mark.parametrize(
    "content",
    [b"", b"a,b\n1,2\n", b"\x00\xff\xfe", TOTALS_CSV.replace("gss_code", "la_code").encode()],
)
def test_another_file_is_refused_with_the_headings_of_those_we_know(
    content: bytes, home: Home, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    path.write_bytes(content)
    with pytest.raises(NotAContextFile) as refused:
        import_context(path, home)
    assert f"{path} is none of the published tables" in str(refused.value)
    assert TOTALS in str(refused.value)
    assert "gss_code" in str(refused.value)
    assert not home.lake.exists()


def test_a_file_that_is_nearly_a_table_is_told_what_it_lacks(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path / "dfe.csv", TOTALS_CSV.replace("gss_code", "la").replace("borough", "b"))
    with pytest.raises(NotAContextFile) as refused:
        import_context(path, home)
    said = f"It is nearest to {TOTALS}, and lacks the headings “borough” and “gss_code”."
    assert said in str(refused.value)


def test_two_files_of_one_table_are_refused(home: Home, tmp_path: Path) -> None:
    write(tmp_path / "older.csv", TOTALS_CSV)
    write(tmp_path / "newer.csv", TOTALS_CSV.replace("1120", "1130"))
    with pytest.raises(NotAContextFile, match=r"newer\.csv and older\.csv are both"):
        import_context(tmp_path, home)
    assert not home.lake.exists()


def test_two_lines_about_the_same_are_refused(home: Home, tmp_path: Path) -> None:
    path = write(tmp_path / "dfe.csv", TOTALS_CSV + TOTALS_CSV.splitlines()[1] + "\n")
    with pytest.raises(NotAContextFile, match=r"dfe\.csv line 4: it is about the same as line 2"):
        import_context(path, home)


@pytest.mark.parametrize("name", ["missing.csv", "empty_folder"])
def test_a_file_that_is_not_there_is_refused(name: str, home: Home, tmp_path: Path) -> None:
    (tmp_path / "empty_folder").mkdir()
    with pytest.raises(NotAContextFile):
        import_context(tmp_path / name, home)


@pytest.mark.parametrize("cell", ["x", "1,120", ""])
def test_a_count_that_is_neither_a_number_nor_low_is_refused_in_words(
    cell: str, home: Home, tmp_path: Path
) -> None:
    quoted = f'"{cell}"'
    path = write(tmp_path / "dfe.csv", TOTALS_CSV.replace(",1120,", f",{quoted},"))
    with pytest.raises(NotAContextFile, match="starts_r10"):
        import_context(path, home)
    assert not home.lake.exists()


def test_tables_not_imported_are_empty_and_an_import_is_never_emptied(
    home: Home, tmp_path: Path
) -> None:
    ensure_context(home)
    for name, columns in COLUMNS.items():
        table = pq.read_table(home.lake / "context" / f"{name}.parquet")
        assert {field.name: str(field.type) for field in table.schema} == columns
        assert table.num_rows == 0
    import_context(write(tmp_path / "x.csv", TOTALS_CSV), home)
    ensure_context(home)
    table = pq.read_table(home.lake / "context" / f"{TOTALS}.parquet")
    assert {field.name: str(field.type) for field in table.schema} == COLUMNS[TOTALS]
    assert table.num_rows == 2


@pytest.mark.skipif(
    not (REFERENCE / f"{TOTALS}.csv").is_file(), reason="the downloaded DfE tables are not here"
)
def test_the_real_published_tables_are_imported_row_by_row(home: Home) -> None:
    counts = import_context(REFERENCE, home)
    assert {TOTALS, PROVIDERS} < set(counts)
    for name in (TOTALS, PROVIDERS):
        count = counts[name]
        source = (REFERENCE / f"{name}.csv").read_text("utf-8")
        assert count == len(source.splitlines()) - 1
        rows = imported(home, name)
        assert all((row["starts"] is None) == row["starts_is_low"] for row in rows)
        low = sum(bool(row[f"{one}_is_low"]) for row in rows for one in ("starts", "enrolments"))
        assert low == 0 or source.count(",low") >= low
