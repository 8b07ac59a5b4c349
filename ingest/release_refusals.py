"""Why a step of a release is refused, and who may take one at all.

Here: the refusal with its words, and actors who are nobody. Not here: which step may follow which
(`release_stages`).
"""

from __future__ import annotations

NOBODY = frozenset({"", "cli", "dagster", "cohort", "root"})
"""Actors that name no person: a draft may be made by one, and nothing else."""


class StepRefused(ValueError):
    """A step that the life of the release does not allow now; the message says what to do.

    `sentence` is the same without `command`, for who is not at a command line.
    """

    def __init__(self, sentence: str, *, command: str = "") -> None:
        super().__init__(f"{sentence} Use `{command}`." if command else sentence)
        self.sentence = sentence


def require_named(actor: str, does: str) -> None:
    """Refuse an actor who is no person. `does` is what they do to a release, `checks`."""
    if actor.strip().casefold() in NOBODY:
        raise StepRefused(f"Who {does} a release must be named.", command="--actor")


def is_same_person(one: str, other: str) -> bool:
    """Return whether two actors are one person, however their names are typed."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
