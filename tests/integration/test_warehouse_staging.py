"""The generated staging models are the ones the specification gives today."""

from __future__ import annotations

from pathlib import Path

import pytest

from specification.generate.dbt_staging import lake_columns, render
from specification.load import load_collection

ROOT = Path(__file__).parents[2]
GENERATED = render(load_collection())


@pytest.mark.parametrize("path", sorted(GENERATED), ids=str)
def test_a_generated_file_is_current(path: Path) -> None:
    assert (ROOT / path).read_text("utf-8") == GENERATED[path]


def test_the_learner_number_is_replaced_in_its_place() -> None:
    names = [column.name for column in lake_columns(load_collection().tables["apprentices"])]
    assert "uln" not in names
    assert names[:4] == ["borough_code", "quarter", "submission_id", "row_number"]
    assert names[4:7] == ["apprentice_ref", "programme_no", "person_key"]
