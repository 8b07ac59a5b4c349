"""One cell to one value: the accepted formats, what is refused, and which repairs are said."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from ingest.grid import EPOCH_1900, EPOCH_1904
from ingest.values import Reading, reader_of
from specification.load import load_collection

APPRENTICES = load_collection().tables["apprentices"]
REPAIRED_SPACES, AS_DIGITS, AS_CODE = (
    "spaces removed",
    "written as digits only",
    "written as its code",
)


def read(field: str, text: str, table: str = "apprentices") -> Reading:
    return reader_of(load_collection().tables[table].field(field))(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2025-09-01", date(2025, 9, 1)),
        ("2025-09-01 00:00:00", date(2025, 9, 1)),
        ("01/09/2025", date(2025, 9, 1)),
        ("1/9/2025", date(2025, 9, 1)),
        ("29/02/2024", date(2024, 2, 29)),
        ("12/11/2025", date(2025, 11, 12)),
        ("01.09.2025", date(2025, 9, 1)),
        ("1-9-2025", date(2025, 9, 1)),
        ("2025-09-01T00:00:00", date(2025, 9, 1)),
        ("1 Sep 2025", date(2025, 9, 1)),
        ("01-SEP-2025", date(2025, 9, 1)),
        ("1st September 2025", date(2025, 9, 1)),
        ("29 Feb 2024", date(2024, 2, 29)),
    ],
)
def test_a_date_is_iso_or_day_first(text: str, value: date) -> None:
    assert read("start_date", text) == Reading(value)


@pytest.mark.parametrize(
    "text",
    [
        "31/02/2025",
        "29/02/2025",
        "2025-02-31",
        "09/13/2025",
        "2025-13-09",
        "2025-9-1",
        "01/09/25",
        "01.09-2025",
        "1 Septembre 2025",
        "September 1, 2025",
        "Sept 25",
        "2025-09-01T10:30:00",
        "2025/09/01",
        "45901",
        "2025-09-01 10:30:00",
        "00/01/2025",
        "01/01/0000",
        "tbc",
        "TRUE",
        "٠١/٠٩/٢٠٢٥",
    ],
)
def test_what_is_no_real_date_is_not_guessed(text: str) -> None:
    reading = read("start_date", text)
    assert (reading.value, reading.is_readable) == (None, False)


@pytest.mark.parametrize(
    ("text", "value", "repair"),
    [
        ("560", 560, ""),
        ("560.0", 560, ""),
        ("-3", -3, ""),
        ("1,120", 1120, AS_DIGITS),
        ("1,234,567", 1_234_567, AS_DIGITS),
        ("£560", 560, AS_DIGITS),
        ("1 120", 1120, AS_DIGITS),
        ("1\u00a0120", 1120, AS_DIGITS),
        ("−3", -3, AS_DIGITS),
        ("-£3", -3, AS_DIGITS),
        ("007", 7, ""),
    ],
)
def test_an_integer_may_have_thousands_separators(text: str, value: int, repair: str) -> None:
    assert read("planned_otj_hours", text) == Reading(value, repair=repair)


@pytest.mark.parametrize(
    "text",
    [
        *("12,0", "1,23", "12,34,567", "56.5", "1e3", "0x10", "about 500", "5 6", "1" * 16),
        *("١٢٣", "36.000", "(500)", "nil", "50%", "1,120 500"),
    ],
)
def test_what_is_no_whole_number_is_not_guessed(text: str) -> None:
    reading = read("planned_otj_hours", text)
    assert (reading.value, reading.is_readable) == (None, False)


@pytest.mark.parametrize(
    ("text", "value", "repair"),
    [
        ("21.6", Decimal("21.60"), ""),
        ("36", Decimal("36.00"), ""),
        ("21.6000", Decimal("21.60"), ""),
        ("(500)", Decimal("-500.00"), AS_DIGITS),
        ("£1,200.50", Decimal("1200.50"), AS_DIGITS),
        ("15,000.50", Decimal("15000.50"), AS_DIGITS),
        ("£15,000", Decimal("15000.00"), AS_DIGITS),
    ],
)
def test_a_decimal_has_at_most_two_places(text: str, value: Decimal, repair: str) -> None:
    reading = read("weekly_hours", text)
    assert reading == Reading(value, repair=repair)
    assert isinstance(reading.value, Decimal)
    assert reading.value.as_tuple().exponent == -2


@pytest.mark.parametrize(
    "text",
    ["21.605", "full time", "NaN", "Infinity", "1e2", "9" * 10, "1.120", "1.120,50", "(-5)", "()"],
)
def test_what_is_no_amount_is_not_rounded_or_guessed(text: str) -> None:
    reading = read("weekly_hours", text)
    assert (reading.value, reading.is_readable) == (None, False)


@pytest.mark.parametrize(
    ("field", "text", "value", "repair"),
    [
        ("route", "DIRECT", "DIRECT", ""),
        ("route", "direct", "DIRECT", AS_CODE),
        ("route", "Direct: employed by the council", "DIRECT", ""),
        ("route", "DIRECT: EMPLOYED BY THE COUNCIL", "DIRECT", AS_CODE),
        ("route", " DIRECT\u00a0", "DIRECT", REPAIRED_SPACES),
        ("route", "Direct:\u00a0employed  by the council", "DIRECT", REPAIRED_SPACES),
        ("funding", "The council’s levy", "LEVY", AS_CODE),
        ("status", "1.0", "1", AS_CODE),
        ("status", "01", "1", AS_CODE),
        ("prior_attainment", "5.00", "5", AS_CODE),
        ("restart", "yes", "Y", AS_CODE),
        ("restart", "N", "N", ""),
        ("home_borough", "hackney", "E09000012", AS_CODE),
    ],
)
def test_a_code_is_known_by_itself_or_its_label_in_any_case(
    field: str, text: str, value: str, repair: str
) -> None:
    assert read(field, text) == Reading(value, repair=repair)


def test_an_unknown_code_is_kept_for_the_rule_that_refuses_it() -> None:
    assert read("route", "COUNCIL") == Reading("COUNCIL")
    assert read("route", " Coun\u00a0cil ") == Reading("Coun cil", repair=REPAIRED_SPACES)


@pytest.mark.parametrize(
    ("text", "value", "repair"),
    [
        ("HCK-0012", "HCK-0012", ""),
        (" HCK-0012", "HCK-0012", REPAIRED_SPACES),
        ("HCK-0012\u00a0", "HCK-0012", REPAIRED_SPACES),
        ("A\t\n B", "A B", REPAIRED_SPACES),
        ("004512", "004512", ""),
    ],
)
def test_spaces_around_a_text_are_removed_and_said(text: str, value: str, repair: str) -> None:
    assert read("apprentice_ref", text) == Reading(value, repair=repair)


@pytest.mark.parametrize("field", [field.name for field in APPRENTICES.fields])
@pytest.mark.parametrize("text", ["", " ", "\u00a0", "\t\n"])
def test_an_empty_cell_of_any_type_is_no_value(field: str, text: str) -> None:
    reading = read(field, text)
    assert (reading.value, reading.is_readable) == (None, True)


@pytest.mark.parametrize("text", ["FY2026-27 Q2", " FY2026-27\u00a0Q2"])
def test_the_quarter_may_have_the_form_of_the_finance_team(text: str) -> None:
    assert read("period", text, "return") == Reading("2026-27Q2", repair="written as 2026-27Q2")


@pytest.mark.parametrize("field", ["start_date", "planned_otj_hours", "weekly_hours"])
def test_a_value_with_spaces_around_it_is_read_and_the_repair_is_said(field: str) -> None:
    example = APPRENTICES.field(field).example
    reading = read(field, f"\u00a0{example} ")
    assert reading.value == read(field, example).value
    assert reading.repair == REPAIRED_SPACES


@pytest.mark.parametrize("text", ["N/A", "n/a", "-", "–", "none", "nil", ".", " NA "])
def test_a_word_for_nothing_is_an_empty_cell_where_the_cell_may_be_empty(text: str) -> None:
    assert read("otj_pattern", text) == Reading(None, repair="read as an empty cell")
    assert read("expected_return_date", text) == Reading(None, repair="read as an empty cell")
    assert read("planned_end_date", text) == Reading(None)


@pytest.mark.parametrize("text", ["*", "?", "TBC", "x", "unknown", "Not known"])
def test_a_word_for_a_value_elsewhere_is_never_blanked(text: str) -> None:
    assert read("otj_pattern", text).value == text
    for name in ("expected_return_date", "planned_otj_hours", "total_price", "team_ref"):
        assert not read(name, text).is_readable


def test_the_word_none_for_a_number_may_mean_zero_and_is_asked() -> None:
    assert not read("actual_otj_hours", "none").is_readable
    assert read("actual_otj_hours", "-") == Reading(None, repair="read as an empty cell")


@pytest.mark.parametrize("name", [field.name for field in APPRENTICES.fields])
@pytest.mark.parametrize("text", ["#N/A", "#REF!", "#DIV/0!", " #VALUE! ", "Err:502"])
def test_an_excel_error_is_a_fault_of_its_own_in_any_field(name: str, text: str) -> None:
    reading = read(name, text)
    assert (reading.is_readable, reading.fault, reading.value) == (False, "excel_error", None)


@pytest.mark.parametrize(
    ("text", "epoch", "value"),
    [
        ("45901", EPOCH_1900, date(2025, 9, 1)),
        ("44439", EPOCH_1904, date(2025, 9, 1)),
        ("45901.0", EPOCH_1900, date(2025, 9, 1)),
        ("45901", None, None),
        ("45901.5", EPOCH_1900, None),
        ("2025", EPOCH_1900, None),
        ("20250901", EPOCH_1900, None),
    ],
)
def test_a_number_is_a_date_only_where_the_workbook_says_from_when_it_counts(
    text: str, epoch: date | None, value: date | None
) -> None:
    reading = reader_of(APPRENTICES.field("start_date"), epoch)(text)
    assert reading.value == value
    assert bool(reading.repair) == (value is not None)


@pytest.mark.parametrize("text", ["DATA\u200b-1", "\u202eDATA-1", "DATA\xad-1", "\ufeffDATA-1"])
def test_letters_that_nobody_sees_are_removed_and_said(text: str) -> None:
    assert read("team_ref", text) == Reading("DATA-1", repair="invisible characters removed")


def test_a_learner_number_loses_its_spaces_but_nothing_else() -> None:
    assert read("uln", "100 000 0043") == Reading("1000000043", repair=REPAIRED_SPACES)
    assert read("uln", "1.00E+09") == Reading("1.00E+09")


def test_a_word_that_a_rule_of_the_field_refuses_is_left_to_it() -> None:
    field = APPRENTICES.field("standard_ref")
    assert reader_of(field, patterns=["ST[0-9]{4}"])("tbc").is_readable
    assert not reader_of(field, patterns=["[A-Z]+"])("tbc").is_readable


@pytest.mark.parametrize(
    ("text", "value", "is_repaired"),
    [
        ("2026-04", date(2026, 4, 1), False),
        ("Apr 2026", date(2026, 4, 1), False),
        ("April-2026", date(2026, 4, 1), False),
        ("04/2026", date(2026, 4, 1), False),
        ("2026-04-01", date(2026, 4, 1), True),
        ("2026-04-15", None, False),
        ("01/04/2026", None, False),
        ("Apr-26", None, False),
        ("2026-13", None, False),
        ("46113", None, False),
    ],
)
def test_a_month_names_a_month(text: str, value: date | None, is_repaired: bool) -> None:
    reading = read("month", text, "levy")
    assert (reading.value, bool(reading.repair)) == (value, is_repaired)
