"""Downloads of the apprenticeship service: recognised exactly, and never a name carried over."""

from __future__ import annotations

import csv
import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from feedback.das import Imported, NotADownload, download_headings, import_downloads
from feedback.das_people import age_at
from feedback.das_rows import Month, read_amount, read_day
from feedback.filling import Cell
from ingest.grid import UploadedFile
from specification.load import load_collection
from specification.periods import Quarter

COLLECTION, QUARTER = load_collection(), Quarter(2026, 2)
REFERENCE = Path(__file__).parents[3].parent / "shared" / "reference" / "das_csv_templates.csv"
PRIVATE = ("Invented Person", "Invented", "Person", "14 Mar 2003", "2003-03-14", "a@example.org")
EMPLOYER = {
    "Apprentice name": "Invented Person",
    "Apprenticeship training course": "Data analyst, Level: 4",
    "Planned start date": "Sep 2025",
    "Planned end date": "Aug 2027",
    "Training provider": "A Training Provider",
    "ULN": "1000000043",
    "Date of birth": "14 Mar 2003",
    "Total agreed apprenticeship price": "15,000",
    "Status": "Live",
}
PROVIDER = {
    "ULN": "1000000043",
    "FamilyName": "Person",
    "GivenNames": "Invented",
    "DateOfBirth": "2003-03-14",
    "EmailAddress": "a@example.org",
    "StdCode": "80",
    "StartDate": "2025-09-08",
    "EndDate": "2027-08",
    "TotalPrice": "15000",
    "EPAOrgID": "EPA0001",
    "TrainingTotalHours": "600",
    "TrainingHoursReduction": "40",
}


def download(kind: str, *rows: dict[str, str], name: str = "download.csv") -> UploadedFile:
    """Return a CSV with the headings of a download."""
    out = io.StringIO()
    writer = csv.DictWriter(out, download_headings()[kind])
    writer.writeheader()
    writer.writerows(rows)
    return UploadedFile(name, out.getvalue().encode("utf-8-sig"))


def imported(*files: UploadedFile) -> Imported:
    return import_downloads(files, COLLECTION, QUARTER)


def one_apprentice(*files: UploadedFile) -> dict[str, Cell]:
    (row,) = imported(*files).filling.rows["apprentices"]
    return dict(row)


@pytest.mark.skipif(not REFERENCE.is_file(), reason="needs the reference files")
def test_the_headings_are_those_of_the_service() -> None:
    kinds = {
        "employer": "employer_manage_apprentices",
        "provider": "provider_bulk_upload",
        "levy": "levy_transactions_v1",
    }
    with REFERENCE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    for kind, template in kinds.items():
        listed = tuple(row["column"] for row in rows if row["template"] == template)
        assert download_headings()[kind] == listed


def test_the_employers_download_fills_what_it_knows() -> None:
    row = one_apprentice(download("employer", EMPLOYER))
    assert {name: cell for name, cell in row.items() if cell is not None} == {
        "uln": "1000000043",
        "standard_ref": "ST0118",
        "start_date": "??/09/2025",
        "planned_end_date": "??/08/2027",
        "total_price": Decimal(15000),
        "age_at_start": 22,
        "status": "1",
    }


def test_a_providers_file_fills_what_it_knows() -> None:
    row = one_apprentice(download("provider", PROVIDER))
    assert row == {
        "uln": "1000000043",
        "standard_ref": "ST0118",
        "start_date": date(2025, 9, 8),
        "planned_end_date": "??/08/2027",
        "total_price": Decimal(15000),
        "epa_org": "EPA0001",
        "planned_otj_hours": 560,
        "age_at_start": 22,
    }


