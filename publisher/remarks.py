"""What a release says beside its numbers: marks, changes since the release before, reasons.

Here: the shapes, as they stand in the numbers file. Not here: which numbers are marked (revisions),
what changed (changes), or which reasons may be published (explanations).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

MarkName = Literal["r", "p"]
"""Revised, provisional."""

MARK_MEANINGS: dict[MarkName, str] = {
    "r": "revised: the release before had another number for the same people and period",
    "p": "provisional: its period is not settled, and later returns may still change it",
}
"""Marks stand beside a number, where symbols stand in its place."""

ChangeName = Literal["revised", "hidden now", "shown now", "not available now", "available now"]

RowCount = Literal["the whole table", "fewer than 5", "5 to 9", "10 to 49", "50 or more"]
"""How many rows a reason is for, never to the row: they are people."""


class _Remark(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Mark(_Remark):
    """A mark of the numbers in one column of a table.

    `row` are the cells of the row's key columns; empty where every number of the column has the
    mark. `before` is the number of the release before, where the mark is `r`.
    """

    table_id: str
    row: tuple[str, ...] = ()
    column: str
    mark: MarkName
    before: int | float | None = None


class Change(_Remark):
    """One figure that is not as it was, of the same people and period.

    `row_words` and `column_title` are what a reader finds it by. `before` and `now` are numbers
    only where both releases show one; otherwise they are a symbol, or nothing in the place of a
    number.
    """

    table_id: str
    row: tuple[str, ...]
    column: str
    row_words: str
    column_title: str
    change: ChangeName
    before: int | float | str | None
    now: int | float | str | None


class Changes(_Remark):
    """What changed since the release before; everything in it can be read in the two releases.

    `compared` counts the figures of people and periods that both releases have. `is_correction` is
    whether both are of the same quarter. Tables are named by their titles.
    """

    previous_quarter: str
    previous_label: str
    is_correction: bool
    compared: int
    figures: tuple[Change, ...]
    returned_now: tuple[str, ...]
    missing_now: tuple[str, ...]
    definitions_before: tuple[str, ...]
    definitions_now: tuple[str, ...]
    tables_new: tuple[str, ...]
    tables_gone: tuple[str, ...]

    def of_table(self, table_id: str, change: ChangeName) -> tuple[Change, ...]:
        """Return the changes of one kind in one table, in its order."""
        return tuple(
            one for one in self.figures if one.table_id == table_id and one.change == change
        )


class PublishedReason(_Remark):
    """Why a borough says that values a rule asked about are right.

    `title` is the rule's own. `reason` is empty where the text is withheld; `withheld` says why.
    """

    borough_code: str
    borough_name: str
    rule: str
    title: str
    table: str
    rows: RowCount
    reason: str = ""
    withheld: str = ""
