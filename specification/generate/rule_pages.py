"""A page for each rule, and the list of them.

Here: what a rule means, its two examples, what to do and since when, as Markdown. Not here: the
rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from specification.examples import Example
from specification.generate.documents import HEADER, grid
from specification.load import asked_since
from specification.model import EVERY_TABLE, Collection
from specification.rules import DatedMinimumRule, LevyExpiryRule, ReconcilesRule, Rule

RULES = Path("docs/rules")
_EVERY_SHEET = "Every sheet"


def render(collection: Collection) -> dict[Path, str]:
    """Return the text of each page, by its path in the repository."""
    pages = {RULES / f"{rule.id}.md": _page(rule, collection) for rule in collection.rules}
    pages[RULES / "README.md"] = _index(collection)
    return pages


def _index(collection: Collection) -> str:
    errors = sum(rule.severity == "error" for rule in collection.rules)
    queries = len(collection.rules) - errors
    lines = [HEADER, f"# Rules of {collection.version}", ""]
    lines += [
        f"{errors} errors, which block the sign-off of a return, and {queries} queries, which are "
        "corrected or explained. Each rule has one example that it accepts and one that it "
        "refuses; both are its test.",
        "",
    ]
    for name in (EVERY_TABLE, *collection.tables):
        lines += [f"## {_sheet(name, collection)}", ""]
        rows = [
            (f"[{rule.id}]({rule.id}.md)", _severity(rule), rule.title)
            for rule in collection.rules
            if rule.table == name
        ]
        lines += [*grid(("Rule", "Severity", "What it asks"), rows), ""]
    return "\n".join(lines).rstrip() + "\n"


def _page(rule: Rule, collection: Collection) -> str:
    lines = [HEADER, f"# {rule.id} {rule.title}", ""]
    facts = [
        f"{_severity(rule)} on {_sheet(rule.table, collection)}",
        f"since {asked_since(rule.id)}",
    ]
    lines += [" · ".join(facts), ""]
    lines += ["## What we say", "", f"> {rule.message}", "", f"> {rule.fix}", ""]
    if rule.expected:
        lines += [f"Expected: {rule.expected}", ""]
    steps = list(steps_of(rule))
    if steps:
        lines += ["## In force", "", *grid(("From", "To", "Value"), steps), ""]
    lines += ["## Examples", ""]
    lines += [f"Accepted: {say_example(rule.accepted)}.", ""]
    lines += [f"Refused: {say_example(rule.refused)}.", ""]
    if rule.equivalent:
        lines += [f"The same in the national data: {rule.equivalent}", ""]
    return "\n".join(lines).rstrip() + "\n"


def _severity(rule: Rule) -> str:
    return f"New {rule.severity}" if rule.stage == "beta" else rule.severity.capitalize()


def sheet_label(rule: Rule, collection: Collection) -> str:
    """Return the sheet that a rule is about, by its label."""
    return _sheet(rule.table, collection)


def _sheet(name: str, collection: Collection) -> str:
    return _EVERY_SHEET if name == EVERY_TABLE else collection.tables[name].label


def steps_of(rule: Rule) -> Iterable[tuple[str, str, str]]:
    """Give what a dated rule asks: from, to (empty while in force) and the value."""
    match rule:
        case DatedMinimumRule():
            steps = [(one.valid_from, one.valid_to, str(one.minimum)) for one in rule.steps]
        case ReconcilesRule():
            steps = [(one.valid_from, one.valid_to, str(one.value)) for one in rule.steps]
        case LevyExpiryRule():
            steps = [(s.valid_from, s.valid_to, f"{s.value} months") for s in rule.terms]
        case _:
            steps = []
    for first, last, value in steps:
        yield f"{first:%d/%m/%Y}", "" if last.year == 9999 else f"{last:%d/%m/%Y}", value


def say_example(example: Example) -> str:
    """Return an example in words: the cells that differ from a valid row."""
    parts = [" then ".join(_rows(example.rows))]
    parts += [f"with {name}: {' then '.join(_rows(rows))}" for name, rows in example.also.items()]
    if example.previous is not None:
        parts += [
            f"where last quarter's {name} had {' then '.join(_rows(rows))}"
            for name, rows in example.previous.items()
        ]
    parts += [f"without the {name} sheet" for name in example.without]
    parts += [f"without the column {name}" for name in example.without_columns]
    parts += [f"with a column “{name}”" for name in example.extra_columns]
    parts += [f"with the {name} sheet twice" for name in example.twice]
    return "; ".join(part for part in parts if part)


def _rows(rows: tuple[dict[str, str], ...]) -> Iterable[str]:
    if not rows:
        yield "no row"
    for row in rows:
        cells = {name: text for name, text in row.items() if name not in ("as", "times")}
        said = ", ".join(f"{n} `{text}`" if text else f"{n} empty" for n, text in cells.items())
        sample = f"a row “{row['as'].replace('_', ' ')}”" if "as" in row else "a valid row"
        times = f"{row['times']} times " if "times" in row else ""
        yield f"{times}{sample}" + (f" with {said}" if said else "")
