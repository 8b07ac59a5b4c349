"""Who may do what: one question, answered in one place, no by default.

Here: actions, and the roles that they need. Not here: who somebody is (identity), or which page
asks (site).
"""

from __future__ import annotations

from enum import StrEnum

from ingest.people import Person, Role


class Action(StrEnum):
    """What a page lets somebody do. `ANYBODY` needs no sign-in, `SIGNED_IN` no role."""

    ANYBODY = "anybody"
    SIGNED_IN = "signed in"
    SEE_RETURN = "see a return"
    SEND = "send a return"
    SIGN = "sign a return"
    SEE_ALL = "see how all boroughs stand"
    ANALYSE = "analyse"
    PUBLISH = "publish"
    ADMINISTER = "administer"


OF_A_BOROUGH: dict[Action, frozenset[Role]] = {
    Action.SEE_RETURN: frozenset({Role.UPLOAD, Role.SIGN}),
    Action.SEND: frozenset({Role.UPLOAD}),
    Action.SIGN: frozenset({Role.SIGN}),
}
"""Actions on a borough's return, and the roles that allow them in that borough."""

OF_THE_REGION: dict[Action, frozenset[Role]] = {
    Action.SEE_ALL: frozenset(Role),
    Action.ANALYSE: frozenset({Role.ANALYSE, Role.PUBLISH}),
    Action.PUBLISH: frozenset({Role.PUBLISH}),
    Action.ADMINISTER: frozenset({Role.ADMINISTER}),
}
"""Actions on what all boroughs share, and the roles that allow them."""


def authorise(person: Person | None, action: Action, borough_code: str = "") -> bool:
    """Return whether a person may do something, to a borough's return where it is about one."""
    if action is Action.ANYBODY:
        return True
    if person is None:
        return False
    if action is Action.SIGNED_IN:
        return True
    if action in OF_A_BOROUGH:
        roles = {one.role for one in person.grants if one.borough_code == borough_code}
        return bool(borough_code) and bool(roles & OF_A_BOROUGH[action])
    return bool({one.role for one in person.grants} & OF_THE_REGION.get(action, frozenset()))


def boroughs_of(person: Person) -> tuple[str, ...]:
    """Return the codes of the boroughs whose returns a person has a part in."""
    return tuple(sorted({one.borough_code for one in person.grants if one.borough_code}))
