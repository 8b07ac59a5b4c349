"""Boroughs against London's rate: what the picture, the flag and the table all say.

Here: the warehouse's comparison of one population, as far as it may be shown, its limits as a
table, its caption and its title. Not here: the method (dbt_project, marts/comparison); which
counts may be shown (outcomes); the tables of boroughs.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher import queries
from publisher.comparisons import Compared, Limits, Position
from publisher.figures import Cell, Chart, Column, Shown, Table
from publisher.meaning import OTHER_BOROUGHS, REGION, OfNobody
from publisher.proportions import SMALLEST_DENOMINATOR, percent_shown, rate_shown
from publisher.sections.outcomes import Outcomes, Population
from publisher.wording import joined, per_cent, plural

NAMES_IN_A_TITLE = 3
FEWEST_HIDDEN = 6
"""The limits depend on every borough's counts, the hidden ones too: one equation between them.

They are shown where no count is hidden, or where at least this many boroughs' are, so that the
equation leaves each of them open.
"""

SIZES_ALL_LISTED = 100
"""Up to here the warehouse has limits for every number; beyond, for steps up to its largest."""

NOT_SHOWN = "Not shown"
NOT_COMPARED = "Not compared"
_WITHOUT_RATE = {
    "c": NOT_SHOWN,
    "z": "Too few",
    "n": "Not collected",
    "b": "Sent back",
    "x": "Not returned",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the boroughs of one population lie against London, those only that may be shown.

    `boroughs` is by name, and empty where there is none to compare, or where `is_withheld`
    because the limits would give a hidden count away.
    """

    outcomes: Outcomes
    of: Population
    region_rate: Shown
    boroughs: dict[str, Compared]
    bands: tuple[tuple[int, Limits], ...]
    is_withheld: bool = False

    @property
    def compared_count(self) -> int:
        """How many boroughs are compared: drawn, flagged, and given a range."""
        return len(self.boroughs)

    @property
    def above(self) -> tuple[str, ...]:
        """The boroughs above what chance and case mix explain, alphabetical."""
        return self._names_at(Position.ABOVE)

    @property
    def below(self) -> tuple[str, ...]:
        """The boroughs below what chance and case mix explain, alphabetical."""
        return self._names_at(Position.BELOW)

    @property
    def differing(self) -> tuple[str, ...]:
        """The boroughs that differ by more than chance and case mix explain, alphabetical."""
        return tuple(sorted(self.above + self.below))

    @property
    def explained(self) -> tuple[str, ...]:
        """The boroughs outside the limits whose case mix may explain it, alphabetical."""
        return self._names_at(Position.ABOVE_EXPLAINED, Position.BELOW_EXPLAINED)

    def _names_at(self, *wanted: Position) -> tuple[str, ...]:
        return tuple(sorted(name for name, one in self.boroughs.items() if one.position in wanted))

    def rate(self, area_code: str) -> tuple[Shown, Shown, Shown]:
        """Return an area's rate and its 95% interval, per cent, or symbols."""
        return rate_shown(
            self.outcomes.achieved(self.of, area_code), self.outcomes.leavers(self.of, area_code)
        )

    def words(self, area_code: str, name: str) -> str:
        """Return how an area compares, in words that stand by themselves in a text column."""
        if area_code == REGION:
            return "The target"
        if area_code == OTHER_BOROUGHS and not isinstance(self.rate(area_code)[0], str):
            return NOT_COMPARED
        if name in self.boroughs:
            return str(self.boroughs[name].position)
        rate = self.rate(area_code)[0]
        if self.is_withheld and not isinstance(rate, str):
            return NOT_SHOWN
        return _WITHOUT_RATE.get(str(rate), NOT_COMPARED)

    def expected_range(self, area_code: str, name: str) -> tuple[Cell, Cell]:
        """Return the 99.8% limits for a borough's number of leavers, per cent."""
        if area_code == REGION:
            return "z", "z"
        if name not in self.boroughs:
            symbol = self.rate(area_code)[0]
            none = "z" if area_code == OTHER_BOROUGHS else "c"
            return (symbol, symbol) if isinstance(symbol, str) else (none, none)
        count, limits = self.boroughs[name].denominator, self.boroughs[name].limits
        return percent_shown(limits.low_998, count), percent_shown(limits.high_998, count)


