"""What an officer entered in a table, by the row that they see, and what of it may be repeated.

Here: the texts without anything personal. Not here: findings (rows), or reading (ingest).
"""

from __future__ import annotations

import re
from datetime import date
from functools import cached_property

from ingest.parse import HIDDEN, ROW, ParsedTable, without_learner_numbers
from specification.load import load_code_list
from specification.model import Collection, Field, Table
from specification.periods import officer_date
from specification.rules import ForbiddenPatternRule


class Entered:
    """The texts and values of one table, by the row that the officer sees."""

    def __init__(self, parsed: ParsedTable, collection: Collection, table: Table) -> None:
        self.parsed, self.table = parsed, table
        self._personal = _personal_patterns(collection, table.name)

    @cached_property
    def _places(self) -> dict[int, int]:
        return {row: at for at, row in enumerate(self.parsed.rows[ROW].to_pylist())}

    def has(self, row: int) -> bool:
        """Return whether there is such a row."""
        return row in self._places

    def text(self, row: int, field: str) -> str:
        """Return what was entered, without what is personal."""
        entered = self.parsed.texts[field][self._places[row]].as_py().strip()
        if any(re.fullmatch(one, entered) for one in self._personal.get(field, ())):
            return HIDDEN
        return without_learner_numbers(entered)

    def value(self, row: int, field: str) -> object:
        """Return what was entered as it was understood."""
        return self.parsed.rows[field][self._places[row]].as_py()

    def reference(self, row: int) -> str:
        """Return the key of a row, as it was entered."""
        return "/".join(
            self.text(row, name)
            for name in self.table.key
            if not self.table.field(name).confidential
        )

    def shown(self, row: int) -> dict[str, str]:
        """Return, by name, what a message may say of a row."""
        shown: dict[str, str] = {"sheet": self.parsed.sheet}
        for field in self.table.fields:
            if field.confidential:
                continue
            value = self.value(row, field.name)
            text = self.text(row, field.name)
            shown[field.name] = officer_date(value) if isinstance(value, date) else text
            if field.codes:
                shown[f"{field.name}_label"] = label_of(field, value)
        return shown


def _personal_patterns(collection: Collection, table: str) -> dict[str, tuple[str, ...]]:
    """Return, by field, what a finding must not repeat because a rule refuses it as personal."""
    rules = [rule for rule in collection.rules if isinstance(rule, ForbiddenPatternRule)]
    return {name: rule.forbids for rule in rules if rule.table == table for name in rule.fields}


def label_of(field: Field, value: object) -> str:
    """Return the label of a value of a code list; of any other, the value itself."""
    if field.codes is None or not isinstance(value, str):
        return "" if value is None else str(value)
    labels = {code.code: code.label for code in load_code_list(field.codes)}
    return labels.get(value, value)
