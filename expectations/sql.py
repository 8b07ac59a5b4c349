"""The words that compiled rules are made of.

Here: quoting, prefixing field names with `r.`, and leaving out rows where another finding already
stands. Not here: any rule.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from specification.load import load_code_list
from specification.model import Table

ALWAYS = "true"
_DERIVED = r"_[a-z][a-z0-9_]*"


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def listed(codes: tuple[str, ...]) -> str:
    """Return codes as the inside of an SQL `in (…)`."""
    return ", ".join(quoted(code) for code in codes)


def codes_of(name: str) -> tuple[str, ...]:
    """Return the codes of a list, in its order."""
    return tuple(code.code for code in load_code_list(name))


def matches(name: str, pattern: str) -> str:
    """Return the condition that the whole of a field matches a pattern."""
    return f"regexp_full_match(r.{name}, {quoted(pattern)})"


def mentioned(text: str, table: Table, alias: str = "") -> set[str]:
    """Return the fields of a table that a condition names, after `alias.` if one is given."""
    dot = rf"\b{alias}\." if alias else r"(?<![\w.'])"
    named = set(re.findall(dot + r"([a-z][a-z0-9_]*)\b", text))
    return {field.name for field in table.fields if field.name in named}


def derived_words(text: str) -> set[str]:
    """Return the derived columns (`_level`, `_was_status`, …) that a text names."""
    return set(re.findall(rf"(?<![\w']){_DERIVED}\b", text))


def prefixed(condition: str, table: Table) -> str:
    """Return the condition with `r.` before each field and each derived column."""
    names = sorted((field.name for field in table.fields), key=len, reverse=True)
    pattern = rf"(?<![\w.'])({'|'.join([*names, _DERIVED])})(?![\w'(])"
    return "(" + re.sub(pattern, r"r.\1", condition) + ")"


def bad(table: Table, names: set[str], alias: str = "r") -> str:
    """Return the condition that one of the fields has a finding of its own.

    `_bad` has a bit for each field, in the order of the table: its text could not be read, or a
    rule about that cell alone refuses its value.
    """
    places = [at for at, field in enumerate(table.fields) if field.name in names]
    column = f"{alias}._bad" if alias else "_bad"
    return f"({column} & {sum(1 << at for at in places)}) <> 0"


def bad_bits(table: Table, refused: Mapping[str, Sequence[str]]) -> str:
    """Return the SQL that makes `_bad` of a row as it was read.

    `_bad_texts` has the bits of the texts that could not be read; `refused` are, by field, the
    conditions that a rule about the cell alone refuses.
    """
    bits = ["r._bad_texts"]
    for at, field in enumerate(table.fields):
        if field.name in refused:
            wrong = " or ".join(f"({one})" for one in refused[field.name])
            bits.append(f"(case when {wrong} then {1 << at} else 0 end)")
    return f"cast({' + '.join(bits)} as bigint)"


def readable(names: set[str], table: Table) -> str:
    """Return the SQL that leaves out rows where one of the fields has a finding of its own."""
    return f" and not {bad(table, names)}" if names else ""


def guarded(condition: str | None, table: Table) -> str:
    """Return a condition that holds only where its own fields were read."""
    if condition in (None, ALWAYS):
        return ALWAYS
    return f"({prefixed(condition, table)}){readable(mentioned(condition, table), table)}"


def empty(name: str, table: Table, when: str | None) -> str:
    """Return the condition that a cell is empty, and not merely unread, when it is needed."""
    unfilled = f"r.{name} is null and not {bad(table, {name})}"
    return unfilled if when in (None, ALWAYS) else f"{unfilled} and {guarded(when, table)}"


def stepped(sql: str, on: str | None, steps: tuple[tuple[str, str, str], ...]) -> str:
    """Return SQL in which the word `step` is the value in force on the date `on`.

    Args:
        steps: first date, last date and value, each as it stands in the specification.
    """
    cases = " ".join(
        f"when {on} between date '{first}' and date '{last}' then {value}"
        for first, last, value in steps
    )
    return re.sub(r"\bstep\b", f"(case {cases} end)", sql) if steps else sql
