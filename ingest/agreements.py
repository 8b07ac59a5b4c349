"""Sharing agreements in the register: recorded, joined, left, reviewed, ended.

Here: each of these steps, an event of the chain, and reading what is recorded. The record is kept,
not the document. Not here: which step is allowed (`agreement_entries`), where a borough that no
agreement covers is stopped (`return_steps`), who may record one (the pages).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sql

from ingest.agreement_entries import (
    Agreement,
    AgreementRefused,
    Party,
    Terms,
    after_event,
    in_order,
    is_covered,
    kept_reference,
    kept_title,
    london_day,
    why_not_shared,
)
from ingest.chain import append_event
from ingest.register_database import open_database, reading, writing
from ingest.register_tables import AGREEMENT_PARTIES, AGREEMENTS

__all__ = ["Agreement", "AgreementRefused", "Agreements", "Party", "Terms"]


class Agreements:
    """The sharing agreements in the register's database."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def every(self) -> tuple[Agreement, ...]:
        """Return all agreements, in the order in which they were recorded."""
        with reading(self._engine) as connection:
            return tuple(read_agreements(connection).values())

    def agreement(self, number: int) -> Agreement:
        """Return one agreement. Raises KeyError: there is none of this number."""
        with reading(self._engine) as connection:
            return read_agreements(connection)[number]

    def in_force(self, borough_code: str, day: date) -> bool:
        """Return whether an agreement covers a borough on a day."""
        return is_covered(self.every(), borough_code, day)

    def why_not_shared(self, borough_code: str, at: datetime) -> str:
        """Return why a borough's return may not be signed at a moment; empty if it may."""
        return why_not_shared(self.every(), borough_code, london_day(at))

    def record(
        self,
        terms: Terms,
        *,
        actor: str,
        at: datetime,
        borough_codes: Collection[str] = (),
        signed_on: date | None = None,
    ) -> Agreement:
        """Return a new agreement, with the boroughs that signed it on one day.

        Args:
            borough_codes: who signed; more can join later. Needs `signed_on`.
            at: the moment at which it is recorded, with a time zone.

        Raises:
            AgreementRefused: its words or days do not fit, or its title is there already.
        """
        details = {
            "title": kept_title(terms.title),
            "held_at": kept_reference(terms.held_at),
            "in_force_from": terms.in_force_from.isoformat(),
            "review_by": terms.review_by.isoformat(),
        }
        with writing(self._engine) as connection:
            number = len(read_agreements(connection)) + 1
            step = details | {"number": number}
            recorded = _take(connection, "agreement_recorded", step, actor, at)
            if signed_on is None:
                return recorded
            step = _joining(number, borough_codes, signed_on)
            return _take(connection, "agreement_joined", step, actor, at)

    def join(
        self,
        number: int,
        borough_codes: Collection[str],
        *,
        signed_on: date,
        actor: str,
        at: datetime,
    ) -> Agreement:
        """Return the agreement with more boroughs, which signed it on one day.

        Raises:
            AgreementRefused: one is in it already, or the day is not possible.
        """
        step = _joining(number, borough_codes, signed_on)
        return self._write("agreement_joined", step, actor, at)

    def leave(
        self, number: int, borough_code: str, *, left_on: date, actor: str, at: datetime
    ) -> Agreement:
        """Return the agreement after a borough left; `left_on` is its last day in it.

        Raises:
            AgreementRefused: it is not in it, or the day is not possible.
        """
        step = {"number": number, "borough_code": borough_code, "left_on": left_on.isoformat()}
        return self._write("agreement_left", step, actor, at)

    def review(self, number: int, review_by: date, *, actor: str, at: datetime) -> Agreement:
        """Return the agreement with another review date.

        Raises:
            AgreementRefused: it has ended, or begins after that day.
        """
        step = {"number": number, "review_by": review_by.isoformat()}
        return self._write("agreement_reviewed", step, actor, at)

    def end(self, number: int, ended_on: date, *, actor: str, at: datetime) -> Agreement:
        """Return the agreement with its last day; one that has not come yet can be changed.

        Raises:
            AgreementRefused: it has ended, or begins after that day.
        """
        step = {"number": number, "ended_on": ended_on.isoformat()}
        return self._write("agreement_ended", step, actor, at)

    def _write(self, action: str, details: dict[str, Any], actor: str, at: datetime) -> Agreement:
        with writing(self._engine) as connection:
            return _take(connection, action, details, actor, at)


def read_agreements(connection: sql.Connection) -> dict[int, Agreement]:
    """Return what the tables hold, by number."""
    parties: dict[int, list[Party]] = {}
    for row in connection.execute(sql.select(AGREEMENT_PARTIES)).mappings():
        left_on = date.fromisoformat(row["left_on"]) if row["left_on"] else None
        party = Party(row["borough_code"], date.fromisoformat(row["signed_on"]), left_on)
        parties.setdefault(row["number"], []).append(party)
    rows = connection.execute(sql.select(AGREEMENTS).order_by(AGREEMENTS.c.number)).mappings()
    return {
        row["number"]: Agreement(
            row["number"],
            Terms(
                row["title"],
                row["held_at"],
                date.fromisoformat(row["in_force_from"]),
                date.fromisoformat(row["review_by"]),
            ),
            in_order(parties.get(row["number"], ())),
            date.fromisoformat(row["ended_on"]) if row["ended_on"] else None,
        )
        for row in rows
    }


def _joining(number: int, borough_codes: Collection[str], signed_on: date) -> dict[str, Any]:
    codes = sorted(set(borough_codes))
    return {"number": number, "borough_codes": codes, "signed_on": signed_on.isoformat()}


def _take(
    connection: sql.Connection, action: str, details: dict[str, Any], actor: str, at: datetime
) -> Agreement:
    """Return the agreement after a step, once it is allowed, kept and in the chain."""
    after = after_event(read_agreements(connection), action, details, london_day(at))
    _keep(connection, after)
    append_event(connection, at, actor, action, "", details)
    return after


def _keep(connection: sql.Connection, agreement: Agreement) -> None:
    """Put an agreement in the place of what the tables say of it."""
    for table in (AGREEMENT_PARTIES, AGREEMENTS):
        connection.execute(sql.delete(table).where(table.c.number == agreement.number))
    number, terms = {"number": agreement.number}, agreement.terms
    row = number | {
        "title": terms.title,
        "held_at": terms.held_at,
        "in_force_from": terms.in_force_from.isoformat(),
        "review_by": terms.review_by.isoformat(),
        "ended_on": agreement.ended_on.isoformat() if agreement.ended_on else None,
    }
    connection.execute(sql.insert(AGREEMENTS).values(**row))
    rows = [
        number
        | {
            "borough_code": one.borough_code,
            "signed_on": one.signed_on.isoformat(),
            "left_on": one.left_on.isoformat() if one.left_on else None,
        }
        for one in agreement.parties
    ]
    if rows:
        connection.execute(sql.insert(AGREEMENT_PARTIES), rows)