def compare(outcomes: Outcomes, of: Population) -> Comparison:
    """Return the warehouse's comparison of the boroughs whose counts may be shown.

    Those that are published together were compared one by one: their line is not compared, and
    each of them counts as hidden.
    """
    marts = outcomes.marts
    key = (of.metric_id, of.population, outcomes.period)
    compared = marts.comparisons.boroughs.get(key, {})
    achieved, leavers = outcomes.achieved(of, REGION), outcomes.leavers(of, REGION)
    region_rate = rate_shown(achieved, leavers)[0]
    if not isinstance(achieved, int) or not isinstance(leavers, int) or not leavers:
        return Comparison(outcomes, of, region_rate, {}, ())
    visible = {
        borough.borough_name: compared[borough.borough_code]
        for borough in marts.returned_lines
        if borough.borough_code in compared
        and isinstance(outcomes.achieved(of, borough.borough_code), int)
        and isinstance(outcomes.leavers(of, borough.borough_code), int)
    }
    shown = {name: one for name, one in visible.items() if one.denominator >= SMALLEST_DENOMINATOR}
    if not shown:
        return Comparison(outcomes, of, region_rate, {}, ())
    if 0 < len(compared) - len(visible) < FEWEST_HIDDEN:
        return Comparison(outcomes, of, region_rate, {}, (), is_withheld=True)
    return Comparison(outcomes, of, region_rate, shown, _bands(outcomes, of, shown))


