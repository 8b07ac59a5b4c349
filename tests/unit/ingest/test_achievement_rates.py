"""DfE's achievement rates by provider and standard, under the headings of its download."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.context import NotAContextFile, import_context
from ingest.home import Home

HEADINGS = (
    "time_period,time_identifier,geographic_level,country_code,country_name,provider_name,"
    "provider_ukprn,provider_type,ssa_tier_1,level,std_fwk_name_stcode,age_youth_adult,age_group,"
    "leavers,completers,achievers,retention_rate,pass_rate,achievement_rate"
)
PLACE = "202425,Academic year,Provider,E92000001,England"
TOTAL = f"{PLACE},Provider one,90000001,Private,Total,Total,Total,Total,Total"
DATA = f"{PLACE},Provider one,90000001,Private,Digital,Total,Data analyst-ST0118,Total,Total"
YOUNG = f"{PLACE},Provider one,90000001,Private,Digital,Total,Data analyst-ST0118,16-18,16-18"
ENGLAND = (
    "202425,Academic year,National,E92000001,England,Total,z,Total,Total,Total,Total,Total,Total"
)
FILE = "\n".join(
    [
        HEADINGS,
        f"{TOTAL},120,80,70,66.7,87.5,58.3",
        f"{DATA},20,low,low,c,x,z",
        f"{YOUNG},10,10,10,100.0,100.0,100.0",
        f"{ENGLAND},263550,144350,140800,54.8,97.5,53.4",
        "",
    ]
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def import_text(content: str, home: Home, tmp_path: Path) -> list[dict[str, object]]:
    path = tmp_path / "app_narts_provider.csv"
    path.write_text(content, "utf-8")
    import_context(path, home)
    return pq.read_table(home.context / "dfe_achievement_rates.parquet").to_pylist()


def test_a_providers_figures_for_all_ages_are_kept(home: Home, tmp_path: Path) -> None:
    total, data = import_text(FILE, home, tmp_path)
    assert (total["ukprn"], total["academic_year"]) == ("90000001", "2024/25")
    assert (total["valid_from"], total["valid_to"]) == (date(2024, 8, 1), date(2025, 7, 31))
    assert (total["standard"], total["standard_ref"]) == ("Total", None)
    assert [total[name] for name in ("leavers", "completers", "achievers")] == [120, 80, 70]
    rates = ("retention_rate_percent", "pass_rate_percent", "achievement_rate_percent")
    assert [total[name] for name in rates] == [Decimal("66.7"), Decimal("87.5"), Decimal("58.3")]
    assert (data["standard"], data["standard_ref"]) == ("ST0118", "ST0118")
    assert (data["standard_title"], data["ssa_tier1"]) == ("Data analyst", "Digital")


def test_a_symbol_is_no_number_and_is_kept_beside(home: Home, tmp_path: Path) -> None:
    data = import_text(FILE, home, tmp_path)[1]
    assert (data["leavers"], data["leavers_symbol"]) == (20, None)
    assert (data["completers"], data["completers_symbol"]) == (None, "low")
    shown = [data[f"{name}_rate_symbol"] for name in ("retention", "pass", "achievement")]
    assert shown == ["c", "x", "z"]
    assert data["achievement_rate_percent"] is None


@pytest.mark.parametrize(
    ("written", "title", "reference"),
    [
        ("Data analyst (ST0118)", "Data analyst", "ST0118"),
        ("Designer (Integrated Degree)-ST0625", "Designer (Integrated Degree)", "ST0625"),
        ("Accountancy", "Accountancy", None),
        ("Sub-surface work", "Sub-surface work", None),
    ],
)
def test_a_standard_has_its_reference_taken_off(
    written: str, title: str, reference: str | None, home: Home, tmp_path: Path
) -> None:
    content = FILE.replace("Data analyst-ST0118", written)
    data = import_text(content, home, tmp_path)[1]
    assert (data["standard_title"], data["standard_ref"]) == (title, reference)
    assert data["standard"] == (reference or title)


def test_headings_of_earlier_releases_are_accepted(home: Home, tmp_path: Path) -> None:
    earlier = HEADINGS
    for name in ("leavers", "completers", "achievers", "retention_rate", "pass_rate"):
        earlier = earlier.replace(f",{name}", f",overall_{name}")
    earlier = earlier.replace(",achievement_rate", ",overall_achievement_rate")
    assert earlier.count("overall_") == 6
    assert len(import_text(FILE.replace(HEADINGS, earlier), home, tmp_path)) == 2


def test_a_missing_heading_is_named(home: Home, tmp_path: Path) -> None:
    content = FILE.replace("provider_ukprn", "urn").replace(",leavers", ",left")
    with pytest.raises(NotAContextFile) as refused:
        import_text(content, home, tmp_path)
    said = (
        "It is nearest to dfe_achievement_rates, and lacks the headings “leavers” and "
        "“provider_ukprn”."
    )
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (",58.3", ",158.3", "“158.3” is not a rate in per cent, in achievement_rate"),
        (",120,", ",12.5,", "“12.5” is not a whole number, in leavers"),
        (",120,", ",some,", "“some” is neither a number nor a symbol"),
        ("90000001", "9000", "“9000” is not a UKPRN of eight digits, in provider_ukprn"),
        ("202425,", "2024,", "“2024” is not an academic year such as 202425, in time_period"),
    ],
)
def test_a_cell_that_cannot_be_right_is_refused(
    old: str, new: str, said: str, home: Home, tmp_path: Path
) -> None:
    with pytest.raises(NotAContextFile) as refused:
        import_text(FILE.replace(old, new, 1), home, tmp_path)
    assert said in str(refused.value)
    assert not home.lake.exists()


def test_a_file_without_a_total_of_ages_is_refused(home: Home, tmp_path: Path) -> None:
    content = "\n".join([HEADINGS, f"{YOUNG},10,10,10,100.0,100.0,100.0", ""])
    with pytest.raises(NotAContextFile, match="no line is about one provider and all ages"):
        import_text(content, home, tmp_path)


def test_a_breakdown_we_do_not_know_is_refused(home: Home, tmp_path: Path) -> None:
    content = FILE + f"{DATA},10,low,low,c,x,z\n"
    with pytest.raises(NotAContextFile, match="it is about the same as line 3"):
        import_text(content, home, tmp_path)
