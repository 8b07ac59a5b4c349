"""Awkward cells: one fault each, in an otherwise valid return.

Here: dates, numbers, codes and identifiers as officers type them. Not here: the shape of a file
(`awkward_shapes`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from tests.data.awkward_returns import (
    LEARNER_NUMBERS,
    Awkward,
    Found,
    at,
    book,
    cover,
    labels,
    people,
    plain_csv,
    serial,
    typed,
)
from tests.data.make_files import Cell, csv_file, xls_file, xlsx_file

FIX, READY = "needs_fixing", "ready"
Files = Iterator[tuple[str, Awkward]]


def _column(name: str, cells: Sequence[Cell]) -> bytes:
    return book({row: {name: cell} for row, cell in enumerate(cells, start=2)})


def _refused(name: str, cells: Sequence[Cell], rule: str, rows: Sequence[int]) -> Awkward:
    found: list[Found] = [(rule, at(name, row)) for row in rows]
    return Awkward(_column(name, cells), FIX, tuple(found))


def _repaired(name: str, cells: Sequence[Cell], reason: str, count: int) -> Awkward:
    return Awkward(_column(name, cells), READY, repairs={reason: count})


def date_files() -> Files:
    """Give the files about dates."""
    end = "planned_end_date"
    forms = ["31/08/2027", "2027-08-31", "31.08.2027", "31-Aug-2027"]
    yield "date-forms-all-accepted.xlsx", Awkward(_column(end, forms), READY)
    more = ["31 August 2027", "31 Aug 2027", "2027-08-31T00:00:00", "31-08-2027"]
    yield "date-forms-in-words.xlsx", Awkward(_column(end, more), READY)
    order: list[Cell] = ["08/31/2027", "09/30/2027", "10/05/2027", "12/12/2027"]
    yield "date-us-order-whole-column.xlsx", _refused(end, order, "F-013", (2, 3, 4))
    yield (
        "date-us-order-one-cell.xlsx",
        _refused(end, ["08/31/2027", "30/09/2027", "10/05/2027", "12/12/2027"], "F-003", (2,)),
    )
    yield "date-two-digit-year.xlsx", _refused(end, ["31/08/27"], "F-003", (2,))
    yield "date-impossible-day.xlsx", _refused(end, ["31/02/2027"], "F-003", (2,))
    yield "date-with-time.xlsx", _refused(end, [datetime(2027, 8, 31, 10, 30)], "F-003", (2,))
    yield "date-month-and-year-only.xlsx", _refused(end, ["Sept 27"], "F-003", (2,))
    yield "date-month-first-in-words.xlsx", _refused(end, ["August 31, 2027"], "F-003", (2,))
    yield "date-tbc.xlsx", _refused(end, ["TBC"], "F-003", (2,))
    yield "date-not-applicable-in-required-cell.xlsx", _refused(end, ["N/A"], "F-002", (2,))
    reason = "the workbook's number of a day, written as a date"
    number: list[Cell] = [serial("31/08/2027")]
    yield "date-serial-1900.xlsx", _repaired(end, number, reason, 1)
    yield (
        "date-serial-in-csv.csv",
        Awkward(
            plain_csv({2: {end: str(serial("31/08/2027"))}}),
            FIX,
            (("F-003", at(end, 2)),),
            with_cover=True,
        ),
    )
    later = people({2: {end: serial("31/08/2027", date(1904, 1, 1))}})
    yield (
        "date-serial-1904.xlsx",
        Awkward(
            xlsx_file({"Return": cover(), "Apprentices": later}, options={"date_1904": True}),
            READY,
            repairs={reason: 1},
        ),
    )
    yield (
        "date-serial-1904.xls",
        Awkward(
            xls_file({"Return": cover(), "Apprentices": later}, dates_1904=True),
            READY,
            repairs={reason: 1},
        ),
    )
    sheets = {"Return": typed(cover(), "return"), "Apprentices": typed(people())}
    yield "date-true-1904.xlsx", Awkward(xlsx_file(sheets, options={"date_1904": True}), READY)


def number_files() -> Files:
    """Give the files about numbers."""
    hours, pay = "planned_otj_hours", "total_price"
    digits = "written as digits only"
    spaced: list[Cell] = ["1,120", "1 120", "1\u00a0120", "£1,120"]
    yield "number-with-separators.xlsx", _repaired(hours, spaced, digits, 4)
    yield "number-with-pounds.xlsx", _repaired(pay, ["£12,000.50", "12 000"], digits, 2)
    negative = Awkward(_column(pay, ["(500)"]), FIX, (("F-008", at(pay, 2)),), repairs={digits: 1})
    yield "number-in-brackets.xlsx", negative
    yield "number-decimal-comma.xlsx", _refused(pay, ["12.000,50"], "F-005", (2,))
    yield "number-with-unit.xlsx", _refused("weekly_hours", ["36 hours"], "F-005", (2,))
    yield "number-percent.xlsx", _refused(pay, ["50%"], "F-005", (2,))
    yield "number-scientific.xlsx", _refused(hours, ["1e3"], "F-004", (2,))
    yield "number-three-decimals.xlsx", _refused(pay, ["1.120"], "F-005", (2,))
    yield "number-whole-stored-as-float.xlsx", Awkward(_column(hours, [560.0, "560.0"]), READY)
    yield "number-spelled-out.xlsx", _refused(hours, ["about 500"], "F-004", (2,))
    yield "number-nil.xlsx", _refused("actual_otj_hours", ["nil"], "F-004", (2,))
    turned: list[Cell] = [date(2027, 2, 1)]
    yield "number-turned-into-date.xlsx", _refused("weekly_hours", turned, "F-005", (2,))
    yield "number-arabic-digits.xlsx", _refused(hours, ["٥٦٠"], "F-004", (2,))


def code_files() -> Files:
    """Give the files about codes, empty words and identifiers."""
    as_code, empty = "written as its code", "read as an empty cell"
    yield "code-as-label.xlsx", Awkward(_column("otj_pattern", ["Day release", "DAY"]), READY)
    yield "code-other-case.xlsx", _repaired("otj_pattern", ["day", "DAY RELEASE"], as_code, 2)
    yield "code-as-decimal.xlsx", _repaired("status", ["1.0", "01"], as_code, 2)
    quoted: list[Cell] = ["The council’s levy"]
    yield "code-smart-quotes.xlsx", _repaired("funding", quoted, as_code, 1)
    yield "code-non-breaking-space.xlsx", _repaired("status", ["1\u00a0"], "spaces removed", 1)
    yield (
        "code-zero-width-space.xlsx",
        _repaired("status", ["\u200b1"], "invisible characters removed", 1),
    )
    yield "code-yes-no-in-words.xlsx", Awkward(_column("restart", ["No", "N"]), READY)
    yield "code-yes-no-as-truth.xlsx", _refused("restart", [False], "F-007", (2,))
    yield "code-unknown.xlsx", _refused("otj_pattern", ["Fridays"], "F-007", (2,))
    nothing: list[Cell] = ["N/A", "n/a", "-", "–"]
    yield "empty-words-in-optional-cells.xlsx", _repaired("otj_pattern", nothing, empty, 4)
    yield (
        "empty-words-in-optional-date.xlsx",
        _repaired("expected_return_date", ["none", ".", "nil"], empty, 3),
    )
    yield "empty-star-in-optional-cell.xlsx", _refused("otj_pattern", ["*"], "F-007", (2,))
    yield "empty-question-in-text.xlsx", _refused("team_ref", ["?"], "F-020", (2,))
    yield "empty-required-cell.xlsx", _refused("planned_end_date", [""], "F-002", (2,))
    uln = LEARNER_NUMBERS[0]
    yield "learner-number-scientific.xlsx", _refused("uln", [f"{float(uln):.2E}"], "A-010", (2,))
    yield "learner-number-not-whole.xlsx", _refused("uln", [float(uln) + 0.5], "A-010", (2,))
    yield "learner-number-too-long.xlsx", _refused("uln", [int(uln) * 10**7], "A-010", (2,))
    spaced: list[Cell] = [f"{uln[:3]} {uln[3:6]} {uln[6:]}"]
    yield "learner-number-with-spaces.xlsx", _repaired("uln", spaced, "spaces removed", 1)
    yield "learner-number-as-number.xlsx", Awkward(_column("uln", [int(uln)]), READY)
    ref = "standard_ref"
    yield "identifier-lower-case.xlsx", _repaired(ref, ["st0118"], "written in capitals", 1)
    yield "identifier-as-decimal.xlsx", _refused("provider_ukprn", ["90000001.0"], "A-024", (2,))
    yield (
        "text-like-formula.csv",
        Awkward(csv_file(people({2: {"cohort_label": "=1+1"}})), READY, with_cover=True),
    )
    yield "text-lost-letters.xlsx", _refused("cohort_label", ["Caf\ufffd"], "F-020", (2,))
    errors: list[Cell] = ["#N/A", "#REF!"]
    yield (
        "excel-error-as-text.csv",
        Awkward(
            plain_csv({row: {"weekly_hours": one} for row, one in enumerate(errors, start=2)}),
            FIX,
            tuple(("F-015", at("weekly_hours", row)) for row in (2, 3)),
            with_cover=True,
        ),
    )


def heading_files() -> Files:
    """Give the files about headings."""
    rows = people()

    def renamed(old: str, new: str) -> bytes:
        header = [new if one == old else one for one in labels()]
        return xlsx_file({"Return": cover(), "Apprentices": [header, *rows[1:]]})

    other = renamed("Standard reference", "  STANDARD_REF * ")
    yield "heading-other-case-and-signs.xlsx", Awkward(other, READY)
    yield "heading-alias.xlsx", Awkward(renamed("Apprentice reference", "Reference"), READY)
    yield (
        "heading-with-required.xlsx",
        Awkward(renamed("Start date", "Start date (required)"), READY),
    )
    cell = at("weekly_hours", 1)
    yield (
        "heading-near-required.xlsx",
        Awkward(renamed("Weekly hours", "Weekly hrs"), FIX, (("F-001", cell),)),
    )
    yield (
        "heading-near-optional.xlsx",
        Awkward(renamed("Ethnic group", "Ethnic grp"), READY, (("F-018", at("ethnicity", 1)),)),
    )
    yield (
        "heading-missing.xlsx",
        Awkward(
            renamed("Weekly hours", "Zzz"),
            FIX,
            (("F-001", ""),),
            {"column not used; it is kept in your file": 1},
        ),
    )
    personal = "Date of birth"
    yield (
        "heading-personal.xlsx",
        Awkward(
            xlsx_file({"Return": cover(), "Apprentices": [[*row, personal] for row in rows]}),
            FIX,
            (("F-009", _after(1)),),
        ),
    )
    twice = [[*row, row[labels().index("Weekly hours")]] for row in rows]
    yield (
        "heading-twice.xlsx",
        Awkward(xlsx_file({"Return": cover(), "Apprentices": twice}), FIX, (("F-011", _after(1)),)),
    )
    extra = [[*rows[0], "Manager comments"], *([*row, "fine"] for row in rows[1:])]
    yield (
        "heading-extra-column.xlsx",
        Awkward(
            xlsx_file({"Return": cover(), "Apprentices": extra}),
            READY,
            repairs={"column not used; it is kept in your file": 1},
        ),
    )
    turned = [list(reversed(row)) for row in rows]
    yield (
        "heading-any-order.xlsx",
        Awkward(xlsx_file({"Return": cover(), "Apprentices": turned}), READY),
    )


def _after(row: int) -> str:
    from ingest.grid import column_letters

    return f"{column_letters(len(labels()))}{row}"
