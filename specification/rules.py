"""The closed set of rule kinds.

Here: what a rule may be, as a discriminated union that the type checker can exhaust. Not here:
how a rule is run (`expectations`), nor the rules themselves (`collections/*/*.yaml`).
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field as Setting
from pydantic import model_validator

from specification.examples import Example, Frozen

Severity = Literal["error", "query"]


class RuleBase(Frozen):
    """What every rule says, whatever its kind. A rule that is new this year is a `beta` query.

    `message_many` and `message_all` are said once of several rows and of a whole column, where the
    message would not do: `{count}`, `{total}`, `{label}` and `{sheet}` stand in them.
    """

    id: str = Setting(pattern=r"^[A-Z]-\d{3}$")
    severity: Severity = "error"
    stage: Literal["live", "beta"] = "live"
    table: str
    title: str
    message: str
    fix: str
    message_many: str = ""
    message_all: str = ""
    expected: str = ""
    equivalent: str = ""
    accepted: Example
    refused: Example

    @model_validator(mode="after")
    def a_new_rule_is_a_query(self) -> RuleBase:
        """Refuse a beta rule that would block a sign-off: nobody has seen yet what it hits."""
        if self.stage == "beta" and self.severity != "query":
            raise ValueError(f"{self.id}: a beta rule is a query")
        return self


class RequiredRule(RuleBase):
    """Each of the fields is filled in (`when` the SQL condition holds, if there is one)."""

    kind: Literal["required"]
    fields: tuple[str, ...]
    when: str | None = None


class AbsentRule(RuleBase):
    """Each of the fields is empty when the SQL condition holds."""

    kind: Literal["absent"]
    fields: tuple[str, ...]
    when: str


class CodesRule(RuleBase):
    """Each of the fields holds a code of its own list; a required one is also filled in."""

    kind: Literal["codes"]
    fields: tuple[str, ...]
    required_when: str | None = None


class PatternRule(RuleBase):
    """The field matches a regular expression; `unless` names patterns left to another rule."""

    kind: Literal["pattern"]
    field: str
    matches: str
    required: bool = False
    unless: tuple[str, ...] = ()


class ForbiddenPatternRule(RuleBase):
    """Each of the fields matches none of the regular expressions, and no finding repeats it."""

    kind: Literal["forbidden_pattern"]
    fields: tuple[str, ...]
    forbids: tuple[str, ...]


class RangeRule(RuleBase):
    """Each of the fields, if present, lies between two numbers, both included."""

    kind: Literal["range"]
    fields: tuple[str, ...]
    minimum: int
    maximum: int
    required: bool = False


class EveryFieldRule(RuleBase):
    """One aspect of the field definitions, wherever no rule of the field's own covers it."""

    kind: Literal["every_field"]
    aspect: Literal["required", "codes", "range", "length"]


class ConditionRule(RuleBase):
    """A row condition in SQL over the typed fields; the first field is the cell to look at."""

    kind: Literal["condition"]
    field: str
    must: str
    when: str | None = None
    required: bool = False
    show: dict[str, str] = Setting(default_factory=dict[str, str])


class DatedStep(Frozen):
    """A minimum in force for dates from `valid_from` to `valid_to`, both included."""

    valid_from: date
    valid_to: date
    minimum: int


class DatedValue(Frozen):
    """A value in force for dates from `valid_from` to `valid_to`, both included."""

    valid_from: date
    valid_to: date
    value: Decimal


class DatedMinimumRule(RuleBase):
    """A measure reaches the minimum that was in force on the row's own date."""

    kind: Literal["dated_minimum"]
    field: str
    measure: str
    on: str
    steps: tuple[DatedStep, ...]
    when: str | None = None

    @model_validator(mode="after")
    def steps_do_not_overlap(self) -> DatedMinimumRule:
        """Refuse steps that overlap or run backwards: each date has at most one minimum."""
        edges = [edge for step in self.steps for edge in (step.valid_from, step.valid_to)]
        if edges != sorted(edges):
            raise ValueError(f"{self.id}: the steps overlap or are out of order")
        return self


