"""The faults that are about the whole register, or about last quarter's.

Here: rows that are gone, too many, too alike. Not here: one cell of one row
(`fault_kinds_apprentices`, `fault_kinds_queries`). Where the register is another one, so are the
follow-ups, the posts and the feedback, so that the tables still agree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import ceil
from statistics import fmean, pstdev

from specification.periods import Quarter
from synthetic.days import add_days, days_inclusive, on_a_weekday
from synthetic.fault_kinds_apprentices import HOURS_FROM
from synthetic.faults import Change, Consequence, Fault, Rewritten
from synthetic.learner_numbers import learner_number
from synthetic.rows import ApprenticeRow, FeedbackRow, ProgressionRow, WorkforceRow
from synthetic.sites import Site, exit_of, key_of, live_keys
from synthetic.standards import standard
from synthetic.workforce import live_direct

_RESULTS = (
    "status", "training_end_date", "outcome", "achievement_date", "grade", "withdraw_reason",
    "withdraw_reason_detail", "actual_otj_hours",
)  # fmt: skip
_OPTIONAL = (
    "epa_org", "team_ref", "cohort_label", "otj_pattern", "sex", "ethnicity", "disability",
    "prior_attainment", "home_borough", "local_school",
)  # fmt: skip
_FEW_LIVE, _FEW_MISSED, _ENOUGH_COMPLETED = 10, 15, 30
_UNUSED_PLACE = 70_000_000  # of a learner number that nobody in the story has
_FEW, _MANY = 20, 112


def _follow_ups(site: Site, rows: tuple[ApprenticeRow, ...]) -> tuple[ProgressionRow, ...]:
    left = {key_of(row) for row in rows if exit_of(row) is not None}
    found = site.content.progression
    return tuple(row for row in found if (row.apprentice_ref, row.programme_no) in left)


def _posts(site: Site, rows: tuple[ApprenticeRow, ...]) -> tuple[WorkforceRow, ...]:
    live = live_direct(rows)

    def fitting(row: WorkforceRow) -> WorkforceRow:
        if row.grade != "APPRENTICE":
            return row
        posts = live[row.discipline]
        return row._replace(posts_established=posts, posts_filled=posts, planned_starts_12m=None)

    return tuple(fitting(row) for row in site.content.workforce)


def _feedback(site: Site, rows: tuple[ApprenticeRow, ...]) -> tuple[FeedbackRow, ...]:
    pairs = {(row.provider_ukprn, row.standard_ref) for row in rows}
    return tuple(row for row in site.content.provider_feedback if row[:2] in pairs)


def with_register(site: Site, rows: tuple[ApprenticeRow, ...]) -> tuple[Rewritten, ...]:
    """Return another register and the tables that hang on it, true to each other."""
    return (
        Rewritten("apprentices", rows),
        Rewritten("progression", _follow_ups(site, rows)),
        Rewritten("workforce", _posts(site, rows)),
        Rewritten("provider_feedback", _feedback(site, rows)),
    )


def _whole(
    rule: str, column: str, what: str, rewritten: tuple[Rewritten, ...], *brings: Consequence
) -> Fault:
    table = "return" if rule.startswith("R") else "apprentices"
    return Fault(rule, table, None, column, what, rewritten=rewritten, brings=brings)


@dataclass(frozen=True, slots=True)
class SharedReference:
    """A new row that took the reference of another new row."""

    rule: str = "A-002"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at new rows, each with the reference of the one before."""
        rows = site.content.apprentices
        new = [number for number, row in enumerate(rows) if site.is_new(row) and site.is_quiet(row)]
        for other, number in pairwise(new):
            reference = rows[other].apprentice_ref
            yield Fault(
                rule=self.rule,
                table="apprentices",
                row=number,
                column="apprentice_ref",
                what="the reference of another row",
                changes=(Change("apprentice_ref", reference),),
                touched=frozenset({reference, rows[number].apprentice_ref}),
            )


