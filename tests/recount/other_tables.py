"""The metrics of the other tables of the return: M28, M30, M31, M34 to M36, M38, M39 and M40a.

Here: which rows of workforce, levy, readiness, feedback and public sector count, and for what. Not
here: the levy's rules (`levy`), sums (`tally`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from specification.periods import Quarter
from tests.recount.counts import by_quarter
from tests.recount.lake import (
    Lake,
    LevyRow,
    PostRow,
    RatingRow,
    Return,
    TeamRow,
    WorkforcePartRow,
    codes,
    read_code_list,
    standards,
)
from tests.recount.levy import Forecast, LevyYear, forecast, levy_years
from tests.recount.rates import Rated
from tests.recount.tally import Item, Measure

ZERO = Decimal(0)
ATTRIBUTES = tuple(f"a{number}" for number in range(1, 10))


def level_of(standard_ref: str | None) -> str | None:
    standard = standards().get(standard_ref or "")
    return str(standard.level) if standard else None


@dataclass(frozen=True, slots=True)
class Discipline:
    """The posts of one discipline in one borough, and the apprentices who will want them."""

    posts: tuple[PostRow, ...]
    due_to_finish: int

    def filled(self, *grades: str) -> Decimal:
        kept = (post for post in self.posts if not grades or post.grade in grades)
        return sum((post.posts_filled or ZERO for post in kept), ZERO)

    def vacant(self, *grades: str) -> Decimal:
        """Posts established and not filled, grade by grade; apprentice posts are never vacant."""
        kept = (post for post in self.posts if not grades or post.grade in grades)
        gaps = (
            (post.posts_established or ZERO) - (post.posts_filled or ZERO)
            for post in kept
            if post.grade != "APPRENTICE"
        )
        return sum((gap for gap in gaps if gap > 0), ZERO)

    @property
    def established(self) -> Decimal:
        return sum((post.posts_established or ZERO for post in self.posts), ZERO)


WORKFORCE_MEASURES: tuple[Measure[Discipline], ...] = (
    Measure("M30", by_quarter, lambda d: d.filled("APPRENTICE"), lambda d: d.established),
    Measure("M30b", by_quarter, lambda d: d.filled("APPRENTICE"), lambda d: d.filled()),
    Measure(
        "M31",
        by_quarter,
        lambda d: d.filled("ASSOCIATE") + d.vacant("ASSOCIATE"),
        lambda d: d.due_to_finish,
    ),
    Measure("M38a", by_quarter, lambda d: sum(p.planned_starts_12m or 0 for p in d.posts)),
    Measure("M38b", by_quarter, lambda d: sum(p.expected_openings_12m or 0 for p in d.posts)),
    Measure("M38c", by_quarter, lambda d: d.vacant()),
    Measure("M38d", by_quarter, lambda d: sum(p.hard_to_fill == "Y" for p in d.posts)),
    Measure("M38e", by_quarter, lambda d: d.due_to_finish),
)


def is_due_to_finish(rated: Rated) -> bool:
    """The council's own digital apprentices in training, planned to end within a year."""
    as_at, planned = rated.spell.as_at_date, rated.row.planned_end_date
    is_soon = as_at < planned <= as_at.replace(year=as_at.year + 1)
    return rated.is_unfinished and rated.spell.is_digital and is_soon


def workforce_items(
    lake: Lake, returns: Iterable[Return], spells: Iterable[Item[Rated]]
) -> Iterator[Item[Discipline]]:
    """Give every discipline of each borough that sent its workforce table."""
    due: dict[tuple[str, str | None], int] = {}
    for item in spells:
        if is_due_to_finish(item.counted):
            where = (item.borough_code, item.counted.row.discipline)
            due[where] = due.get(where, 0) + 1
    for one in returns:
        posts = lake.rows(PostRow, "workforce", one.quarter, one.borough_code)
        if "workforce" in one.nil or not posts:
            continue
        for name in codes("discipline", "label"):
            counted = Discipline(
                tuple(post for post in posts if post.discipline == name),
                due.get((one.borough_code, name), 0),
            )
            yield Item(counted, one.borough_code, "any", {"discipline": name})


def by_financial_year(year: LevyYear | PartYear) -> int:
    return year.financial_year


def by_forecast(_: Forecast) -> int:
    return 0


LEVY_YEAR_MEASURES: tuple[Measure[LevyYear], ...] = (
    Measure("M34", by_financial_year, lambda y: y.used, lambda y: y.funds_in),
    Measure("M34b", by_financial_year, lambda y: y.expired, lambda y: y.funds_in),
    Measure(
        "M35",
        by_financial_year,
        lambda y: 0 if y.previous_levy is None else y.transferred_out,
        lambda y: y.previous_levy or 0,
    ),
)
LEVY_FORECAST_MEASURES: tuple[Measure[Forecast], ...] = (
    Measure("M34c", by_forecast, lambda f: f.within(3)),
    Measure("M34d", by_forecast, lambda f: f.within(12)),
)


def levy_items(
    lake: Lake, returns: Iterable[Return]
) -> Iterator[tuple[list[Item[LevyYear]], Item[Forecast]]]:
    """Give each borough's financial years and its forecast, from the return of the quarter."""
    for one in returns:
        rows = lake.rows(LevyRow, "levy", one.quarter, one.borough_code)
        if "levy" in one.nil or not rows:
            continue
        years = [Item(year, one.borough_code, "any", {}) for year in levy_years(rows)]
        coming = forecast(rows, one.as_at_date)
        yield years, Item(coming, one.borough_code, "any", {})


