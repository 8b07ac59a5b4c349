"""Returns with many faults at once, seeded, so that every check has something to judge."""

from __future__ import annotations

import random

from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.sheets import Sheet
from specification.load import load_boroughs, load_code_list, load_collection
from specification.model import Field, Table
from specification.periods import Quarter

COLLECTION = load_collection()
ROW_COUNT = 45
CHANGED, CHANGED_IN_COVER = 0.12, 0.5
ODD: dict[str, tuple[str, ...]] = {
    "date": (
        "31/02/2026",
        "01/01/2010",
        "30/09/2027",
        "01/09/2024",
        "tbc",
        "31/12/9999",
        "01/01/0001",
    ),
    "month": ("2026-13", "2026-10", "2026-06", "spring", "9999-12", "0001-01", "2016-05"),
    "integer": ("-1", "0", "10", "99999", "1,120", "many", "23", "1000000", "999999999999999"),
    "decimal": ("0", "60", "100000.01", "21.605", "-0.5", "12", "999999999", "-999999999.99"),
    "text": ("x" * 50, "a@b.org", "ST0763", "ST9", "2026-27Q1", "1000000053", "HCK-3"),
}


def odd_text(field: Field, chance: random.Random) -> str:
    """Return a text that this field might hold in a messy return: empty, odd, or a code."""
    codes = [code.code for code in load_code_list(field.codes)] if field.codes else []
    texts = ["", "?", *codes[:6]] if codes else ["", *ODD[field.type]]
    return chance.choice(texts)


def messy_table(table: Table, chance: random.Random) -> Sheet:
    """Return a sheet of valid rows in which about one cell in eight is odd."""
    names = tuple(field.name for field in table.fields)
    rows: list[tuple[str, ...]] = []
    for at in range(1 if table.is_single_row else ROW_COUNT):
        sample = chance.choice([{}, *table.samples.values()])
        row = table.valid_row | sample
        if "apprentice_ref" in row:
            row["apprentice_ref"] = f"HCK-{chance.randrange(max(at, 1)) if at % 5 else at}"
        if "month" in row:
            row["month"] = f"{2024 + (at + 5) // 12}-{(at + 5) % 12 + 1:02}"
        for field in table.fields:
            if chance.random() < (CHANGED_IN_COVER if table.is_single_row else CHANGED):
                row[field.name] = odd_text(field, chance)
        rows.append(tuple(row.get(name, "") for name in names))
    return Sheet(table.label, (names, *rows))


def messy_return(number: int) -> ParsedReturn:
    """Return one messy return; the second leaves its workforce out."""
    chance = random.Random(number)  # noqa: S311 # a seed, so that a failure can be repeated
    declared = Declared(load_boroughs()[number], Quarter(2026, 1 + number % 4))
    sent = [name for name in COLLECTION.tables if number != 1 or name != "workforce"]
    tables = {
        name: parse_table(
            messy_table(COLLECTION.tables[name], chance), COLLECTION.tables[name], COLLECTION
        )
        for name in sent
    }
    return ParsedReturn(declared, tables, ())
