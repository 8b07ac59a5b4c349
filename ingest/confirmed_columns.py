"""Headings that a borough said mean a field: remembered, so that it is asked once.

Here: confirming, forgetting and looking up. Not here: matching headings to fields (`headers`),
where they are stored (`register`).
"""

from __future__ import annotations

import re
from datetime import datetime

from ingest.headers import Confirmed, names_of
from ingest.parse import without_learner_numbers
from ingest.plain import plain
from ingest.register import ConfirmedColumn, Register
from specification.model import Collection, Field, Table

_LONGEST = 100


class CannotConfirm(ValueError):
    """A heading that cannot stand for a field; the message says why, and what is allowed."""


def confirm_column(
    register: Register,
    borough_code: str,
    collection: Collection,
    table: str,
    heading: str,
    field: str,
    *,
    actor: str,
    at: datetime,
) -> ConfirmedColumn:
    """Remember that a heading of a borough's sheet means a field; return what is remembered.

    Args:
        table: the table, by name or by the label of its sheet.
        field: the field, by name or by any heading that already means it.

    Raises:
        CannotConfirm: there is no such table or field, or the heading may not stand for it.
    """
    wanted = _table(collection, table)
    meant = _field(wanted, field)
    words = " ".join(heading.split())
    if not plain(words) or len(words) > _LONGEST:
        raise CannotConfirm(f"A heading has 1 to {_LONGEST} characters; this has {len(words)}.")
    if without_learner_numbers(words) != words or _is_personal(words, collection):
        raise CannotConfirm(
            "A column with this heading may hold personal data and is not read. Remove it."
        )
    already = next((one for one in wanted.fields if plain(words) in names_of(one)), None)
    if already is not None:
        raise CannotConfirm(f"“{words}” already means {already.name} ({already.label}).")
    column = ConfirmedColumn(borough_code, wanted.name, words, meant.name, actor, at)
    register.record_column(column)
    return column


def forget_column(
    register: Register,
    borough_code: str,
    collection: Collection,
    table: str,
    heading: str,
    *,
    actor: str,
    at: datetime,
) -> ConfirmedColumn:
    """Forget what a heading means; return what was remembered.

    Raises:
        CannotConfirm: nothing is remembered for this heading of this table.
    """
    wanted = _table(collection, table)
    for one in remembered_columns(register, borough_code):
        if one.table == wanted.name and plain(one.heading) == plain(heading):
            gone = ConfirmedColumn(borough_code, wanted.name, one.heading, None, actor, at)
            register.record_column(gone)
            return one
    shown = without_learner_numbers(heading)
    raise CannotConfirm(f"Nothing is remembered for “{shown}” in {wanted.label}.")


def remembered_columns(
    register: Register, borough_code: str, *, at: datetime | None = None
) -> tuple[ConfirmedColumn, ...]:
    """Return the confirmed headings of a borough, in order of table and heading.

    Args:
        at: as they were at that moment; as they are now unless it is said.
    """
    newest: dict[tuple[str, str], ConfirmedColumn] = {}
    for one in register.columns(borough_code):
        if at is None or one.at <= at:
            newest[one.table, plain(one.heading)] = one
    return tuple(one for _, one in sorted(newest.items()) if one.field is not None)


def confirmed_headings(
    register: Register, borough_code: str, *, at: datetime | None = None
) -> Confirmed:
    """Return the same for reading: by table, plain heading to field name."""
    found: dict[str, dict[str, str]] = {}
    for one in remembered_columns(register, borough_code, at=at):
        if one.field is not None:
            found.setdefault(one.table, {})[plain(one.heading)] = one.field
    return found


def _is_personal(heading: str, collection: Collection) -> bool:
    return any(re.search(one, plain(heading)) for one in collection.personal_headings)


def _table(collection: Collection, text: str) -> Table:
    for table in collection.tables.values():
        if plain(text) in (plain(table.name), plain(table.label)):
            return table
    allowed = ", ".join(collection.tables)
    raise CannotConfirm(f"The return has no table “{text}”. Allowed: {allowed}.")


def _field(table: Table, text: str) -> Field:
    for field in table.fields:
        if plain(text) in names_of(field):
            return field
    allowed = ", ".join(field.name for field in table.fields)
    raise CannotConfirm(f"{table.label} has no column “{text}”. Allowed: {allowed}.")