@pytest.mark.parametrize(("kind", "record"), [("employer", EMPLOYER), ("provider", PROVIDER)])
def test_no_name_date_of_birth_or_address_is_carried_over(
    kind: str, record: dict[str, str]
) -> None:
    found = imported(download(kind, record))
    everything = str(found.filling.rows) + " ".join((*found.lines, *found.filling.told))
    assert [one for one in PRIVATE if one in everything] == []
    assert record["ULN"] not in " ".join((*found.lines, *found.filling.told))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("Live", ("1", None)),
        ("Paused", ("6", "3")),
        ("Stopped", ("3", "3")),
        ("Completed", ("2", None)),
        ("Unknown", (None, None)),
    ],
)
def test_statuses_become_ours(status: str, expected: tuple[str | None, str | None]) -> None:
    row = one_apprentice(download("employer", EMPLOYER | {"Status": status}))
    assert (row["status"], row["outcome"]) == expected


def test_those_who_have_not_started_are_left_out_and_said() -> None:
    waiting = EMPLOYER | {"Status": "Waiting to start", "Planned start date": "Nov 2026"}
    later = EMPLOYER | {"Planned start date": "Oct 2026"}
    found = imported(download("employer", EMPLOYER, waiting, later))
    assert len(found.filling.rows["apprentices"]) == 1
    assert "Apprentices: 2 rows left out: starting after the quarter." in found.lines


def test_two_files_about_one_person_make_one_row() -> None:
    row = one_apprentice(download("employer", EMPLOYER), download("provider", PROVIDER))
    assert row["start_date"] == date(2025, 9, 8)
    assert (row["status"], row["planned_otj_hours"]) == ("1", 560)


def test_what_is_missing_is_said_by_column() -> None:
    unknown = EMPLOYER | {"Apprenticeship training course": "Basket weaving", "ULN": "1000000051"}
    lines = imported(download("employer", EMPLOYER, unknown)).lines
    (missing,) = (one for one in lines if "still to be filled in" in one)
    assert "Provider UKPRN" in missing
    assert "Apprentices: filled in on some of 2 rows: Standard reference 1." in lines
    assert "Apprentices: Find the standard reference of “Basket weaving” (row 3)." in lines
    assert "Apprentices: Find the UKPRN of “A Training Provider” (rows 2 to 3)." in lines


@pytest.mark.parametrize(
    ("born", "start", "age"),
    [
        (date(2003, 9, 8), date(2025, 9, 8), 22),
        (date(2003, 9, 9), date(2025, 9, 8), 21),
        (date(2003, 8, 31), Month(2025, 9), 22),
        (date(2003, 10, 1), Month(2025, 9), 21),
        (date(2003, 9, 9), Month(2025, 9), None),
        (date(2003, 9, 1), Month(2025, 9), 22),
        (None, Month(2025, 9), None),
        (date(2003, 9, 9), None, None),
    ],
)
def test_the_age_is_given_only_where_the_dates_decide_it(
    born: date | None, start: date | Month | None, age: int | None
) -> None:
    assert age_at(born, start) == age


def levy(kind: str, day: str, total: str, **columns: str) -> dict[str, str]:
    names = {name.replace(" ", "_").lower(): name for name in download_headings()["levy"]}
    named = {names[key]: text for key, text in columns.items()}
    return {"Transaction date": day, "Transaction type": kind, "Total": total} | named


def test_transactions_are_summed_by_month() -> None:
    payroll = {"payroll_month": "01/07/2026", "levy_declared": "100000.00", "10%_top_up": "9800"}
    rows = [
        levy("Levy", "20/08/2026", "107800.00", **payroll, **{"english_%": "0.98"}),
        levy(
            "Monthly Payment", "22/08/2026", "-535", paid_from_levy="-500", your_contribution="-25"
        ),
        levy("Completion Payment", "22/08/2026", "-100.50", paid_from_levy="-100.50"),
        levy("Transfer", "23/06/2026", "-200", paid_from_levy="200"),
        levy("Transfer", "24/06/2026", "50", paid_from_levy="50"),
        levy("Expired Levy", "25/08/2026", "-90.10"),
    ]
    june, july, august = imported(download("levy", *rows)).filling.rows["levy"]
    assert [one["month"] for one in (june, july, august)] == [
        date(2026, month, 1) for month in (6, 7, 8)
    ]
    assert (june["transferred_out"], june["transferred_in"]) == (Decimal(200), Decimal(50))
    assert (july["levy_declared"], july["top_up"]) == (Decimal(100000), Decimal(9800))
    assert july["english_fraction"] == Decimal("0.98")
    assert august["paid_to_providers"] == Decimal("600.50")
    assert (august["co_investment"], august["expired"]) == (Decimal(25), Decimal("90.10"))
    assert (august["levy_declared"], august["english_fraction"]) == (Decimal(0), None)
    assert "balance_end" not in august


