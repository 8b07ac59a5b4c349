"""The collection model: what a specification file may say, and what is refused on loading."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from specification.load import COLLECTIONS, load_collection, load_collection_file
from specification.model import Collection, Field
from specification.periods import Quarter

SOURCE = COLLECTIONS / "apprenticeships" / "2026-27.yaml"


def changed(change: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Return the real collection as plain content, changed in one place."""
    content = load_collection().model_dump(mode="python")
    content["rules"] = [dict(rule) for rule in content["rules"]]
    change(content)
    return content


def rule_of(content: dict[str, Any], rule_id: str) -> dict[str, Any]:
    return next(rule for rule in content["rules"] if rule["id"] == rule_id)


def test_the_content_that_the_refusals_start_from_is_itself_accepted() -> None:
    assert Collection.model_validate(changed(lambda _: None)) == load_collection()


@pytest.mark.parametrize(
    ("rule_id", "changes", "problem"),
    [
        ("A-001", {"id": "A-002"}, "rule ids used twice: A-002"),
        ("A-001", {"table": "apprentice"}, "A-001: no table apprentice"),
        ("A-001", {"field": "aprentice_ref"}, r"apprentices has no \['aprentice_ref'\]"),
        ("A-062", {"fields": ("withdraw_reason", "reason")}, r"apprentices has no \['reason'\]"),
        ("A-001", {"id": "A1"}, "String should match pattern"),
        ("A-001", {"kind": "regex"}, "does not match any of the expected tags"),
        ("A-001", {"severity": "warning"}, "Input should be 'error' or 'query'"),
        ("A-001", {"colour": "red"}, "Extra inputs are not permitted"),
    ],
)
def test_a_rule_that_breaks_the_model_is_refused(
    rule_id: str, changes: dict[str, Any], problem: str
) -> None:
    content = changed(lambda whole: rule_of(whole, rule_id).update(changes))
    with pytest.raises(ValidationError, match=problem):
        Collection.model_validate(content)


@pytest.mark.parametrize(
    ("rule_id", "changes", "unknown"),
    [
        ("P-001", {"other": "aprentices"}, "aprentices"),
        ("A-047", {"on": "begin_date"}, "begin_date"),
    ],
)
def test_every_table_and_field_that_a_rule_names_must_exist(
    rule_id: str, changes: dict[str, Any], unknown: str
) -> None:
    content = changed(lambda whole: rule_of(whole, rule_id).update(changes))
    with pytest.raises(ValidationError, match=unknown):
        Collection.model_validate(content)


def test_steps_of_a_dated_minimum_may_not_overlap() -> None:
    def overlap(whole: dict[str, Any]) -> None:
        rule = rule_of(whole, "A-047")
        first, second = (dict(step) for step in rule["steps"])
        rule["steps"] = (first, second | {"valid_from": first["valid_to"].replace(day=1)})

    with pytest.raises(ValidationError, match="the steps overlap or are out of order"):
        Collection.model_validate(changed(overlap))


@pytest.mark.parametrize(("kind", "codes"), [("code", None), ("yes_no", None), ("text", "route")])
def test_a_code_list_goes_with_a_coded_field_only(kind: str, codes: str | None) -> None:
    content = {
        "name": "route",
        "label": "Route",
        "type": kind,
        "codes": codes,
        "help": "Help.",
        "example": "DIRECT",
        "source": "Cohort",
    }
    with pytest.raises(ValidationError, match="do not fit"):
        Field.model_validate(content)


def test_a_loaded_specification_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        load_collection().rules[0].title = "Other"


def test_unknown_names_of_rules_and_fields_are_key_errors() -> None:
    collection = load_collection()
    with pytest.raises(KeyError):
        collection.rule("Z-999")
    with pytest.raises(KeyError, match="workforce has no field uln"):
        collection.tables["workforce"].field("uln")


def test_a_collection_covers_its_first_and_last_quarter_and_none_beyond() -> None:
    collection = load_collection()
    first, last = map(Quarter.parse, (collection.first_quarter, collection.last_quarter))
    covered = [
        one for one in (first.previous(), first, last, last.next()) if collection.covers(one)
    ]
    assert covered == [first, last]


def test_yaml_keeps_no_and_leading_zeros_as_they_are_written(tmp_path: Path) -> None:
    text = SOURCE.read_text("utf-8")
    written = text.replace("      scope: ALL\n", "      scope: NO\n", 1)
    written = written.replace("      programme_no: '1'\n", "      programme_no: 01\n", 1)
    written = written.replace("      status: '1'\n", "      status: 1e3\n", 1)
    assert written.count(": NO\n") == 1
    path = tmp_path / "2026-27.yaml"
    path.write_text(written, "utf-8")
    tables = load_collection_file(path).tables
    assert tables["return"].valid_row["scope"] == "NO"
    row = tables["apprentices"].valid_row
    assert (row["programme_no"], row["status"], row["restart"]) == ("01", "1e3", "N")
    assert row["start_date"] == "01/09/2025"