READINESS_MEASURES: tuple[Measure[TeamRow], ...] = (
    Measure("M36", by_quarter, lambda team: team.decision == "GO", lambda _: 1),
    Measure(
        "M36b",
        by_quarter,
        lambda team: sum(score >= 3 for score in team.scores),
        lambda team: len(team.scores),
    ),
    Measure("M36c", by_quarter, lambda team: team.decision == "HOLD"),
)


def readiness_items(lake: Lake, returns: Iterable[Return]) -> Iterator[Item[TeamRow]]:
    """Give the teams considered in the quarter's returns."""
    for one in returns:
        if "readiness" in one.nil:
            continue
        for team in lake.rows(TeamRow, "readiness", one.quarter, one.borough_code):
            slices = {
                "discipline": team.discipline,
                "level": level_of(team.standard_ref),
                "hold_reason": team.hold_reason,
            }
            yield Item(team, one.borough_code, "any", slices)


@dataclass(frozen=True, slots=True)
class Attribute:
    """What one rating says of one of the nine attributes."""

    mark: str | None

    @property
    def net(self) -> int:
        return {"S": 1, "W": -1}.get(self.mark or "", 0)


RATING_MEASURES: tuple[Measure[RatingRow], ...] = (
    Measure("M28", by_quarter, lambda rating: int(rating.overall), lambda _: 1),
    Measure("M28c", by_quarter, lambda rating: rating.would_use_again == "Y", lambda _: 1),
)
ATTRIBUTE_MEASURES: tuple[Measure[Attribute], ...] = (
    Measure("M28b", by_quarter, lambda one: one.net, lambda _: 1),
)


def year_to(quarter: str) -> list[str]:
    """Return the four quarters that end with one."""
    last = Quarter.parse(quarter)
    number = last.start_year * 4 + last.number - 1
    return [str(Quarter(one // 4, one % 4 + 1)) for one in range(number - 3, number + 1)]


def rating_items(lake: Lake, returns: Iterable[Return]) -> Iterator[Item[RatingRow]]:
    """Give the newest rating of each provider and standard in the year to the quarter."""
    for one in returns:
        newest: dict[tuple[str, str], RatingRow] = {}
        for quarter in year_to(one.quarter):
            if one.borough_code in lake.returns.get(quarter, {}):
                for row in lake.rows(RatingRow, "provider_feedback", quarter, one.borough_code):
                    newest[row.provider_ukprn, row.standard_ref] = row
        for row in newest.values():
            slices = {
                "provider": row.provider_ukprn,
                "standard": row.standard_ref,
                "level": level_of(row.standard_ref),
            }
            yield Item(row, one.borough_code, "any", slices)


def attribute_items(ratings: Iterable[Item[RatingRow]]) -> Iterator[Item[Attribute]]:
    """Give the nine attributes of each rating."""
    for item in ratings:
        for name in ATTRIBUTES:
            mark: str | None = getattr(item.counted, name)
            slices = {**item.slices, "attribute": name}
            yield Item(Attribute(mark), item.borough_code, "any", slices)


@dataclass(frozen=True, slots=True)
class PartYear:
    """One part of a council in one financial year."""

    financial_year: int
    row: WorkforcePartRow

    @property
    def employees(self) -> int:
        """Employees at the start, where the part has any and says how many are new apprentices."""
        is_known = self.row.apprentices_new is not None
        return (self.row.employees_start or 0) if is_known else 0

    @property
    def apprentices(self) -> int:
        return (self.row.apprentices_new or 0) if self.row.employees_start else 0


PUBLIC_SECTOR_MEASURES: tuple[Measure[PartYear], ...] = (
    Measure("M39", by_financial_year, lambda y: y.apprentices, lambda y: y.employees),
)


def public_sector_items(lake: Lake, returns: Iterable[Return]) -> Iterator[Item[PartYear]]:
    """Give each part and year, as the newest return up to the quarter has it."""
    for one in returns:
        newest: dict[tuple[int, str], WorkforcePartRow] = {}
        for quarter in (name for name in lake.quarters if name <= one.quarter):
            if one.borough_code in lake.returns[quarter]:
                for row in lake.rows(WorkforcePartRow, "public_sector", quarter, one.borough_code):
                    newest[Quarter.parse(quarter).start_year, row.part] = row
        for (year, part), row in newest.items():
            yield Item(PartYear(year, row), one.borough_code, "any", {"part": part})


@dataclass(frozen=True, slots=True)
class Expected:
    """One borough of the spine."""

    has_returned: bool


RETURN_MEASURES: tuple[Measure[Expected], ...] = (
    Measure("M40a", by_quarter, lambda one: one.has_returned, lambda _: 1),
)


def return_items(returned: Iterable[str]) -> Iterator[Item[Expected]]:
    """Give every borough, and whether it returned."""
    signed = frozenset(returned)
    for row in read_code_list("boroughs"):
        borough_code = row["borough_code"]
        yield Item(Expected(borough_code in signed), borough_code, "any", {})