class ReconcilesRule(RuleBase):
    """An amount equals what the rest says it should be, to within `within`.

    `due` is SQL; the word `step` in it is the value in force on the row's own date `on`. `unless`
    spares a row, for example one that only repeats the fault of the row before.
    """

    kind: Literal["reconciles"]
    field: str
    due: str
    within: Decimal
    on: str | None = None
    steps: tuple[DatedValue, ...] = ()
    unless: str | None = None


class LevyExpiryRule(RuleBase):
    """Expired levy equals what first in, first out gives; `terms` are months by levy month."""

    kind: Literal["levy_expiry"]
    field: str
    terms: tuple[DatedValue, ...]
    within: Decimal


class UniqueRule(RuleBase):
    """No two rows of a return share these fields; every row after the first is found.

    A row is spared where it also shares the fields of `spare`: another rule says it then.
    """

    kind: Literal["unique"]
    fields: tuple[str, ...]
    field: str | None = None
    spare: tuple[str, ...] = ()
    when: str | None = None


class SeriesRule(RuleBase):
    """One row for each month, none doubled, none left out between the first and the last."""

    kind: Literal["series"]
    field: str


class CheckDigitRule(RuleBase):
    """The learner number (ULN) passes its mod-11 check digit."""

    kind: Literal["check_digit"]
    field: str
    matches: str


class RelatedRule(RuleBase):
    """A row of another (or the same) table stands in the named relation to this row.

    `relation` are SQL conditions, all of which hold, over `r` (this row) and `o` (the other row) of
    the same return. With `given` a row is judged only where a row in that looser relation exists:
    another rule says it if not.
    """

    kind: Literal["related"]
    field: str
    other: str
    relation: tuple[str, ...]
    given: tuple[str, ...] = ()
    when: str | None = None


class KnownRule(RuleBase):
    """The field is in a reference list that the platform imports; not judged while it has none."""

    kind: Literal["known"]
    field: str
    reference: Literal["standards", "providers"]
    matches: str


class KeptRule(RuleBase):
    """A row of last quarter's signed return (`when` the SQL condition holds) is still there."""

    kind: Literal["kept"]
    when: str


class Measure(Frozen):
    """An SQL aggregate over the rows of `of`: a table, `previous_<table>` or a named series."""

    of: str
    sql: str


class TotalRule(RuleBase):
    """A condition over whole tables: each of the `fields` in the light of `measures`.

    `{field}` in a measure is the field's name. The finding has no row.
    """

    kind: Literal["total"]
    fields: tuple[str, ...]
    measures: dict[str, Measure]
    must: str
    when: str | None = None
    needs_previous: bool = False


class DeclaredRule(RuleBase):
    """The field equals what the sender declared for the whole return (`when` it is to be asked)."""

    kind: Literal["declared"]
    field: str
    equals: Literal["borough", "quarter", "as_at_date"]
    required: bool = False
    when: str | None = None


class TableSentRule(RuleBase):
    """Every table is sent, or its nil field says Y."""

    kind: Literal["table_sent"]


class ReadableRule(RuleBase):
    """A fault that reading finds before any row can be judged; `fault` names it in `ingest`."""

    kind: Literal["readable"]
    fault: Literal[
        "column_missing",
        "heading",
        "date",
        "date_order",
        "month",
        "integer",
        "decimal",
        "text",
        "excel_error",
        "formula",
        "merged",
        "personal_column",
        "rows",
        "row_width",
        "column_twice",
        "table_twice",
        "old_template",
    ]


Rule = Annotated[
    RequiredRule
    | AbsentRule
    | CodesRule
    | PatternRule
    | ForbiddenPatternRule
    | RangeRule
    | EveryFieldRule
    | ConditionRule
    | DatedMinimumRule
    | ReconcilesRule
    | LevyExpiryRule
    | UniqueRule
    | SeriesRule
    | CheckDigitRule
    | RelatedRule
    | KnownRule
    | KeptRule
    | TotalRule
    | DeclaredRule
    | TableSentRule
    | ReadableRule,
    Setting(discriminator="kind"),
]
