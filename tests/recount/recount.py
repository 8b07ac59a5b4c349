"""Every figure of every quarter, counted again in plain Python from the lake.

Here: the order of the work, one quarter at a time. Not here: any rule. It is written from the words
of the metric catalogue, so that an error in the warehouse's SQL cannot be repeated here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

from specification.metrics import Metric, load_catalogue
from tests.recount import counts, other_tables, progression
from tests.recount.lake import Lake, Return
from tests.recount.rates import Rated
from tests.recount.spells import KnownQuarter, academic_year, known_quarters
from tests.recount.tally import Counted, Coverage, Figure, Item, Key, add_up, middles


def recount(folder: Path) -> Iterator[dict[Key, Figure]]:
    """Give, for each quarter of a lake, the figures as known at its end.

    Without a slice: each borough that returned (and collected the population) and the region, in
    every period. With a slice: what is not zero, for the region, and in the newest quarter and in
    second quarters for each borough.
    """
    lake = Lake(folder)
    answers = progression.Answers()
    for known in known_quarters(lake):
        answers.read(lake, known.quarter)
        by_borough = known.quarter == lake.quarters[-1] or known.quarter.endswith("Q2")
        yield _Quarter(lake, known, with_borough_slices=by_borough).figures(answers)


class _Quarter:
    """The figures as known at the end of one quarter."""

    def __init__(self, lake: Lake, known: KnownQuarter, *, with_borough_slices: bool) -> None:
        self.lake, self.known, self.with_borough_slices = lake, known, with_borough_slices
        self.returns: Mapping[str, Return] = lake.returns[known.quarter]
        self.metrics: Mapping[str, Metric] = {one.id: one for one in load_catalogue().metrics}

    def coverage(self, boroughs: Iterable[str] | None = None) -> Coverage:
        """Return who is covered: by the scope of a return, or whoever sent a table."""
        everyone = frozenset(self.returns if boroughs is None else boroughs)
        of_every_kind = everyone
        if boroughs is None:
            of_every_kind = frozenset(b for b, one in self.returns.items() if one.scope == "ALL")
        collected = {"DIGITAL": everyone, "ALL": of_every_kind}
        return Coverage(self.known.quarter, collected, with_borough_slices=self.with_borough_slices)

    def figures(self, answers: progression.Answers) -> dict[Key, Figure]:
        items = counts.spell_items(self.known)
        return (
            self._of_spells(items)
            | self._of_progression(items, answers)
            | self._of_workforce_and_levy(items)
            | self._of_teams_and_providers()
            | self._of_returns()
        )

    def _of_spells(self, items: list[Item[Rated]]) -> dict[Key, Figure]:
        coverage = self.coverage()
        add = partial(add_up, metrics=self.metrics, coverage=coverage)
        active = counts.active_years(items, academic_year(self.known.as_at_date))
        figures = add(items, counts.SPELL_MEASURES) | add(active, [counts.ACTIVE_MEASURE])
        for measure in counts.MEDIAN_MEASURES:
            figures |= middles(items, measure, self.metrics[measure.metric_id], coverage)
        return figures | counts.regional_shares(items, self.metrics["M37"], coverage)

    def _of_progression(
        self, items: list[Item[Rated]], answers: progression.Answers
    ) -> dict[Key, Figure]:
        coverage = self.coverage()
        people = list(progression.followed_up(items, self.known.spells, answers))
        due = (item for person in people for item in person.each)
        return add_up(
            due, progression.CHECKPOINT_MEASURES, self.metrics, coverage
        ) | progression.survival(people, self.metrics["M25"], coverage)

    def _of_workforce_and_levy(self, items: list[Item[Rated]]) -> dict[Key, Figure]:
        returns = self.returns.values()
        posts = list(other_tables.workforce_items(self.lake, returns, items))
        accounts = list(other_tables.levy_items(self.lake, returns))
        years = [year for of_borough, _ in accounts for year in of_borough]
        coming = [one for _, one in accounts]
        sent_posts, sent_levy = self._sent("workforce"), self._sent("levy")
        return (
            add_up(posts, other_tables.WORKFORCE_MEASURES, self.metrics, sent_posts)
            | add_up(years, other_tables.LEVY_YEAR_MEASURES, self.metrics, sent_levy)
            | add_up(coming, other_tables.LEVY_FORECAST_MEASURES, self.metrics, sent_levy)
        )

    def _of_teams_and_providers(self) -> dict[Key, Figure]:
        returns = self.returns.values()
        teams = other_tables.readiness_items(self.lake, returns)
        ratings = list(other_tables.rating_items(self.lake, returns))
        attributes = other_tables.attribute_items(ratings)
        rated = self._sent("provider_feedback", ratings)
        parts = list(other_tables.public_sector_items(self.lake, returns))
        sent_parts = self._sent("public_sector", parts)
        add = partial(add_up, metrics=self.metrics)
        return (
            add(teams, other_tables.READINESS_MEASURES, coverage=self._sent("readiness"))
            | add(ratings, other_tables.RATING_MEASURES, coverage=rated)
            | add(attributes, other_tables.ATTRIBUTE_MEASURES, coverage=rated)
            | add(parts, other_tables.PUBLIC_SECTOR_MEASURES, coverage=sent_parts)
        )

    def _of_returns(self) -> dict[Key, Figure]:
        expected = list(other_tables.return_items(self.returns))
        coverage = self.coverage(item.borough_code for item in expected)
        return add_up(expected, other_tables.RETURN_MEASURES, self.metrics, coverage)

    def _sent(self, table: str, items: Iterable[Item[Counted]] = ()) -> Coverage:
        """Cover who sent a table with this return, or has rows of it from an earlier one."""
        sent = {code for code, one in self.returns.items() if table not in one.nil}
        return self.coverage(sent | {item.borough_code for item in items})
