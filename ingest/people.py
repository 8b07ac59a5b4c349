"""The people who sign in, and the roles that they hold.

Here: who is known, by issuer and subject of OpenID Connect, and giving and taking a role; each is
an event of the register's chain, which never holds a name or an e-mail address. Not here: signing
in, or what a role lets somebody do (the pages), the steps of a return (`return_steps`).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sql

from ingest.chain import append_event
from ingest.register_database import open_database, reading, writing
from ingest.register_entries import NotAllowed
from ingest.register_tables import GRANTS, PEOPLE
from specification.load import load_boroughs

__all__ = ["Grant", "Identity", "NotAllowed", "People", "Person", "Role"]


# Asked at each page: built once.
_EVERYONE = sql.select(PEOPLE, GRANTS.c.role, GRANTS.c.borough_code).outerjoin_from(PEOPLE, GRANTS)
_ONE = _EVERYONE.where(PEOPLE.c.person_id == sql.bindparam("who"))


class Role(StrEnum):
    """What somebody may do: the first two for a borough, the others for the region."""

    UPLOAD = "upload"
    SIGN = "sign"
    ANALYSE = "analyse"
    PUBLISH = "publish"
    ADMINISTER = "administer"

    @property
    def is_of_a_borough(self) -> bool:
        """Whether it is held for a borough."""
        return self in (Role.UPLOAD, Role.SIGN)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who vouches for somebody, and what it calls them: never an e-mail address."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and its borough; `borough_code` is empty for a role of the region."""

    role: Role
    borough_code: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in. `person_id` says nothing of them: it is what events hold."""

    person_id: str
    identity: Identity
    name: str
    email: str
    grants: frozenset[Grant]


class People:
    """The people in the register's database."""

    def __init__(self, url: str) -> None:
        self._engine = open_database(url)

    def signed_in(self, identity: Identity, *, name: str, email: str, at: datetime) -> Person:
        """Return the person who signed in; new at the first time, name and e-mail as they are now.

        Raises:
            ValueError: the identity has no issuer or no subject.
        """
        if not identity.issuer or not identity.subject:
            raise ValueError("an identity has an issuer and a subject")
        now = {"name": name, "email": email}
        issued = PEOPLE.c.issuer == identity.issuer
        mine = issued & (PEOPLE.c.subject == identity.subject)
        with writing(self._engine) as connection:
            found = connection.execute(sql.select(PEOPLE.c.person_id).where(mine)).scalar()
            person_id = found or f"p-{secrets.token_hex(8)}"
            if found:
                connection.execute(sql.update(PEOPLE).where(mine).values(**now))
            else:
                who = {"issuer": identity.issuer, "subject": identity.subject}
                row = {"person_id": person_id} | who | now
                connection.execute(sql.insert(PEOPLE).values(**row))
                details = {"person_id": person_id}
                append_event(connection, at, person_id, "person_added", "", details)
            return _person(connection, person_id)

    def person(self, person_id: str) -> Person:
        """Return one person. Raises KeyError: there is none with this id."""
        with reading(self._engine) as connection:
            return _person(connection, person_id)

    def everyone(self) -> tuple[Person, ...]:
        """Return all people, in order of name."""
        with reading(self._engine) as connection:
            people = _people_of(connection.execute(_EVERYONE))
        return tuple(sorted(people, key=lambda one: (one.name.casefold(), one.person_id)))

    def give(self, person_id: str, grant: Grant, *, actor: str, at: datetime) -> Person:
        """Return the person with a role more; nothing happens where they hold it already.

        Raises:
            NotAllowed: nobody has this id, or the role and the borough do not go together.
        """
        _require_fit(grant)
        with writing(self._engine) as connection:
            if grant not in _require_person(connection, person_id).grants:
                row = _row(person_id, grant)
                connection.execute(sql.insert(GRANTS).values(**row))
                append_event(connection, at, actor, "role_given", "", row)
            return _person(connection, person_id)

    def take(self, person_id: str, grant: Grant, *, actor: str, at: datetime) -> Person:
        """Return the person without a role.

        Raises:
            NotAllowed: nobody has this id, they do not hold the role, or nobody else administers.
        """
        with writing(self._engine) as connection:
            if grant not in _require_person(connection, person_id).grants:
                of = f" for {grant.borough_code}" if grant.borough_code else ""
                raise NotAllowed(f"{person_id} does not hold the role {grant.role}{of}.")
            if grant.role is Role.ADMINISTER and _administrators(connection) == 1:
                raise NotAllowed(
                    "This is the last administrator. Give the role to somebody else first."
                )
            row = _row(person_id, grant)
            same = sql.and_(*(GRANTS.c[name] == value for name, value in row.items()))
            connection.execute(sql.delete(GRANTS).where(same))
            append_event(connection, at, actor, "role_taken", "", row)
            return _person(connection, person_id)


def _require_fit(grant: Grant) -> None:
    if not grant.role.is_of_a_borough:
        if grant.borough_code:
            raise NotAllowed(f"The role {grant.role} is for the whole region: give no borough.")
    elif not grant.borough_code:
        raise NotAllowed(f"The role {grant.role} is for a borough: say which.")
    elif grant.borough_code not in {one.borough_code for one in load_boroughs()}:
        raise NotAllowed(f"There is no borough {grant.borough_code}.")


def _require_person(connection: sql.Connection, person_id: str) -> Person:
    try:
        return _person(connection, person_id)
    except KeyError:
        raise NotAllowed(
            f"There is no person {person_id}. Somebody is known once they have signed in."
        ) from None


def _administrators(connection: sql.Connection) -> int:
    administer = GRANTS.c.role == Role.ADMINISTER.value
    count = sql.select(sql.func.count()).select_from(GRANTS).where(administer)
    return connection.execute(count).scalar_one()


def _row(person_id: str, grant: Grant) -> dict[str, str]:
    role = {"role": grant.role.value, "borough_code": grant.borough_code}
    return {"person_id": person_id} | role


def _person(connection: sql.Connection, person_id: str) -> Person:
    found = _people_of(connection.execute(_ONE, {"who": person_id}))
    if not found:
        raise KeyError(person_id)
    return found[0]


def _people_of(rows: sql.CursorResult[Any]) -> list[Person]:
    """Return the people of rows that hold a role each, and none for who holds none."""
    people: dict[str, Person] = {}
    for row in rows.mappings():
        identity = Identity(row["issuer"], row["subject"])
        new = Person(row["person_id"], identity, row["name"], row["email"], frozenset())
        person = people.setdefault(new.person_id, new)
        if row["role"] is not None:
            people[new.person_id] = replace(person, grants=person.grants | {_to_grant(row)})
    return list(people.values())


def _to_grant(row: Mapping[Any, Any]) -> Grant:
    return Grant(Role(row["role"]), row["borough_code"])
