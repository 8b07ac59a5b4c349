"""The other published tables: thresholds, headline figures, London Councils, DfE totals, roles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingest.context import NotAContextFile, ensure_context, import_context
from ingest.context_tables import TABLES
from ingest.home import Home
from specification.load import load_code_list

REFERENCE = Path(__file__).parents[3].parent / "shared" / "reference"
THRESHOLDS = """\
indicator,period,at_risk,needs_improvement,definition,source
Withdrawals,from 11 Apr 2024,> 20%,> 15% and <= 20%,withdrawn of all,gov.uk
Withdrawals,2022 to Apr 2024,> 35%,not obtained,same,gov.uk
Past planned end date,2022 to Apr 2024,> 15% past by >= 365 days,,past of all,gov.uk
"""
HEADLINES = """\
measure,value,unit,source
"National achievement rate, standards, 2021/22",51.4,%,gov.uk
"Digital apprentices, 2019-2021",>100,people,interview
Share of them,almost a quarter,,interview
"""
COUNCILS = """\
financial_year,category,apprentices,source
2019/20,Direct (council workforce),7,London Councils
2019/20,Maintained schools,3,
2019/20,TOTAL,10,
2016/17,TOTAL,4,
"""
NATIONAL = """\
academic_year,apps_level,age_group,starts_r10,enrolments_r10,achievements_r10
2022/23,Advanced Apprenticeship,19-24,47430,115220,low
"""
ROLES = """\
role_family,role,role_level,role_type,suggested_grade
Data,Data analyst,Senior data analyst,,senior
Data,Data analyst,Chief data analyst,Senior Civil Service,executive
Data,Data analyst,Data wizard,,wizard
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def rows_of(home: Home, table: str) -> list[dict[str, object]]:
    return pq.read_table(home.context / f"{table}.parquet").to_pylist()


def import_text(content: str, home: Home, tmp_path: Path) -> dict[str, int]:
    path = tmp_path / "published.csv"
    path.write_text(content, "utf-8")
    return import_context(path, home)


def test_thresholds_are_dated_comparisons(home: Home, tmp_path: Path) -> None:
    assert import_text(THRESHOLDS, home, tmp_path) == {"aaf_thresholds": 3}
    now, before, past = rows_of(home, "aaf_thresholds")
    assert (now["valid_from"], now["valid_to"]) == (date(2024, 4, 11), None)
    assert (before["valid_from"], before["valid_to"]) == (date(2022, 1, 1), date(2024, 4, 10))
    assert past["valid_to"] == date(2024, 4, 10), "the framework changed as one document"
    assert (now["at_risk"], now["at_risk_comparator"], now["at_risk_percent"]) == ("> 20%", ">", 20)
    band = ("comparator", "percent", "second_comparator", "second_percent")
    assert [now[f"needs_improvement_{part}"] for part in band] == [">", 15, "<=", 20]
    assert before["needs_improvement"] == "not obtained"
    assert [before[f"needs_improvement_{part}"] for part in band] == [None] * 4
    assert before["definition"] == "withdrawn of all"
    assert (past["at_risk_percent"], past["at_risk_qualifier"]) == (15, "past by >= 365 days")


def test_a_threshold_without_a_period_is_refused(home: Home, tmp_path: Path) -> None:
    broken = THRESHOLDS.replace("from 11 Apr 2024", "lately")
    with pytest.raises(NotAContextFile, match=r"line 2: “lately” is not a period .* in period"):
        import_text(broken, home, tmp_path)


def test_a_headline_figure_is_a_number_only_where_it_is_one(home: Home, tmp_path: Path) -> None:
    assert import_text(HEADLINES, home, tmp_path) == {"national_rates": 3}
    rate, people, share = rows_of(home, "national_rates")
    assert (rate["academic_year"], rate["value"]) == ("2021/22", Decimal("51.4"))
    assert rate["measure_name"] == "National achievement rate, standards"
    assert (rate["valid_from"], rate["valid_to"]) == (date(2021, 8, 1), date(2022, 7, 31))
    assert (people["value_text"], people["value"], people["academic_year"]) == (">100", None, None)
    assert (share["value_text"], share["unit"]) == ("almost a quarter", None)


def test_councils_totals_keep_their_year(home: Home, tmp_path: Path) -> None:
    assert import_text(COUNCILS, home, tmp_path) == {"london_councils_totals": 4}
    direct, _, total, alone = rows_of(home, "london_councils_totals")
    assert (direct["financial_year"], direct["is_total"]) == ("2019-20", False)
    assert (direct["valid_from"], direct["valid_to"]) == (date(2019, 4, 1), date(2020, 3, 31))
    assert (total["apprentices"], total["is_total"]) == (10, True)
    assert alone["financial_year"] == "2016-17"


def test_categories_that_miss_their_total_are_refused(home: Home, tmp_path: Path) -> None:
    broken = COUNCILS.replace("schools,3", "schools,2")
    said = "the categories of 2019/20 add up to 9, and the TOTAL row says 10"
    with pytest.raises(NotAContextFile, match=said):
        import_text(broken, home, tmp_path)
    assert not home.lake.exists()


def test_national_totals_keep_low_apart(home: Home, tmp_path: Path) -> None:
    assert import_text(NATIONAL, home, tmp_path) == {"dfe_national_totals": 1}
    (row,) = rows_of(home, "dfe_national_totals")
    assert (row["starts"], row["achievements"], row["achievements_is_low"]) == (47430, None, True)


def test_grades_become_codes_of_our_list(home: Home, tmp_path: Path) -> None:
    assert import_text(ROLES, home, tmp_path) == {"gdad_roles": 3}
    senior, executive, unknown = rows_of(home, "gdad_roles")
    codes = {one.code for one in load_code_list("workforce_grade")}
    assert [senior["grade_code"], executive["grade_code"]] == ["SENIOR", "EXEC"]
    assert {"SENIOR", "EXEC"} <= codes
    assert (unknown["suggested_grade"], unknown["grade_code"]) == ("wizard", None)
    assert (senior["role_type"], executive["role_type"]) == (None, "Senior Civil Service")


def test_every_table_not_imported_is_empty_in_its_own_columns(home: Home) -> None:
    ensure_context(home)
    for table in TABLES:
        found = pq.read_table(home.context / f"{table.name}.parquet")
        assert (found.num_rows, found.schema) == (0, table.schema)
        assert set(table.grain) <= set(table.columns)


@pytest.mark.skipif(
    not (REFERENCE / "aaf_thresholds.csv").is_file(), reason="the published tables are not here"
)
def test_the_real_published_tables_are_read_whole(home: Home) -> None:
    counts = import_context(REFERENCE, home)
    assert (counts["aaf_thresholds"], counts["london_councils_totals"]) == (12, 9)
    assert (counts["national_rates"], counts["gdad_roles"]) == (22, 205)
    parsed = [row for row in rows_of(home, "aaf_thresholds") if row["at_risk_percent"] is not None]
    assert len(parsed) == 6
    assert all(row["grade_code"] for row in rows_of(home, "gdad_roles"))
    rates = rows_of(home, "national_rates")
    national = [
        row["value"] for row in rates if str(row["measure_name"]).startswith("National ach")
    ]
    assert national[:3] == [Decimal("51.4"), Decimal("54.3"), Decimal("60.5")]
