"""Tidy files are laid out as EES wants them, and say what data/*.csv says and nothing else."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.figures import Cell, Column, Figures, Section, Table
from publisher.meaning import AREA, REGION, Count, Key, Meaning, OfNobody, Share, people
from publisher.release import Release
from publisher.tidy.keys import left_out
from publisher.tidy.places import Time, time_of
from publisher.tidy.rows import (
    ContradictoryTables,
    claimed,
    tidy_files,
    tidy_names,
)
from publisher.tidy.write import write_tidy
from specification.load import load_boroughs
from specification.places import local_authority_numbers
from tests.unit.publisher.ees_rules import broken_rules, read

Said = dict[tuple[str, ...], str]
"""Area, period, filters and indicator, and the cell as the file has it."""


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


def data_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*.csv") if not path.name.endswith(".meta.csv"))


def test_every_file_keeps_the_rules_of_ees(release: Release) -> None:
    found = data_files(release.folder / "tidy")
    assert [path.stem for path in found] == [
        "achievement-by-age-band",
        "achievement-by-disability",
        "achievement-by-ethnic-group",
        "achievement-by-provider",
        "achievement-by-sex",
        "achievement-digital",
        "achievement-every-kind",
        "every-kind-by-provider",
        "first-scheme-starts",
        "hold-reasons",
        "levy-by-borough",
        "levy-london",
        "progression",
        "provider-ratings",
        "public-sector",
        "readiness-by-discipline",
        "skills-demand",
        "starts-by-quarter",
        "starts-by-year",
    ]
    assert {path.name: broken_rules(path) for path in found} == {path.name: [] for path in found}


def _edit(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


@pytest.mark.parametrize(
    ("change", "of_meta", "complaint"),
    [
        (_edit("Financial year Q3", "Academic year"), False, "kinds of time are mixed"),
        (_edit("202526", "202527"), False, "is no Financial year"),
        (_edit(",Total,n\n", ",Total,\n"), False, "has “”"),
        (_edit(",Total,n\n", ",Total,:\n"), False, "has “:”"),
        (_edit(",E09000001,", ",,"), False, "Local authority has"),
        (_edit("Regional", "National"), False, "National has"),
        (_edit(",Digital,", ",Total,"), False, "two rows are of the same"),
        (_edit("starts_count", "Starts count"), False, "column name"),
        (_edit("filter_hint", "hint"), True, "metadata columns"),
        (_edit(",0,,", ",,,"), True, "decimals of"),
        (_edit("Number of starts", "Kind of apprenticeship"), True, "label"),
    ],
)
def test_the_rules_find_a_file_that_breaks_them(
    release: Release, tmp_path: Path, change: Callable[[str], str], of_meta: bool, complaint: str
) -> None:
    for ending in (".csv", ".meta.csv"):
        text = (release.folder / "tidy" / f"starts-by-quarter{ending}").read_text("utf-8")
        changed = change(text) if of_meta == (ending == ".meta.csv") else text
        (tmp_path / f"starts-by-quarter{ending}").write_text(changed, "utf-8")
    found = broken_rules(tmp_path / "starts-by-quarter.csv")
    assert any(complaint in one for one in found), found


def table(release: Release, table_id: str) -> list[dict[str, str]]:
    return read(release.folder / "data" / f"{table_id}.csv")


def _period(row: dict[str, str]) -> str:
    return row.get("period_counted") or f"{row['time_period']} {row['time_identifier']}"


def said(release: Release, name: str, *filters: str) -> Said:
    """Return every cell of a tidy file."""
    lines = read(release.folder / "tidy" / f"{name}.meta.csv")
    indicators = [line["col_name"] for line in lines if line["col_type"] == "Indicator"]
    return {
        (
            row["new_la_code"] or REGION,
            _period(row),
            *(row[each] for each in filters),
            indicator,
        ): row[indicator]
        for row in read(release.folder / "tidy" / f"{name}.csv")
        for indicator in indicators
    }


def _quarter(code: str) -> str:
    year, number = code.split("q" if "q" in code else "Q")
    return f"{year.replace('-', '').replace('_', '')} Financial year Q{number}"


def test_starts_by_quarter_are_those_of_the_tables(release: Release) -> None:
    expected: Said = {}
    for row in table(release, "starts-by-borough"):
        for column, cell in row.items():
            if column.startswith("starts_"):
                period = _quarter(column.removeprefix("starts_"))
                expected[row["borough_code"], period, "Total", "starts_count"] = cell
    for row in table(release, "starts-london"):
        period = _quarter(row["quarter"])
        expected[REGION, period, "Digital", "starts_count"] = row["digital_starts"]
        assert expected[REGION, period, "Total", "starts_count"] == row["all_starts"]
    assert said(release, "starts-by-quarter", "population") == expected


def test_starts_by_year_are_those_of_the_tables(figures: Figures, tmp_path: Path) -> None:
    year = "2025/26"
    levels = {"level_2": ("2", 40), "level_7": ("7", "c"), "every_level": ("ALL_LEVELS", 60)}
    by_level = Table(
        table_id="starts-by-level",
        title="By level",
        columns=(
            _column("borough_code", "string", Key(dimension=AREA)),
            _column("borough_name", "string"),
            *(
                _column(name, "integer", Count(people=people(
                    "starts", AREA, population="ALL", level=level, period=year
                )))
                for name, (level, _) in levels.items()
            ),
        ),
        rows=(("E09000012", "Hackney", *(cell for _, cell in levels.values())),),
        query="select 1",
    )  # fmt: skip
    write_tidy(tidy_files(_with_table(figures, by_level)), tmp_path)
    assert broken_rules(tmp_path / "starts-by-year.csv") == []
    found = {
        (row["new_la_code"] or REGION, row["population"], row["level"]): row["starts_count"]
        for row in read(tmp_path / "starts-by-year.csv")
        if row["time_period"] == "202526"
    }
    digital = {
        (str(row["borough_code"]), "Digital", "Total"): str(row["starts"])
        for row in figures.table("achievement-by-borough").records()
    }
    assert found == digital | {
        ("E09000012", "Total", "Level 2"): "40",
        ("E09000012", "Total", "Level 7"): "c",
        ("E09000012", "Total", "Total"): "60",
    }


@pytest.mark.parametrize(
    ("name", "table_id", "period", "population", "columns"),
    [
        (
            "achievement-digital", "achievement-by-borough", "2023/24 to 2025/26", "Digital",
            {
                "leavers": "leavers_count", "achieved": "achieved_count",
                "achievement_rate": "achieved_percent",
                "achievement_low_95": "achieved_lower_95_percent",
                "achievement_high_95": "achieved_upper_95_percent",
                "journeys_ended": "journeys_count",
                "journey_success": "journeys_achieved_percent",
            },
        ),
        (
            "achievement-every-kind", "every-kind-by-borough", "2023/24 to 2025/26", "Total",
            {
                "leavers": "leavers_count", "achieved": "achieved_count",
                "achievement_rate": "achieved_percent",
                "expected_low_998": "expected_lower_998_percent",
                "expected_high_998": "expected_upper_998_percent",
            },
        ),
        (
            "first-scheme-starts", "shares-2019-to-2021", "2019 to 2021", "Digital",
            {"starts": "starts_count", "share_of_london": "london_starts_percent"},
        ),
    ],
)  # fmt: skip
def test_a_file_of_one_table_is_that_table(
    release: Release,
    name: str,
    table_id: str,
    period: str,
    population: str,
    columns: dict[str, str],
) -> None:
    assert said(release, name, "population") == {
        (row["borough_code"], period, population, indicator): row[column]
        for row in table(release, table_id)
        for column, indicator in columns.items()
    }


def test_progression_is_that_of_the_tables(release: Release) -> None:
    columns = {
        "due": "due_count", "known": "known_count", "response_rate": "known_percent",
        "counted": "destination_count", "share": "destination_percent",
        "low_bound": "destination_lower_percent", "high_bound": "destination_upper_percent",
    }  # fmt: skip
    headline = ("Retained in local government", "6 months on")
    rows = [
        (REGION, row["destination"], row["checkpoint_label"], row)
        for row in table(release, "progression-london")
    ] + [(row["borough_code"], *headline, row) for row in table(release, "retained-by-borough")]
    assert said(release, "progression", "destination", "checkpoint") == {
        (area, "to 2026-27Q2", destination, checkpoint, indicator): row[column]
        for area, destination, checkpoint, row in rows
        for column, indicator in columns.items()
    }


def test_every_number_column_is_tidy_or_no_statistic_of_ours(figures: Figures) -> None:
    untidy = {
        (table.table_id, column.name)
        for table in figures.tables()
        for column in table.columns
        if column.datatype != "string"
        and column.name not in claimed(table)
        # A table that no family takes is a file of its own, with all of its columns.
        and (claimed(table) or not tidy_names(table))
    }
    assert {table_id for table_id, _ in untidy} == {"achievement-limits", "every-kind-limits"}
    for table_id, name in untidy:
        table = figures.table(table_id)
        assert left_out(table, next(one for one in table.columns if one.name == name))


def test_the_page_links_every_tidy_file(release: Release, figures: Figures) -> None:
    named = {name for table in figures.tables() for name in tidy_names(table)}
    assert named == {path.stem for path in data_files(release.folder / "tidy")}
    page = (release.folder / "report.html").read_text("utf-8")
    assert all(f'href="tidy/{name}.csv"' in page for name in named)


def _with_table(figures: Figures, table: Table) -> Figures:
    """Return the figures with another table in the place of the tables of equality."""
    section = Section(section_id="more", topic="equality", title="More", tables=(table,))
    others = (one for one in figures.sections if one.topic != "equality")
    return figures.model_copy(update={"sections": (*others, section)})


def _column(name: str, datatype: str, means: Meaning | None = None) -> Column:
    return Column.model_validate(
        {"name": name, "title": name.title(), "description": name, "datatype": datatype,
         "means": means}
    )  # fmt: skip


_ENDED = {"population": "DIGITAL", "period": "2023/24 to 2025/26", "area": REGION}
_LEFT = people("leavers_by_sex", "sex", outcome="ENDED", **_ENDED)
_ACHIEVED = people("leavers_by_sex", "sex", outcome="ACHIEVED", **_ENDED)


def _by_sex(*rows: tuple[Cell, ...]) -> Table:
    return Table(
        table_id="achievement-by-sex",
        title="By sex",
        columns=(
            _column("sex_code", "string", Key(dimension="sex")),
            _column("sex", "string"),
            _column("leavers", "integer", Count(people=_LEFT)),
            _column("rate", "percent", Share(numerator=_ACHIEVED, denominator=_LEFT)),
            _column("words", "string"),
        ),
        rows=rows,
        query="select 1",
    )


def test_a_table_that_no_family_names_is_a_file_of_its_own(
    figures: Figures, tmp_path: Path
) -> None:
    table = _by_sex(
        ("ALL", "Total", 540, 63.3, "The target"), ("F", "Women", 240, "c", "Within"),
        ("M", "Men", 300, None, "Within"),
    )  # fmt: skip
    write_tidy(tidy_files(_with_table(figures, table)), tmp_path)
    path = tmp_path / "achievement-by-sex.csv"
    assert broken_rules(path) == []
    assert [tuple(row.values())[-4:] for row in read(path)] == [
        ("2023/24 to 2025/26", "Total", "540", "63.3"),
        ("2023/24 to 2025/26", "Women", "240", "c"),
        ("2023/24 to 2025/26", "Men", "300", "z"),
    ]
    meta = [
        (line["col_name"], line["col_type"]) for line in read(tmp_path / f"{path.stem}.meta.csv")
    ]
    assert meta == [("sex", "Filter"), ("leavers", "Indicator"), ("rate", "Indicator")]
    assert tidy_names(table) == ("achievement-by-sex",)


def test_money_of_boroughs_is_tidy_and_boroughs_together_have_no_code(
    figures: Figures, tmp_path: Path
) -> None:
    table = Table(
        table_id="levy-by-borough",
        title="Levy",
        as_at="2026-27Q2",
        columns=(
            _column("borough_code", "string", Key(dimension=AREA)),
            _column("borough_name", "string"),
            _column("used", "integer", OfNobody()),
        ),
        rows=((REGION, "London", 70), ("E09000012", "Hackney", 60), ("OTHER", "Others", 10)),
        query="select 1",
    )
    write_tidy(tidy_files(_with_table(figures, table)), tmp_path)
    assert broken_rules(tmp_path / "levy-by-borough.csv") == []
    rows = read(tmp_path / "levy-by-borough.csv")
    names = ("time_identifier", "old_la_code", "new_la_code", "la_name", "used")
    assert [tuple(row[name] for name in names) for row in rows] == [
        ("Financial year Q2", "", "", "", "70"),
        ("Financial year Q2", "204", "E09000012", "Hackney", "60"),
        ("Financial year Q2", "z", "z", "Others", "10"),
    ]


def test_a_year_that_stands_in_words_is_the_time_of_its_row(
    figures: Figures, tmp_path: Path
) -> None:
    used = _column("used", "integer", OfNobody()).model_copy(update={"title": "Used, £"})
    mean = _column("mean", "decimal", OfNobody()).model_copy(update={"title": "Mean, 1 to 4"})
    table = Table(
        table_id="levy-london",
        title="Levy",
        as_at="2026-27Q2",
        columns=(_column("financial_year", "string"), used, mean),
        rows=(("2024-25", 0, 2.5), ("2025-26", 70, "c")),
        query="select 1",
    )
    write_tidy(tidy_files(_with_table(figures, table)), tmp_path)
    assert broken_rules(tmp_path / "levy-london.csv") == []
    rows = read(tmp_path / "levy-london.csv")
    assert [(row["time_period"], row["used"], row["mean"]) for row in rows] == [
        ("202425", "0", "2.5"),
        ("202526", "70", "c"),
    ]
    meta = read(tmp_path / "levy-london.meta.csv")
    names = ("label", "indicator_unit", "indicator_dp")
    assert [tuple(line[name] for name in names) for line in meta] == [
        ("Used", "£", "0"),
        ("Mean, 1 to 4", "", "1"),
    ]


def test_a_sum_of_all_the_others_is_the_total(figures: Figures, tmp_path: Path) -> None:
    finished = people("finishing", "level", area=REGION, period="2025/26")
    table = Table(
        table_id="finishing-by-level",
        title="By level",
        columns=(
            _column("level_code", "string", Key(dimension="level")),
            _column("level_name", "string"),
            _column("finishing", "integer", Count(people=finished)),
            _column("posts", "integer", OfNobody()),
        ),
        rows=(
            ("ALL_LEVELS", "London", 50, 8), ("3", "Level 3", 30, 5), ("4", "Level 4", 20, 3),
        ),
        query="select 1",
    )  # fmt: skip
    write_tidy(tidy_files(_with_table(figures, table)), tmp_path)
    assert broken_rules(tmp_path / "finishing-by-level.csv") == []
    assert [tuple(row.values()) for row in read(tmp_path / "finishing-by-level.csv")] == [
        ("202526", "Academic year", "Regional", "E92000001", "England", "E12000007", "London",
         "", "", "", *cells)
        for cells in (("Total", "50", "8"), ("Level 3", "30", "5"), ("Level 4", "20", "3"))
    ]  # fmt: skip


def test_two_kinds_of_time_in_one_table_are_two_files(figures: Figures) -> None:
    started = people("starts_by_sex", "sex", area=REGION, period="2026-27Q2")
    table = _by_sex(("F", "Women", 240, 50))
    mixed = table.model_copy(
        update={
            "columns": (*table.columns, _column("starts", "integer", Count(people=started))),
            "rows": ((*table.rows[0], "Within", 12),),
        }
    )
    made = [one for one in tidy_files(_with_table(figures, mixed)) if "by-sex" in one.name]
    assert [(one.name, one.rows[0].cells) for one in made] == [
        ("achievement-by-sex", (240, 50)),
        ("achievement-by-sex-financial-year-quarter", (12,)),
    ]
    assert tidy_names(mixed) == tuple(one.name for one in made)


def test_a_row_without_a_figure_says_that_it_is_not_available(figures: Figures) -> None:
    started = people("starts_by_sex", "sex", area=REGION, period="2024/25")
    table = _by_sex(("F", "Women", 240, 50))
    mixed = table.model_copy(
        update={
            "columns": (*table.columns, _column("starts", "integer", Count(people=started))),
            "rows": ((*table.rows[0], "Within", 12),),
        }
    )
    made = next(one for one in tidy_files(_with_table(figures, mixed)) if "by-sex" in one.name)
    assert [(row.position.time.code, row.cells) for row in made.rows] == [
        ("2024/25", ("x", "x", 12)),
        ("2023/24 to 2025/26", (240, 50, "x")),
    ]


def test_two_tables_that_contradict_each_other_are_not_published(figures: Figures) -> None:
    def change(table: Table) -> Table:
        if table.table_id != "starts-london":
            return table
        *others, last = table.rows
        return table.model_copy(update={"rows": (*others, (*last[:-1], 999_999))})

    sections = tuple(
        one.model_copy(update={"tables": tuple(map(change, one.tables))})
        for one in figures.sections
    )
    with pytest.raises(ContradictoryTables, match="starts-london says 999999 for starts_count"):
        tidy_files(figures.model_copy(update={"sections": sections}))


@pytest.mark.parametrize(
    ("code", "period", "identifier", "is_span"),
    [
        ("2026-27Q2", "202627", "Financial year Q2", False),
        ("to 2026-27Q2", "202627", "Financial year Q2", True),
        ("2026-27", "202627", "Financial year", False),
        ("2025/26", "202526", "Academic year", False),
        ("2023/24 to 2025/26", "202526", "Academic year", True),
        ("2021", "2021", "Calendar year", False),
        ("2019 to 2021", "2021", "Calendar year", True),
    ],
)
def test_a_period_is_a_time_of_ees(code: str, period: str, identifier: str, is_span: bool) -> None:
    assert time_of(code) == Time(period, identifier, code, is_span)


@pytest.mark.parametrize("code", ["", "Q2", "2026/27Q2", "M6"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(ValueError, match="is not a quarter"):
        time_of(code)


def test_every_borough_has_a_number_of_its_own() -> None:
    numbers = local_authority_numbers()
    assert set(numbers) == {borough.borough_code for borough in load_boroughs()}
    inner = {code for code, number in numbers.items() if 201 <= int(number) <= 213}
    outer = {code for code, number in numbers.items() if 301 <= int(number) <= 320}
    assert len(set(numbers.values())) == len(inner) + len(outer) == 33
    # The numbers are the Inner London Education Authority's: Newham and Haringey lay outside it.
    assert {code for code in inner if numbers[code] in ("204", "201")} == {
        "E09000012",
        "E09000001",
    }


def test_files_are_plain_csv(release: Release) -> None:
    for path in (release.folder / "tidy").glob("*.csv"):
        written = path.read_bytes()
        assert not written.startswith(b"\xef\xbb\xbf")
        assert b"\r" not in written
        rows = list(csv.reader(written.decode("utf-8").splitlines()))
        assert len({len(row) for row in rows}) == 1
