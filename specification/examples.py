"""What a rule accepts and what it refuses, as the cells an officer would type.

Here: the shape of an example, and the base of every specification object. Not here: rules.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

Row = dict[str, str]


class Frozen(BaseModel):
    """Base of every specification object: no unknown keys, no changes after loading."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Example(Frozen):
    """A small return that a rule accepts or refuses: the rule's test and its documentation.

    `rows` are rows of `table` (the rule's own unless it says otherwise), written as the cells an
    officer would type; a field that is not named takes its cell from the table's `valid_row`, or
    first from the table's sample that the key `as` names.
    `also` holds rows of other tables; `without` tables, and `without_columns` headings, that are
    not sent; `extra_columns` headings that nobody asked for; `twice` tables sent two times.
    `previous` are the rows of the signed return of the quarter before, by table, if there is one.
    `known` are rows of reference lists that the platform has imported. `quarter` is the quarter
    declared, if not the collection's usual one. A row with the key `times` is sent so many times;
    in its cells `{n}` is then 1, 2, 3 and so on, `{day}` the same in two digits, `{month}` the
    months from April of the year before, `{uln}` another valid learner number each and
    `{one_to_three}` in turn.
    `stamp` is the collection of the template it was made with; `spilled` rows come from a CSV and
    have a cell too many. A refused example raises so many `findings`, all of its rule.
    """

    table: str | None = None
    rows: tuple[Row, ...] = ({},)
    also: dict[str, tuple[Row, ...]] = {}
    without: tuple[str, ...] = ()
    without_columns: tuple[str, ...] = ()
    extra_columns: tuple[str, ...] = ()
    twice: tuple[str, ...] = ()
    previous: dict[str, tuple[Row, ...]] | None = None
    known: dict[str, tuple[Row, ...]] = {}
    quarter: str | None = None
    stamp: str = ""
    spilled: bool = False
    findings: int = 1
