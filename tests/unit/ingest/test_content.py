"""The hash of what a return says, whatever file it comes in."""

from __future__ import annotations

import pytest

from ingest.content import content_sha256
from ingest.parse import Declared, parse_sheets
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
TABLE = COLLECTION.tables["apprentices"]
NAMES = [field.name for field in TABLE.fields]
ROWS = [TABLE.valid_row | {"apprentice_ref": f"HCK-000{at}"} for at in (1, 2, 3)]


def content(
    rows: list[dict[str, str]],
    *,
    names: list[str] = NAMES,
    titles: int = 0,
    with_levy: bool = False,
) -> str:
    head = [("A title",)] * titles + [tuple(names)]
    sheets = [Sheet("Apprentices", (*head, *(tuple(r.get(n, "") for n in names) for r in rows)))]
    if with_levy:
        levy = COLLECTION.tables["levy"]
        sheets.append(Sheet("Levy", (tuple(levy.valid_row), tuple(levy.valid_row.values()))))
    declared = Declared(find_borough("Hackney"), Quarter(2026, 2))
    return content_sha256(parse_sheets(sheets, declared, COLLECTION))


def test_the_order_and_place_of_rows_and_columns_have_no_part_in_it() -> None:
    assert content(ROWS) == content(ROWS[::-1]) == content(ROWS, names=NAMES[::-1], titles=2)


def test_the_same_value_written_otherwise_is_the_same_content() -> None:
    otherwise = [row | {"start_date": "2025-09-01", "weekly_hours": " 36 "} for row in ROWS]
    assert content(otherwise) == content(ROWS)


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:2],
        [*ROWS, ROWS[0]],
        [ROWS[0], ROWS[1], ROWS[2] | {"weekly_hours": "35"}],
        [ROWS[0], ROWS[1], ROWS[2] | {"weekly_hours": ""}],
        [ROWS[0], ROWS[1], ROWS[2] | {"start_date": "31/02/2026"}],
        [ROWS[0], ROWS[1], ROWS[2] | {"uln": "1000000051"}],
    ],
)
def test_another_value_or_row_is_another_content(rows: list[dict[str, str]]) -> None:
    assert content(rows) != content(ROWS)


def test_texts_that_cannot_be_read_are_told_apart() -> None:
    wrong = [[ROWS[0] | {"start_date": text}] for text in ("31/02/2026", "32/02/2026")]
    assert content(wrong[0]) != content(wrong[1])


def test_a_sheet_more_is_another_content() -> None:
    assert content(ROWS, with_levy=True) != content(ROWS)