@dataclass(frozen=True, slots=True)
class RestartOfNothing:
    """A row marked as a restart, with no earlier row."""

    rule: str = "A-044"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault at rows that are the only one of their reference."""
        for number, row in enumerate(site.content.apprentices):
            if site.is_quiet(row) and row.status == "1":
                first_start = add_days(row.start_date, -200)
                yield Fault(
                    rule=self.rule,
                    table="apprentices",
                    row=number,
                    column="restart",
                    what="a restart without an earlier row",
                    changes=(
                        Change("restart", "Y"),
                        Change("original_start_date", first_start),
                    ),
                    touched=frozenset({row.apprentice_ref}),
                )


@dataclass(frozen=True, slots=True)
class RowGone:
    """A row that was live last quarter and is not there any more."""

    rule: str = "A-005"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault for every row that nothing else in the return hangs on."""
        rows = site.content.apprentices
        for number, row in enumerate(rows):
            was = site.before(row)
            if was is None or was.status not in ("1", "6"):
                continue
            if site.is_alone(row) and site.is_quiet(row) and site.is_spare(row):
                left = Rewritten("apprentices", rows[:number] + rows[number + 1 :])
                yield _whole(self.rule, "apprentice_ref", "a live row is gone", (left,))


@dataclass(frozen=True, slots=True)
class MostRowsGone:
    """Only a part of the register is sent, as if it were the changes; each live row is missed."""

    rule: str = "R-006"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, in a small register: just under seven tenths of the live rows."""
        live = live_keys(site.previous.apprentices) if site.previous else set[tuple[str, int]]()
        if not _FEW <= len(live) <= _MANY:
            return
        single = [row for row in site.content.apprentices if site.rows_of[row.apprentice_ref] == 1]
        still = [row for row in single if key_of(row) in live]
        others = [row for row in single if row.apprentice_ref in site.followed_up][:2]
        kept = (*others, *still[-int(0.7 * len(live)) + len(others) + 1 :])
        if any(_falls_silent(site, kept, name) for name in _OPTIONAL):
            return
        missed = len(live - {key_of(row) for row in kept})
        brought = Consequence("A-005", "apprentices", "apprentice_ref", missed)
        rewritten = with_register(site, kept)
        yield _whole(self.rule, "nil_apprentices", "most rows are gone", rewritten, brought)


def _falls_silent(site: Site, rows: tuple[ApprenticeRow, ...], name: str) -> bool:
    before = site.previous.apprentices if site.previous else ()
    was_filled = sum(getattr(row, name) is not None for row in before) >= 0.2 * len(before)
    return was_filled and all(getattr(row, name) is None for row in rows)


@dataclass(frozen=True, slots=True)
class LastQuarterAgain:
    """Last quarter's register under this quarter's name."""

    rule: str = "R-009"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, where nobody's break has become too long in the meantime."""
        if site.previous is None:
            return
        before = {key_of(row): row for row in site.previous.apprentices}
        rows = tuple(
            row._replace(
                expected_return_date=None,
                **{name: getattr(before[key_of(row)], name) for name in _RESULTS},
            )
            for row in site.content.apprentices
            if key_of(row) in before
        )
        longest = add_days(site.as_at, -364)
        last = {row.apprentice_ref: row for row in rows}
        ends = [row.training_end_date for row in last.values() if row.status == "6"]
        if len(rows) >= _FEW and all(end is None or end > longest for end in ends):
            yield _whole(self.rule, "period", "last quarter's rows", with_register(site, rows))


def _limit(starts: list[int]) -> float:
    """Return the most starts that are not a jump, from those of the eight quarters before."""
    return fmean(starts) + 3 * max(pstdev(starts), fmean(starts) ** 0.5)


@dataclass(frozen=True, slots=True)
class JumpInStarts:
    """Far more starts than in any of the eight quarters before."""

    rule: str = "A-088"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, from a start of the last weeks that is there many times over."""
        rows = site.content.apprentices
        counts = Counter(Quarter.containing(row.start_date) for row in rows)
        before: list[int] = []
        quarter = site.content.quarter
        for _ in range(8):
            quarter = quarter.previous()
            before.append(counts[quarter])
        more = ceil(_limit(before)) - counts[site.content.quarter] + 4
        since = add_days(site.as_at, -55)
        for row in rows:
            if site.is_new(row) and site.is_quiet(row) and row.start_date > since:
                if row.status == "1" and row.discipline is None and more <= _MANY:
                    again = tuple(
                        row._replace(apprentice_ref=f"{row.apprentice_ref[:7]}7{n:03d}", uln=None)
                        for n in range(more)
                    )
                    rewritten = (Rewritten("apprentices", rows + again),)
                    yield _whole(self.rule, "start_date", "far more starts", rewritten)
                return


@dataclass(frozen=True, slots=True)
class EmptiedColumn:
    """A column that was filled last quarter and is empty in every row."""

    column: str
    rule: str = "A-089"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, where last quarter's return had the column filled."""
        rows = tuple(row._replace(**{self.column: None}) for row in site.content.apprentices)
        if site.previous and _falls_silent(site, rows, self.column):
            rewritten = (Rewritten("apprentices", rows),)
            yield _whole(self.rule, self.column, f"{self.column} is empty", rewritten)


