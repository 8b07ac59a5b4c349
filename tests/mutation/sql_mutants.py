"""Small faults, put one at a time into a model's SQL: its mutants.

Here: reading the SQL into tokens and each kind of fault. Not here: running the tests against a
mutant, or which mutants say the same as the model (`mutate_rates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|\{#.*?#\})"
    r"|(?P<template>\{%.*?%\}|\{\{-?\s*(?:config|ref)\(.*?\}\})"
    r"|(?P<string>'[^'\n]*')"
    r"|(?P<number>\b\d+\b)"
    r"|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<symbol>\{\{|\}\}|<=|>=|<>|\|\||[^\s\w])",
    re.DOTALL,
)
# What ends a condition on its own level.
ENDS = frozenset(
    {"and", "or", "then", "when", "else", "end", "as", "over", "where", "from", "select", "on"}
    | {"group", "order", "partition", "union", "inner", "left", "rows", ",", ")"}
)
SYMBOLS = {
    "<": ("<=", ">="),
    "<=": ("<", ">"),
    ">": (">=", "<="),
    ">=": (">", "<"),
    "=": ("<>",),
    "<>": ("=",),
    "+": ("-",),
    "-": ("+",),
}
WORDS = {
    "and": ("or",),
    "or": ("and",),
    "not": ("",),
    "in": ("not in",),
    "greatest": ("least",),
    "least": ("greatest",),
    "min": ("max",),
    "max": ("min",),
    "lead": ("lag",),
    "true": ("false",),
    "false": ("true",),
    "distinct": ("",),
    "inner": ("left",),
    "left": ("inner",),
    "desc": ("asc",),
}
CODES = {
    "0": ("1",),
    "1": ("2", "3"),
    "2": ("3", "1"),
    "3": ("2", "6"),
    "6": ("1", "3"),
    "7": ("41", "47"),
    "8": ("1", "3"),
    "40": ("41", "2"),
    "N": ("Y",),
    "Y": ("N",),
    "AU%": ("FA%",),
    "FA%": ("ST%",),
    "live": ("lost",),
    "start_date": ("planned_end_date",),
    "planned_end_date": ("training_end_date",),
    "training_end_date": ("planned_end_date",),
    "achievement_date": ("training_end_date",),
    "as_at_date": ("planned_end_date",),
    "exit_date": ("training_end_date",),
    "resumed_with_provider_on": ("resumed_on",),
    "left_spell.training_end_date": ("left_spell.start_date",),
}
COLUMNS = {
    "planned_days": "actual_days",
    "actual_days": "planned_days",
    "this_year": "last_seen_year",
    "end_year": "natural_year",
    "natural_year": "end_year",
    "hybrid_year": "natural_year",
    "last_seen_year": "this_year",
    "resumed_on": "resumed_with_provider_on",
    "training_end_date": "planned_end_date",
    "achievement_date": "training_end_date",
    "is_overdue_break": "is_overdue_live",
    "is_overdue_live": "is_overdue_break",
    "is_early_leaver": "is_switched",
    "is_switched": "is_early_leaver",
}
EXITS = frozenset(
    {"not_a_start", "continued", "achieved", "completed_not_achieved", "withdrawn", "lost"}
    | {"on_break", "waiting_for_assessment"}
)


@dataclass(frozen=True)
class Token:
    """One token: where it stands, and in how many brackets and `case`s."""

    kind: str
    text: str
    start: int
    end: int
    depth: int


@dataclass(frozen=True)
class Mutant:
    """One fault: the whole SQL with it, and the lines it touches before and after."""

    model: str
    line: int
    before: str
    after: str
    sql: str


@dataclass(frozen=True)
class Change:
    """Replace the characters from `start` to `end`."""

    start: int
    end: int
    text: str


def read_tokens(sql: str) -> list[Token]:
    """Return the tokens that a fault may be put into, without comments, `ref` and `config`."""
    tokens: list[Token] = []
    depth = 0
    for match in TOKEN.finditer(sql):
        kind, text = str(match.lastgroup), match.group()
        if kind in ("comment", "template"):
            continue
        if text in (")", "end"):
            depth -= 1
        tokens.append(Token(kind, text, match.start(), match.end(), depth))
        if text in ("(", "case"):
            depth += 1
    return tokens


def make_mutants(model: str, sql: str) -> list[Mutant]:
    """Return every mutant of `sql`, in the order of its lines, none twice."""
    tokens = read_tokens(sql)
    changes = sorted(
        {
            *_replaced_tokens(tokens),
            *_dropped_conditions(tokens),
            *_dropped_branches(tokens),
            *_changed_windows(tokens),
            *_dropped_defaults(tokens),
        },
        key=lambda change: (change.start, change.end, change.text),
    )
    mutants: dict[str, Mutant] = {}
    for change in changes:
        mutant = _apply(model, sql, change)
        if _squeezed(mutant.sql) != _squeezed(sql):
            mutants.setdefault(mutant.sql, mutant)
    return list(mutants.values())


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _apply(model: str, sql: str, change: Change) -> Mutant:
    first = sql.rfind("\n", 0, change.start) + 1
    last = sql.find("\n", change.end)
    last = len(sql) if last < 0 else last
    return Mutant(
        model=model,
        line=sql.count("\n", 0, change.start) + 1,
        before=_squeezed(sql[first:last]),
        after=_squeezed(sql[first : change.start] + change.text + sql[change.end : last]),
        sql=sql[: change.start] + change.text + sql[change.end :],
    )


def _is_range(tokens: Sequence[Token], at: int) -> bool:
    """Whether the `and` at this place belongs to a `between`."""
    for token in reversed(tokens[:at]):
        if token.depth < tokens[at].depth or token.text in ("and", "or"):
            return False
        if token.text == "between" and token.depth == tokens[at].depth:
            return True
    return False


def _replaced_tokens(tokens: Sequence[Token]) -> Iterator[Change]:
    for at, token in enumerate(tokens):
        for text in _replacements(tokens, at):
            yield Change(token.start, token.end, text)


def _replacements(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    token = tokens[at]
    if token.kind == "symbol":
        return SYMBOLS.get(token.text, ())
    if token.kind == "number":
        return (str(int(token.text) + 1), str(int(token.text) - 1))
    if token.kind == "string":
        value = token.text.strip("'")
        changed = ("live",) if value in EXITS else CODES.get(value, ())
        return tuple(f"'{one}'" for one in changed)
    if token.text == "is" and tokens[at + 1].text == "null":
        return ("is not",)
    if token.text == "like" and tokens[at - 1].text != "not":
        return ("not like",)
    if token.text == "and" and _is_range(tokens, at):
        return ()
    if token.text in COLUMNS and tokens[at - 1].text != "as" and not _is_listed(tokens, at):
        return (COLUMNS[token.text],)
    return WORDS.get(token.text, ())


def _is_listed(tokens: Sequence[Token], at: int) -> bool:
    """Whether a column is only passed on, in a list of columns."""
    return tokens[at - 1].text == "," and tokens[at + 1].text == ","


def _dropped_conditions(tokens: Sequence[Token]) -> Iterator[Change]:
    """Leave out each side of every `and` and `or`."""
    for at, token in enumerate(tokens):
        if token.text not in ("and", "or") or _is_range(tokens, at):
            continue
        after = at + 1
        while not _ends(tokens, after, token.depth):
            after += 1
        yield Change(tokens[at - 1].end, tokens[after - 1].end, "")
        before = at - 1
        while not _ends(tokens, before, token.depth):
            before -= 1
        if tokens[before].text not in ("and", "or"):
            yield Change(tokens[before + 1].start, tokens[at + 1].start, "")


def _ends(tokens: Sequence[Token], at: int, depth: int) -> bool:
    if at < 0 or at >= len(tokens) or tokens[at].depth < depth:
        return True
    token = tokens[at]
    return token.depth == depth and token.text in ENDS - {")"} and not _is_range(tokens, at)


def _dropped_branches(tokens: Sequence[Token]) -> Iterator[Change]:
    """Leave out each `when … then …` and each `else …`."""
    for at, token in enumerate(tokens):
        if token.text not in ("when", "else"):
            continue
        after = at + 1
        while tokens[after].depth > token.depth or (
            tokens[after].depth == token.depth and tokens[after].text not in ("when", "else")
        ):
            after += 1
        if tokens[at - 1].text != "case" or tokens[after].text != "end":
            yield Change(token.start, tokens[after].start, "")


def _changed_windows(tokens: Sequence[Token]) -> Iterator[Change]:
    """Turn round each item of an `order by`, and leave out each item of an order or partition."""
    for at, token in enumerate(tokens):
        if token.text != "by" or tokens[at - 1].text not in ("order", "partition"):
            continue
        items = _items(tokens, at + 1, token.depth)
        for place, (first, last) in enumerate(items):
            if tokens[at - 1].text == "order" and last.text not in ("asc", "desc"):
                yield Change(last.end, last.end, " desc")
            if len(items) > 1 and place == 0:
                yield Change(first.start, items[1][0].start, "")
            elif len(items) > 1:
                yield Change(items[place - 1][1].end, last.end, "")


def _items(tokens: Sequence[Token], at: int, depth: int) -> list[tuple[Token, Token]]:
    """Return the first and last token of each item of a list that begins here."""
    items: list[tuple[Token, Token]] = []
    first = at
    while True:
        token = tokens[at]
        over = token.depth < depth or token.text in ("order", "rows", "range")
        if over or (token.text == "," and token.depth == depth):
            items.append((tokens[first], tokens[at - 1]))
            first = at + 1
        if over:
            return items
        at += 1


def _dropped_defaults(tokens: Sequence[Token]) -> Iterator[Change]:
    """Turn each `coalesce(a, b)` into `(a)`."""
    for at, token in enumerate(tokens):
        if token.text != "coalesce":
            continue
        items = _items(tokens, at + 2, token.depth + 1)
        yield Change(items[-2][1].end, items[-1][1].end, "")
