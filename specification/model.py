"""The shape of a collection: its tables, fields and rules.

Here: pydantic models of what a `collections/*/*.yaml` file may say. Not here: reading the file
(`load`), the kinds of rule (`rules`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field as Setting
from pydantic import model_validator

from specification.examples import Frozen
from specification.periods import Quarter
from specification.rules import DatedMinimumRule, RelatedRule, Rule

FieldType = Literal["text", "code", "integer", "decimal", "date", "month", "yes_no"]
EVERY_TABLE = "*"


class Field(Frozen):
    """One column of one table of the return.

    `minimum` and `maximum` bound numbers, `decimals` is how many digits a decimal may have after
    the point, `max_length` bounds text. A `month` is typed as its first day. `codes` names a file
    of `code_lists/`. A `confidential` value never appears in a finding, message or log. An
    `upper_case` text is read in capitals, however it was typed.
    """

    name: str = Setting(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    type: FieldType
    help: str
    example: str
    source: str
    required: bool = False
    codes: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    decimals: int = 2
    max_length: int | None = None
    default: str | None = None
    confidential: bool = False
    upper_case: bool = False
    aliases: tuple[str, ...] = ()
    ilr: str = ""

    @model_validator(mode="after")
    def codes_go_with_coded_types(self) -> Field:
        """Refuse a coded field without a list, and a list on a field that is not coded."""
        if (self.type in ("code", "yes_no")) != (self.codes is not None):
            raise ValueError(f"{self.name}: type {self.type} and codes {self.codes} do not fit")
        return self


class Table(Frozen):
    """One sheet of the return: its grain in a sentence, and its fields in template order.

    `valid_row` is a row that every rule accepts; `samples` are named changes to it. The examples
    of the rules start from them. `due_in` are the quarters of the year in which a return without
    the table must say so.
    """

    name: str
    label: str
    grain: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]
    valid_row: dict[str, str]
    samples: dict[str, dict[str, str]] = Setting(default_factory=dict)
    is_single_row: bool = False
    due_in: tuple[int, ...] = (1, 2, 3, 4)

    def field(self, name: str) -> Field:
        """Return the field of that name. Raises KeyError: there is none (ours to fix)."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(f"{self.name} has no field {name}")


class Collection(Frozen):
    """A whole collection for one year: what is asked, and every rule it is checked by."""

    name: str
    year: str
    title: str
    first_quarter: str
    last_quarter: str
    tables: dict[str, Table]
    personal_headings: tuple[str, ...]
    rules: tuple[Rule, ...]

    @property
    def version(self) -> str:
        """The name people cite, `apprenticeships/2026-27`."""
        return f"{self.name}/{self.year}"

    def covers(self, quarter: Quarter) -> bool:
        """Return whether returns for this quarter are checked by this file."""
        first, last = Quarter.parse(self.first_quarter), Quarter.parse(self.last_quarter)
        return first <= quarter <= last

    def rule(self, rule_id: str) -> Rule:
        """Return the rule with that id. Raises KeyError: there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)

    @model_validator(mode="after")
    def names_agree(self) -> Collection:
        """Refuse a rule id used twice, and a rule about a table or field that does not exist."""
        ids = [rule.id for rule in self.rules]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"rule ids used twice: {', '.join(twice)}")
        for rule in self.rules:
            if rule.table == EVERY_TABLE:
                continue
            if rule.table not in self.tables:
                raise ValueError(f"{rule.id}: no table {rule.table}")
            known = {field.name for field in self.tables[rule.table].fields}
            named: set[str] = set(getattr(rule, "fields", ()))
            named |= set(filter(None, (getattr(rule, "field", None),)))
            if isinstance(rule, DatedMinimumRule):
                named.add(rule.on)
            if isinstance(rule, RelatedRule) and rule.other not in self.tables:
                raise ValueError(f"{rule.id}: no table {rule.other}")
            if not named <= known:
                raise ValueError(f"{rule.id}: {rule.table} has no {sorted(named - known)}")
        return self
