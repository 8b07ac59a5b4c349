"""Headings that a borough confirmed: remembered, forgotten, and which are refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.confirmed_columns import (
    CannotConfirm,
    confirm_column,
    confirmed_headings,
    forget_column,
    remembered_columns,
)
from ingest.register import Register
from specification.load import load_collection

HACKNEY, CAMDEN = "E09000012", "E09000007"
COLLECTION = load_collection()
NOON = datetime(2026, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def register(url: str) -> Register:
    return Register(url)


def confirm(
    register: Register,
    heading: str,
    field: str,
    *,
    table: str = "apprentices",
    at: datetime = NOON,
) -> None:
    confirm_column(register, HACKNEY, COLLECTION, table, heading, field, actor="officer", at=at)


def forget(register: Register, heading: str, *, at: datetime = NOON) -> None:
    forget_column(register, HACKNEY, COLLECTION, "apprentices", heading, actor="officer", at=at)


def test_a_heading_is_remembered_for_its_borough_and_table(register: Register) -> None:
    confirm(register, "  Weekly \n hrs ", "weekly_hours")
    confirm(register, "Amount in", "levy_declared", table="Levy")
    assert confirmed_headings(register, HACKNEY) == {
        "apprentices": {"weekly hrs": "weekly_hours"},
        "levy": {"amount in": "levy_declared"},
    }
    assert confirmed_headings(register, CAMDEN) == {}
    assert [one.heading for one in remembered_columns(register, HACKNEY)] == [
        "Weekly hrs",
        "Amount in",
    ]


def test_the_last_word_counts_and_the_chain_keeps_every_word(register: Register) -> None:
    confirm(register, "Hrs", "weekly_hours")
    confirm(register, "HRS!", "planned_otj_hours")
    assert confirmed_headings(register, HACKNEY) == {"apprentices": {"hrs": "planned_otj_hours"}}
    forget(register, "hrs")
    assert confirmed_headings(register, HACKNEY) == {}
    with pytest.raises(CannotConfirm, match="Nothing is remembered for “hrs” in Apprentices"):
        forget(register, "hrs")
    assert register.verify_chain() == 3


def test_it_is_known_what_was_confirmed_at_a_moment(register: Register) -> None:
    confirm(register, "Hrs", "weekly_hours")
    forget(register, "Hrs", at=NOON + timedelta(days=2))
    a_day = timedelta(days=1)
    assert confirmed_headings(register, HACKNEY, at=NOON - a_day) == {}
    assert confirmed_headings(register, HACKNEY, at=NOON + a_day) != {}
    assert confirmed_headings(register, HACKNEY, at=NOON + 3 * a_day) == {}


def test_a_field_is_named_as_any_heading_names_it(register: Register) -> None:
    confirm(register, "Hrs", "Weekly hours")
    assert confirmed_headings(register, HACKNEY)["apprentices"] == {"hrs": "weekly_hours"}


@pytest.mark.parametrize(
    ("table", "heading", "field", "sentence"),
    [
        ("people", "Hrs", "weekly_hours", "no table “people”. Allowed: return, apprentices"),
        ("apprentices", "Hrs", "hours", "no column “hours”. Allowed: apprentice_ref"),
        ("apprentices", "Start date", "weekly_hours", "“Start date” already means start_date"),
        ("apprentices", "Weekly hours", "weekly_hours", "already means weekly_hours"),
        ("apprentices", "Surname", "team_ref", "may hold personal data"),
        ("apprentices", "Date of birth", "start_date", "may hold personal data"),
        ("apprentices", "1000000043", "weekly_hours", "may hold personal data"),
        ("apprentices", " ", "weekly_hours", "A heading has 1 to 100 characters"),
        ("apprentices", "x" * 101, "weekly_hours", "this has 101"),
    ],
)
def test_a_heading_that_cannot_stand_for_a_column_is_refused(
    table: str, heading: str, field: str, sentence: str, register: Register
) -> None:
    with pytest.raises(CannotConfirm, match=sentence):
        confirm(register, heading, field, table=table)
    assert register.last_event() == 0
