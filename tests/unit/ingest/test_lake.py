"""Accepted Parquet: the documented columns and types, whole files, and no learner number."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingest.home import Home
from ingest.lake import accept, accepted_submission, export_register
from ingest.parse import Declared, ParsedReturn, parse_table
from ingest.pseudonym import Pseudonymiser
from ingest.register import LandedFile, State, Submission
from ingest.sheets import Sheet
from specification.load import find_borough, load_collection
from specification.periods import Quarter

COLLECTION = load_collection()
DECLARED = Declared(find_borough("Hackney"), Quarter(2026, 2))
ULNS = ["1000000043", "8652496047", "9999999999", ""]
PSEUDONYMS = Pseudonymiser(bytes(range(32)))
TYPES = {
    "text": pa.string(),
    "code": pa.string(),
    "yes_no": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.decimal128(12, 2),
    "date": pa.date32(),
    "month": pa.date32(),
}
SUBMISSION = Submission(
    "E09000012-2026-27Q2-v1",
    "E09000012",
    Quarter(2026, 2),
    1,
    State.SIGNED,
    "a" * 64,
    (LandedFile("return.xlsx", "a" * 64),),
    datetime(2026, 10, 1, 12, tzinfo=UTC),
    datetime(2026, 10, 2, 9, tzinfo=UTC),
    0,
    0,
)


def parsed_return(*, without: tuple[str, ...] = ()) -> ParsedReturn:
    tables = {}
    for name, table in COLLECTION.tables.items():
        if name in without:
            continue
        names = tuple(field.name for field in table.fields)
        rows = [table.valid_row]
        if name == "apprentices":
            rows = [
                table.valid_row | {"apprentice_ref": f"HCK-{at}", "uln": uln}
                for at, uln in enumerate(ULNS)
            ]
        body = [tuple(row.get(one, "") for one in names) for row in rows]
        tables[name] = parse_table(Sheet(table.label, (names, *body)), table, COLLECTION)
    return ParsedReturn(DECLARED, tables, ())


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def accepted_table(home: Home, name: str) -> pa.Table:
    return pq.read_table(home.accepted(name, SUBMISSION.quarter, SUBMISSION.borough_code))


@pytest.mark.parametrize("name", COLLECTION.tables)
@pytest.mark.parametrize("without", [(), ("apprentices", "progression", "workforce")])
def test_accepted_parquet_has_the_documented_columns_and_types(
    name: str, without: tuple[str, ...], home: Home
) -> None:
    accept(parsed_return(without=without), SUBMISSION, COLLECTION, PSEUDONYMS, home)
    expected = {
        "borough_code": pa.string(),
        "quarter": pa.string(),
        "submission_id": pa.string(),
        "row_number": pa.int32(),
    }
    for field in COLLECTION.tables[name].fields:
        column = "person_key" if field.name == "uln" else field.name
        of_type = TYPES[field.type]
        if field.type == "decimal" and field.decimals != 2:
            of_type = pa.decimal128(10 + field.decimals, field.decimals)
        expected.setdefault(column, of_type)
    schema = accepted_table(home, name).schema
    assert dict(zip(schema.names, schema.types, strict=True)) == expected
    assert schema.names == list(expected)


def test_the_rows_say_whose_and_which_they_are(home: Home) -> None:
    written = accept(parsed_return(), SUBMISSION, COLLECTION, PSEUDONYMS, home)
    assert written == dict.fromkeys(COLLECTION.tables, 1) | {"apprentices": 4}
    rows = accepted_table(home, "apprentices").to_pylist()
    assert [row["row_number"] for row in rows] == [2, 3, 4, 5]
    assert {(row["borough_code"], row["quarter"], row["submission_id"]) for row in rows} == {
        ("E09000012", "2026-27Q2", "E09000012-2026-27Q2-v1")
    }


def test_a_table_that_was_not_sent_is_there_without_rows(home: Home) -> None:
    written = accept(
        parsed_return(without=("workforce",)), SUBMISSION, COLLECTION, PSEUDONYMS, home
    )
    assert written["workforce"] == 0
    assert accepted_table(home, "workforce").num_rows == 0


def test_learner_numbers_become_person_keys_and_appear_nowhere(home: Home) -> None:
    accept(parsed_return(), SUBMISSION, COLLECTION, PSEUDONYMS, home)
    keys = accepted_table(home, "apprentices")["person_key"].to_pylist()
    assert keys == [PSEUDONYMS.person_key(uln or None) for uln in ULNS]
    assert keys[2:] == [None, None]
    assert None not in keys[:2]
    files = [path for path in home.root.rglob("*") if path.is_file()]
    assert len(files) == len(COLLECTION.tables)
    for path in files:
        content, table = path.read_bytes(), pq.read_table(path)
        assert "uln" not in table.schema.names
        for uln in ULNS[:2]:
            assert uln.encode() not in content
            assert int(uln).to_bytes(8, "little") not in content
            assert uln not in str(table.to_pylist()) + str(table.schema.metadata)


def test_the_lake_knows_which_submission_it_holds(home: Home) -> None:
    assert not accepted_submission(home, SUBMISSION, COLLECTION)
    accept(parsed_return(), SUBMISSION, COLLECTION, PSEUDONYMS, home)
    assert accepted_submission(home, SUBMISSION, COLLECTION)
    newer = replace(SUBMISSION, submission_id="E09000012-2026-27Q2-v2", version=2)
    assert not accepted_submission(home, newer, COLLECTION)
    home.accepted("workforce", SUBMISSION.quarter, SUBMISSION.borough_code).unlink()
    assert not accepted_submission(home, SUBMISSION, COLLECTION)


def test_the_register_is_exported_with_its_documented_columns(home: Home) -> None:
    waiting = replace(SUBMISSION, state=State.RECEIVED, signed_at=None, error_count=None)
    export_register([SUBMISSION, waiting], home)
    table = pq.read_table(home.lake / "register" / "submissions.parquet")
    assert {field.name: str(field.type) for field in table.schema} == {
        "submission_id": "string",
        "borough_code": "string",
        "quarter": "string",
        "version": "int32",
        "state": "string",
        "received_at": "timestamp[us]",
        "signed_at": "timestamp[us]",
        "error_count": "int32",
        "query_count": "int32",
        "sha256": "string",
    }
    first, second = table.to_pylist()
    assert first["received_at"].isoformat() == "2026-10-01T12:00:00"
    assert (first["state"], first["quarter"]) == ("signed", "2026-27Q2")
    assert (second["state"], second["signed_at"], second["error_count"]) == ("received", None, None)


def test_an_empty_register_is_exported_as_no_rows(home: Home) -> None:
    export_register([], home)
    assert pq.read_table(home.lake / "register" / "submissions.parquet").num_rows == 0
