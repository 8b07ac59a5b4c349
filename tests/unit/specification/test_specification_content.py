"""The specification itself: code lists, fields, examples, boroughs and the calendar agree."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from ingest.headers import names_of, plain
from ingest.values import reader_of
from specification.load import (
    CODE_LISTS,
    UnknownName,
    collection_for,
    find_borough,
    load_boroughs,
    load_calendar,
    load_code_list,
    load_collection,
    load_standards,
    load_years,
)
from specification.model import Collection, Field, Table
from specification.periods import Quarter

COLLECTION = load_collection()
FIELDS = [
    pytest.param(table, field, id=f"{table.name}.{field.name}")
    for table in COLLECTION.tables.values()
    for field in table.fields
]
CODED = [one for one in FIELDS if isinstance(one.values[1], Field) and one.values[1].codes]
TABLES = [pytest.param(table, id=name) for name, table in COLLECTION.tables.items()]


@pytest.mark.parametrize(("table", "field"), CODED)
def test_a_coded_field_names_a_list_with_unique_codes_and_labels(
    table: Table, field: Field
) -> None:
    assert field.codes is not None
    assert (CODE_LISTS / f"{field.codes}.csv").is_file()
    codes = load_code_list(field.codes)
    names = [code.code.casefold() for code in codes]
    labels = [code.label.casefold() for code in codes]
    assert codes
    assert len(set(names)) == len(names)
    assert len(set(labels)) == len(labels)
    own = {code.code.casefold(): code.label.casefold() for code in codes}
    assert all(own.get(label, label) == label for label in labels), "a label is another's code"


@pytest.mark.parametrize(("table", "field"), FIELDS)
def test_the_example_of_a_field_is_read_by_its_own_reader(table: Table, field: Field) -> None:
    reading = reader_of(field)(field.example)
    assert reading.is_readable
    assert reading.value is not None
    if field.codes is not None:
        assert reading.value in {code.code for code in load_code_list(field.codes)}
    if field.max_length is not None:
        assert len(field.example) <= field.max_length


@pytest.mark.parametrize("table", TABLES)
def test_rows_of_the_specification_name_real_fields_only(table: Table) -> None:
    known = {field.name for field in table.fields}
    assert len(known) == len(table.fields)
    assert set(table.key) <= known
    for row in (table.valid_row, *table.samples.values()):
        assert set(row) <= known
    needed = {field.name for field in table.fields if field.required and field.default is None}
    assert needed <= set(table.valid_row)


@pytest.mark.parametrize("collection", load_years(), ids=lambda one: one.year)
def test_examples_of_rules_name_real_tables_fields_and_samples(collection: Collection) -> None:
    for rule in collection.rules:
        for example in (rule.accepted, rule.refused):
            main = example.table or rule.table
            assert set(example.also) | set(example.without) | {main} <= set(collection.tables)
            for name, rows in {**example.also, main: example.rows}.items():
                table = collection.tables[name]
                known = {field.name for field in table.fields}
                for row in rows:
                    assert set(row) - {"as", "times"} <= known, rule.id
                    assert row.get("as") in {None, *table.samples}, rule.id


@pytest.mark.parametrize("table", TABLES)
def test_no_heading_means_two_fields(table: Table) -> None:
    names = [name for field in table.fields for name in names_of(field)]
    assert len(names) == len(set(names))


def test_no_heading_of_the_template_looks_like_personal_data() -> None:
    for table in COLLECTION.tables.values():
        for heading in (name for field in table.fields for name in names_of(field)):
            seen = [one for one in COLLECTION.personal_headings if re.search(one, plain(heading))]
            assert seen == [], heading


def test_only_the_learner_number_is_confidential() -> None:
    hidden = [
        (table.name, field.name)
        for table in COLLECTION.tables.values()
        for field in table.fields
        if field.confidential
    ]
    assert hidden == [("apprentices", "uln")]


def test_every_table_but_the_cover_has_its_nil_field() -> None:
    nil = {name for name in COLLECTION.tables if name != "return"}
    cover = {field.name for field in COLLECTION.tables["return"].fields}
    assert {f"nil_{name}" for name in nil} <= cover


def test_there_are_33_boroughs_each_named_once_each_on_its_own_tile() -> None:
    boroughs = load_boroughs()
    assert len(boroughs) == 33
    assert [one.borough_code for one in boroughs] == [f"E090000{at:02d}" for at in range(1, 34)]
    for name in ("borough_name", "short_name"):
        assert len({getattr(one, name).casefold() for one in boroughs}) == 33
    assert len({(one.tile_row, one.tile_column) for one in boroughs}) == 33
    assert {code.code for code in load_code_list("boroughs")} == {
        one.borough_code for one in boroughs
    }


@pytest.mark.parametrize("text", ["E09000012", "e09000012", "Hackney", " HACKNEY ", "hck"])
def test_a_borough_is_found_by_code_name_or_three_letters(text: str) -> None:
    assert find_borough(text).borough_code == "E09000012"


@pytest.mark.parametrize("text", ["", "Kent", "E0900001", "Hack", "E09000034"])
def test_an_unknown_borough_is_refused_with_every_borough_that_is_allowed(text: str) -> None:
    with pytest.raises(UnknownName) as refused:
        find_borough(text)
    assert f"“{text}” is not a London borough" in str(refused.value)
    for one in load_boroughs():
        assert f"{one.borough_name} {one.borough_code}" in str(refused.value)


def test_the_calendar_covers_the_collection_years_without_a_gap() -> None:
    calendar, years = load_calendar(), load_years()
    assert str(calendar[0].quarter) == years[0].first_quarter
    assert str(calendar[-1].quarter) == years[-1].last_quarter
    for year, after in pairwise(years):
        assert str(Quarter.parse(year.last_quarter).next()) == after.first_quarter
    assert all(one.quarter.next() == other.quarter for one, other in pairwise(calendar))
    for one in calendar:
        assert one.quarter.last_day < one.due_date < one.published_on
        assert collection_for(one.quarter).covers(one.quarter)


def test_the_calendar_file_states_the_days_that_the_arithmetic_gives() -> None:
    lines = (CODE_LISTS / "quarters.csv").read_text("utf-8").splitlines()[1:]
    for line in lines:
        name, first, last, *_ = line.split(",")
        quarter = Quarter.parse(name)
        assert (first, last) == (quarter.first_day.isoformat(), quarter.last_day.isoformat())


def test_a_quarter_that_nobody_collects_is_refused_with_those_that_are() -> None:
    with pytest.raises(
        UnknownName, match=r"Allowed: 2024-25Q3 to 2025-26Q4, 2026-27Q1 to 2026-27Q4\."
    ):
        collection_for(Quarter(2030, 1))


def test_an_unknown_collection_is_refused() -> None:
    with pytest.raises(UnknownName, match="no collection apprenticeships/1999-00"):
        load_collection("apprenticeships", "1999-00")


def test_standards_have_unique_references_of_the_form_that_the_rule_accepts() -> None:
    standards = load_standards()
    rule = COLLECTION.rule("A-020")
    pattern = getattr(rule, "matches", "")
    assert pattern
    assert len({one.reference for one in standards}) == len(standards)
    assert all(re.fullmatch(pattern, one.reference) for one in standards)
    assert {one.level for one in standards} <= set(range(2, 8))