def _bands(
    outcomes: Outcomes, of: Population, shown: dict[str, Compared]
) -> tuple[tuple[int, Limits], ...]:
    """Return the limits over the numbers of leavers that are drawn, and a little around them.

    The warehouse has limits up to its largest borough. Where that one's leavers are hidden the
    numbers must not tell them: the limits end at the largest borough drawn, and beyond the sizes
    that are all listed, the limits of the boroughs drawn stand instead.
    """
    rows = outcomes.marts.comparisons.bands.get((of.metric_id, of.population, outcomes.period), ())
    sizes = [one.denominator for one in shown.values()]
    fewest, most = min(sizes), max(sizes)
    beyond = max(1, (most - fewest) // 16)
    leavers = {outcomes.leavers(of, one.borough_code) for one in outcomes.marts.returned_lines}
    if rows and rows[-1][0] in leavers:
        return tuple(row for row in rows if fewest - beyond <= row[0] <= most + beyond)
    if most > SIZES_ALL_LISTED:
        return tuple(sorted({one.denominator: one.limits for one in shown.values()}.items()))
    return tuple(row for row in rows if fewest - beyond <= row[0] <= most)


def comparison_title(found: Comparison, *, apprentices: str) -> str:
    """Return what the comparison says; `apprentices` is whom it counts, such as in a sentence."""
    if found.is_withheld:
        return f"{apprentices.capitalize()}: the boroughs cannot be compared in confidence"
    if not found.compared_count:
        return f"Too few {apprentices} have finished to compare boroughs"
    if not found.differing:
        return (
            f"{apprentices.capitalize()}: none of the {found.compared_count} boroughs that can be "
            "compared differs from London by more than chance and case mix explain"
        )
    more, fewer = _places(found.above), _places(found.below)
    explain = "than chance and case mix explain"
    if found.above and found.below:
        return f"More {apprentices} achieve in {more}, and fewer in {fewer}, {explain}"
    if found.above:
        return f"More {apprentices} achieve in {more} {explain}"
    return f"Fewer {apprentices} achieve in {fewer} {explain}"


def _places(names: tuple[str, ...]) -> str:
    return joined(names) if len(names) <= NAMES_IN_A_TITLE else f"{len(names)} boroughs"


def left_out_sentence(found: Comparison) -> str:
    """Say how many boroughs that returned this population are not drawn; nothing where all are."""
    outcomes = found.outcomes
    returned = [
        borough
        for borough in outcomes.marts.returned_lines
        if borough.borough_code != OTHER_BOROUGHS
        and outcomes.leavers(found.of, borough.borough_code) not in ("n", "x", "b")
    ]
    if found.is_withheld:
        return (
            " The boroughs’ range is not shown: with so few hidden counts it would give one away."
        )
    others = (
        " Boroughs that are published together are not drawn: the range is for single ones."
        if outcomes.marts.together
        else ""
    )
    left_out = len(returned) - found.compared_count
    if not left_out:
        return others
    return others + (
        f" {plural(left_out, 'borough')} that returned {'is' if left_out == 1 else 'are'} not "
        "drawn: fewer than 10 leavers, or a count that must stay confidential."
    )


def funnel_picture(found: Comparison, *, chart_id: str, counted: str) -> tuple[Chart, ...]:
    """Return what is said about the funnel, or nothing where there is none to draw."""
    if not found.bands:
        return ()
    limits = (
        "allow for boroughs varying more than chance alone"
        if any(one.between_variance > 0 for one in found.boroughs.values())
        else "are what chance alone explains"
    )
    outside = (
        f"Above what chance and case mix explain: {joined(found.above) or 'none'}. Below: "
        f"{joined(found.below) or 'none'}."
    )
    return (
        Chart(
            chart_id=chart_id,
            caption=f"{counted} that were achieved, as a share of those that ended, academic "
            f"years {found.outcomes.period}. Each point is a borough; boroughs with the same "
            "figures stand side by side. The bands are the 95% (darker) and "
            f"99.8% (paler) limits around London’s rate; they {limits}. A position "
            "inside the bands is not a ranking.",
            text_alternative=f"Funnel plot of {plural(found.compared_count, 'borough')} around "
            f"London’s {per_cent(found.region_rate)}. {outside} The figures are in the table "
            "below.",
        ),
    )


def case_mix_notes(found: Comparison) -> tuple[str, ...]:
    """Say where the limits and case mix disagree; nothing where they do not."""
    if not found.explained:
        return ()
    has, its = ("lies", "its") if len(found.explained) == 1 else ("lie", "their")
    return (
        f"{joined(found.explained)} {has} outside the 99.8% limits, but {its} mix of levels and "
        "entry routes may explain it (marked case mix): against what London achieves with the "
        "same mix, the difference is within what chance explains.",
    )


def limits_tables(found: Comparison, *, table_id: str) -> tuple[Table, ...]:
    """Return the bands by number of leavers."""
    if not found.bands:
        return ()
    rows: list[tuple[Cell, ...]] = []
    for leavers, limits in found.bands:
        bounds = (limits.low_998, limits.low_95, limits.high_95, limits.high_998)
        rows.append((leavers, *(round(bound * 100, 1) for bound in bounds)))
    names = ("low_998", "low_95", "high_95", "high_998")
    titles = ("Lower 99.8% limit", "Lower 95% limit", "Upper 95% limit", "Upper 99.8% limit")
    table = Table(
        table_id=table_id,
        title="The range that chance explains around London’s rate, by number of leavers",
        columns=(
            Column(name="leavers", title="Leavers", datatype="integer", means=OfNobody(),
                   description="Number of leavers of a borough."),
            *(
                Column(name=name, title=title, datatype="decimal", means=OfNobody(),
                       description=f"{title} of the achievement rate, per cent.")
                for name, title in zip(names, titles, strict=True)
            ),
        ),
        rows=tuple(rows),
        query=queries.bands(
            found.outcomes.marts.quarter,
            found.outcomes.counted(found.of),
            fewest=found.bands[0][0],
            most=found.bands[-1][0],
        ),
        is_on_page=False,
    )  # fmt: skip
    return (table,)
