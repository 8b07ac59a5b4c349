"""What changed from one collection year to the next.

Here: fields and rules compared, as Markdown beside the files. Not here: the files.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from specification.generate.documents import HEADER
from specification.model import Collection

PATH = Path("specification/collections/apprenticeships/CHANGES.md")
# What shows elsewhere, or changes nothing for who fills the return in.
_SILENT = {"accepted", "refused", "valid_row", "samples", "example", "source", "id", "name"}


def render(years: Sequence[Collection]) -> dict[Path, str]:
    """Return the page of changes, newest year first."""
    lines = [HEADER, "# What changed between collection years", ""]
    lines += ["A return is checked by the rules of its own year.", ""]
    pairs = list(pairwise(years))
    for before, after in reversed(pairs):
        lines += [f"## {after.year}, compared with {before.year}", ""]
        lines += [
            f"Covers {after.first_quarter} to {after.last_quarter} "
            f"(before: {before.first_quarter} to {before.last_quarter}).",
            "",
        ]
        lines += _section("Sheets and fields", _fields(before, after))
        lines += _section("Rules", _rules(before, after))
    first = years[0]
    lines += [f"## {first.year}", "", f"The first year: {len(first.rules)} rules.", ""]
    return {PATH: "\n".join(lines).rstrip() + "\n"}


def _section(title: str, items: Iterable[str]) -> list[str]:
    found = list(items)
    return [f"### {title}", "", *(f"- {item}" for item in found or ["No change."]), ""]


def _fields(before: Collection, after: Collection) -> Iterable[str]:
    for name in before.tables.keys() - after.tables.keys():
        yield f"The sheet {before.tables[name].label} is no longer asked for."
    for name, table in after.tables.items():
        if name not in before.tables:
            yield f"The sheet {table.label} is new."
            continue
        old = {field.name: field for field in before.tables[name].fields}
        new = {field.name: field for field in table.fields}
        for field in new.values():
            if field.name not in old:
                yield f"{table.label}: “{field.label}” (`{field.name}`) is new. {field.help}"
            else:
                for said in _differences(old[field.name], field):
                    yield f"{table.label}: “{field.label}” (`{field.name}`): {said}."
        for field in old.values():
            if field.name not in new:
                yield f"{table.label}: “{field.label}” (`{field.name}`) is no longer asked for."


def _rules(before: Collection, after: Collection) -> Iterable[str]:
    old = {rule.id: rule for rule in before.rules}
    new = {rule.id: rule for rule in after.rules}
    for rule in after.rules:
        stage = ", as a new query" if rule.stage == "beta" else f", {rule.severity}"
        if rule.id not in old:
            yield f"{rule.id} is new{stage}: {rule.title}."
        else:
            for said in _differences(old[rule.id], rule):
                yield f"{rule.id} {rule.title}: {said}."
    for rule in before.rules:
        if rule.id not in new:
            yield f"{rule.id} {rule.title}: retired."


def _differences(before: BaseModel, after: BaseModel) -> Iterable[str]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    for key in sorted((old.keys() | new.keys()) - _SILENT):
        if old.get(key) != new.get(key):
            words = key.replace("_", " ")
            yield f"{words} was {_said(old.get(key))}, is {_said(new.get(key))}"


def _said(value: Any) -> str:
    if value in (None, "", [], {}):
        return "none"
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            return ", ".join(value)
        return " then ".join(_said_step(one) for one in value)
    return f"“{value}”"


def _said_step(step: Any) -> str:
    if "valid_from" not in step:
        return f"“{step}”"
    until = "" if step["valid_to"].startswith("9999") else f" to {step['valid_to']}"
    value = step.get("value", step.get("minimum"))
    return f"{value} from {step['valid_from']}{until}"