def test_english_shares_of_several_schemes_are_weighted_by_their_levy() -> None:
    rows = [
        levy("Levy", "20/08/2026", "0", levy_declared="300", **{"english_%": "100%"}),
        levy("Levy", "20/08/2026", "0", levy_declared="100", **{"english_%": "0.8"}),
    ]
    (month,) = imported(download("levy", *rows)).filling.rows["levy"]
    assert month["english_fraction"] == Decimal("0.95")


def test_months_between_have_a_row_and_later_ones_have_not() -> None:
    rows = [
        levy("Expired Levy", "20/04/2026", "-5"),
        levy("Expired Levy", "20/07/2026", "-5"),
        levy("Expired Levy", "20/10/2026", "-5"),
        levy("Expired Levy", "32/10/2026", "-5"),
    ]
    found = imported(download("levy", *rows))
    assert [one["expired"] for one in found.filling.rows["levy"]] == [5, 0, 0, 5]
    assert "Levy: 1 row left out: of a month after the quarter." in found.lines
    assert "Levy: 1 row left out: a month or amount that cannot be read." in found.lines


def test_a_row_that_a_stray_comma_moved_is_left_out() -> None:
    text = ",".join(download_headings()["levy"]) + ",\n"  # as the service ends its lines
    good = "20/07/2026,Expired Levy" + "," * 15 + "-5,"
    moved = "20/07/2026,Monthly Payment,,,,,,,A College, of London" + "," * 8 + "-5,x"
    file = UploadedFile("levy.csv", f"{text}{good}\n{moved}\n".encode())
    found = imported(file)
    assert len(found.filling.rows["levy"]) == 1
    assert "Levy: 1 row left out: a stray comma moved the columns." in found.lines


@pytest.mark.parametrize(
    ("headings", "said"),
    [
        (("Name", "Course"), "other.csv is not a download of the apprenticeship service"),
        (download_headings()["levy"][1:], "has no column “Transaction date”"),
        ((*download_headings()["employer"], "Team"), "has a column “Team” that we do not know"),
        ((*download_headings()["employer"], "ULN"), "has a column twice"),
    ],
)
def test_any_other_file_is_refused_by_name(headings: tuple[str, ...], said: str) -> None:
    file = UploadedFile("other.csv", (",".join(headings) + "\n" + "x," * 9).encode())
    with pytest.raises(NotADownload, match=r"^other\.csv ") as refused:
        imported(file)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Sep 2025", Month(2025, 9)),
        ("September 2025", Month(2025, 9)),
        ("14 Mar 2003", date(2003, 3, 14)),
        ("2027-08", Month(2027, 8)),
        ("2025-09-08", date(2025, 9, 8)),
        ("20/08/2026 00:00:00", date(2026, 8, 20)),
        ("31/02/2026", None),
        ("13/2026", None),
        ("soon", None),
        ("", None),
    ],
)
def test_days_and_months_are_read_as_the_service_writes_them(
    text: str, day: date | Month | None
) -> None:
    assert read_day(text) == day


@pytest.mark.parametrize(
    ("text", "amount"),
    [("", 0), ("£1,234.50", Decimal("1234.50")), ("-500", -500), ("-£2", -2), ("1,2", None)],
)
def test_amounts_are_read_as_the_service_writes_them(text: str, amount: Decimal | None) -> None:
    assert read_amount(text) == amount
