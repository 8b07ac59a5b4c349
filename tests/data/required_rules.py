"""Which rule says that a required cell is empty.

Here: read from the specification, so that the awkward files grow with it. Not here: the files.
"""

from __future__ import annotations

from specification.load import load_collection
from specification.rules import CodesRule, ConditionRule, DeclaredRule, PatternRule, RangeRule


def rule_of_empty(name: str, table: str = "apprentices") -> str:
    """Return the rule that finds an empty required cell of a field: its own, or F-002."""
    for rule in load_collection().rules:
        if rule.table != table:
            continue
        match rule:
            case CodesRule() if name in rule.fields and rule.required_when == "true":
                return rule.id
            case RangeRule() if name in rule.fields and rule.required:
                return rule.id
            case PatternRule() | ConditionRule() | DeclaredRule() if (
                rule.field == name and rule.required
            ):
                return rule.id
            case _:
                continue
    return "F-002"
