"""A clean return with every table and every kind of spell, and returns of a few rows.

Here: the rows, and reading them. Not here: what is planted in them (`test_check_findings`).
"""

from __future__ import annotations

from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.periods import Quarter
from synthetic.learner_numbers import learner_number

COLLECTION = load_collection()
SAMPLES = COLLECTION.tables["apprentices"].samples
Rows = dict[str, list[dict[str, str]]]


def rich_rows() -> Rows:
    """Return the rows of a clean return with every table, in which every kind of spell occurs."""
    levy = COLLECTION.tables["levy"].samples
    return {
        "return": [{}],
        "apprentices": [
            {},
            SAMPLES["completed"] | {"uln": learner_number(1)},
            SAMPLES["withdrawn"] | {"uln": learner_number(2)},
            SAMPLES["on_break"] | {"uln": learner_number(3)},
            SAMPLES["returned"] | {"uln": learner_number(3)},
            SAMPLES["waiting"] | {"uln": learner_number(4)},
            SAMPLES["level_7"] | {"apprentice_ref": "HCK-0011", "age_at_start": "21"},
        ],
        "progression": [{}, {"apprentice_ref": "HCK-0008", "checkpoint": "END"}],
        "workforce": [{}, {"grade": "SENIOR"}, {"grade": "APPRENTICE", "posts_filled": "4"}],
        "levy": [levy["july"], levy["august"], {}],
        "readiness": [{}, COLLECTION.tables["readiness"].samples["on_hold"] | {"team_ref": "WEB"}],
        "provider_feedback": [{}],
        "public_sector": [{}, COLLECTION.tables["public_sector"].samples["schools"]],
    }


def cover_of(rows: Rows) -> dict[str, str]:
    """Return the cover in which every table without rows is marked as nothing to report."""
    return {f"nil_{name}": "Y" for name in COLLECTION.tables if name not in {*rows, "return"}}


def parsed_return(
    rows: Rows, *, borough: str = "Hackney", quarter: str = "2026-27Q2"
) -> ParsedReturn:
    declared = Declared(find_borough(borough), Quarter.parse(quarter))
    if "return" in rows:
        rows = rows | {"return": [cover_of(rows) | one for one in rows["return"]]}
    tables = {}
    for name, changes in rows.items():
        table = COLLECTION.tables[name]
        fields = tuple(field.name for field in table.fields)
        cells = [table.valid_row | change for change in changes]
        body = [tuple(row.get(field, "") for field in fields) for row in cells]
        tables[name] = parse_table(Sheet(table.label, (fields, *body)), table, COLLECTION)
    return ParsedReturn(declared, tables, ())


def camden(rows: Rows) -> ParsedReturn:
    """Return the same rows as Camden's return, so that only what is planted is found."""
    cover = {"borough_code": "Camden"}
    return parsed_return(rows | {"return": [cover | row for row in rows["return"]]}, borough="CMD")
