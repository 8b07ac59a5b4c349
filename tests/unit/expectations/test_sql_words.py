"""The words that compiled rules are made of."""

from __future__ import annotations

import duckdb
import pytest

from expectations.derived import derived_columns
from expectations.sql import (
    derived_words,
    guarded,
    matches,
    mentioned,
    prefixed,
    quoted,
    stepped,
)
from specification.load import load_collection

COLLECTION = load_collection()
APPRENTICES = COLLECTION.tables["apprentices"]


def value_of(sql: str) -> object:
    found = duckdb.execute(f"select {sql}").fetchone()
    assert found is not None
    return found[0]


@pytest.mark.parametrize("text", ["", "it's", "''", "£ “x”", "a\\b", "%_"])
def test_a_quoted_text_is_the_text(text: str) -> None:
    assert value_of(quoted(text)) == text


def test_a_pattern_must_match_the_whole_text() -> None:
    condition = matches("uln", "^[0-9]{3}$")
    for text, fits in (("123", True), ("1234", False), ("x123", False)):
        found = duckdb.execute(f"select {condition} from (select ? as uln) r", [text]).fetchone()
        assert found == (fits,)


def test_fields_and_derived_columns_are_prefixed_and_words_are_not() -> None:
    condition = "status in ('1', 'grade') and start_date <= _as_at and date_diff('day', x, y) > 1"
    assert prefixed(condition, APPRENTICES) == (
        "(r.status in ('1', 'grade') and r.start_date <= r._as_at and date_diff('day', x, y) > 1)"
    )


def test_what_is_prefixed_already_stays_as_it_is() -> None:
    assert prefixed("o.status = r.status", APPRENTICES) == "(o.status = r.status)"


def test_a_field_is_mentioned_by_its_whole_name_only() -> None:
    assert mentioned("start_date > original_start_date", APPRENTICES) == {
        "start_date",
        "original_start_date",
    }
    assert mentioned("original_start_date is null", APPRENTICES) == {"original_start_date"}
    assert mentioned("o.status = r.outcome", APPRENTICES, "o") == {"status"}


def test_derived_words_are_those_that_begin_with_a_low_line() -> None:
    assert derived_words("_level = 7 and start_date < _as_at and x_y = '_not'") == {
        "_level",
        "_as_at",
    }


def test_a_condition_holds_only_where_its_own_fields_were_read() -> None:
    places = [field.name for field in APPRENTICES.fields]
    bits = 1 << places.index("status")
    assert guarded("status = '3'", APPRENTICES) == (
        f"((r.status = '3')) and not (r._bad & {bits}) <> 0"
    )
    assert guarded(None, APPRENTICES) == guarded("true", APPRENTICES) == "true"


@pytest.mark.parametrize(
    ("day", "value"), [("2026-07-31", "0.10"), ("2026-08-01", "0"), ("2016-01-01", None)]
)
def test_a_step_is_the_value_in_force_on_the_day(day: str, value: str | None) -> None:
    steps = (("2017-04-01", "2026-07-31", "0.10"), ("2026-08-01", "9999-12-31", "0"))
    found = value_of(stepped("step", f"date '{day}'", steps))
    assert (None if found is None else float(str(found))) == (value and float(value))


def test_only_the_derived_columns_that_are_named_are_made() -> None:
    columns, joins = derived_columns(APPRENTICES, {"_level"})
    assert list(columns) == ["_level"]
    assert "known_standards" in joins
    assert "progression" not in joins
    assert derived_columns(APPRENTICES, set()) == ({}, "")
    was, before = derived_columns(APPRENTICES, {"_was_status"})
    assert list(was) == ["_was_status"]
    assert "previous_apprentices" in before