@dataclass(frozen=True, slots=True)
class OnlyNewStarts:
    """A new cohort is sent in place of a small register: all on one day, or all with one provider.

    In a register so small nothing else is out of proportion; the few who were live are missed.
    """

    rule: str
    column: str
    what: str
    days: int
    count: int

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, in a register in which fewer than ten were live last quarter."""
        if site.previous is None:
            return
        missed = len(live_keys(site.previous.apprentices))
        likely = [row for row in site.content.apprentices if _could_start_now(site, row)]
        if not likely or missed >= _FEW_LIVE:
            return
        row = _filled(likely[-1], site.previous.apprentices)
        first = add_days(site.as_at, -40)
        rows = tuple(
            _new_start(row, number, on_a_weekday(add_days(first, number % self.days)))
            for number in range(self.count)
        )
        brought = Consequence("A-005", "apprentices", "apprentice_ref", missed)
        yield _whole(self.rule, self.column, self.what, with_register(site, rows), brought)


def _could_start_now(site: Site, row: ApprenticeRow) -> bool:
    chosen = standard(row.standard_ref)
    is_open = chosen.last_start_date is None or chosen.last_start_date >= site.as_at
    is_usual = row.start_date >= HOURS_FROM and row.restart == "N"
    return is_open and is_usual and chosen.level < 7


def _filled(row: ApprenticeRow, others: tuple[ApprenticeRow, ...]) -> ApprenticeRow:
    """Return the row with a value in every optional column that others have filled."""
    found: dict[str, str] = {}
    for name in _OPTIONAL:
        values = [value for one in others if (value := getattr(one, name)) is not None]
        if values and getattr(row, name) is None and name != "team_ref":
            found[name] = values[0]
    return row._replace(**found)


def _new_start(row: ApprenticeRow, number: int, day: date) -> ApprenticeRow:
    length = days_inclusive(row.start_date, row.planned_end_date)
    emptied = dict.fromkeys((*_RESULTS, "expected_return_date"))
    return row._replace(
        **(emptied | {"status": "1"}),
        apprentice_ref=f"{row.apprentice_ref[:7]}8{number:03d}",
        programme_no=1,
        uln=learner_number(_UNUSED_PLACE + number),
        start_date=day,
        planned_end_date=add_days(day, length - 1),
    )


@dataclass(frozen=True, slots=True)
class NobodyWithdrew:
    """A register that many completed and nobody left; whoever left once is not in it at all."""

    rule: str = "A-092"

    def places(self, site: Site) -> Iterator[Fault]:
        """Yield the fault once, where few who went on elsewhere are missed."""
        gone = {row.apprentice_ref for row in site.content.apprentices if row.status == "3"}
        rows = tuple(row for row in site.content.apprentices if row.apprentice_ref not in gone)
        completed = sum(row.status == "2" for row in rows)
        live = live_keys(site.previous.apprentices) if site.previous else set[tuple[str, int]]()
        missed = len(live - {key_of(row) for row in rows})
        if completed >= _ENOUGH_COMPLETED and missed <= _FEW_MISSED:
            brought = Consequence("A-005", "apprentices", "apprentice_ref", missed)
            rewritten = with_register(site, rows)
            yield _whole(self.rule, "status", "nobody withdrew", rewritten, brought)


WHOLE_FAULTS = (
    SharedReference(),
    RestartOfNothing(),
    RowGone(),
    MostRowsGone(),
    LastQuarterAgain(),
    JumpInStarts(),
    EmptiedColumn("home_borough"),
    EmptiedColumn("epa_org"),
    OnlyNewStarts("A-090", "start_date", "one first day", days=1, count=12),
    OnlyNewStarts("A-091", "provider_ukprn", "one provider", days=30, count=24),
    NobodyWithdrew(),
)
