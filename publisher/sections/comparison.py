"""Boroughs against London's rate: what the picture, the flag and the table all say.

Here: one comparison of one population, its limits as a table, its caption and its title. Not
here: the method (funnel); which counts may be shown (outcomes); the tables of boroughs.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.figures import Cell, Chart, Column, Shown, Table
from publisher.funnel import Funnel, Position, Unit, compare_with_region
from publisher.marts import REGION
from publisher.proportions import SMALLEST_DENOMINATOR, percent_shown, rate_shown
from publisher.sections.outcomes import Outcomes, Population
from publisher.wording import joined, per_cent, plural

NAMES_IN_A_TITLE = 3
_NOT_COMPARED = {
    "c": "Not shown",
    "z": "Too few",
    "n": "Not collected",
    "b": "Sent back",
    "x": "Not returned",
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How the boroughs of one population lie against London; no funnel where it cannot be."""

    outcomes: Outcomes
    of: Population
    region_rate: Shown
    funnel: Funnel | None
    leavers: dict[str, int]

    @property
    def compared_count(self) -> int:
        """How many boroughs are compared: drawn, flagged, and given a range."""
        return len(self.leavers)

    @property
    def above(self) -> tuple[str, ...]:
        """The boroughs above the 99.8% limit, alphabetical."""
        return self._names_at(Position.ABOVE)

    @property
    def below(self) -> tuple[str, ...]:
        """The boroughs below the 99.8% limit, alphabetical."""
        return self._names_at(Position.BELOW)

    @property
    def differing(self) -> tuple[str, ...]:
        """The boroughs that differ by more than chance explains, alphabetical."""
        return tuple(sorted(self.above + self.below))

    def _names_at(self, wanted: Position) -> tuple[str, ...]:
        positions = () if self.funnel is None else self.funnel.positions
        return tuple(name for name, position in positions if position is wanted)

    def rate(self, area_code: str) -> tuple[Shown, Shown, Shown]:
        """Return an area's rate and its 95% interval, per cent, or symbols."""
        return rate_shown(
            self.outcomes.achieved(self.of, area_code), self.outcomes.leavers(self.of, area_code)
        )

    def words(self, area_code: str, name: str) -> str:
        """Return how an area compares, in words that stand by themselves in a text column."""
        if area_code == REGION:
            return "The target"
        if self.funnel is not None and name in self.leavers:
            return str(self.funnel.position(name))
        return _NOT_COMPARED.get(str(self.rate(area_code)[0]), "Not compared")

    def expected_range(self, area_code: str, name: str) -> tuple[Cell, Cell]:
        """Return the 99.8% limits for a borough's number of leavers, per cent."""
        if self.funnel is None or area_code == REGION:
            return None, None
        if name not in self.leavers:
            symbol = self.rate(area_code)[0]
            return (symbol, symbol) if isinstance(symbol, str) else (None, None)
        count = self.leavers[name]
        limits = self.funnel.limits(count)
        return percent_shown(limits.low_998, count), percent_shown(limits.high_998, count)


def compare(outcomes: Outcomes, of: Population) -> Comparison:
    """Compare the boroughs whose counts may be shown; the hidden ones shape nothing."""
    units: list[Unit] = []
    for borough in outcomes.marts.returned:
        achieved = outcomes.achieved(of, borough.borough_code)
        leavers = outcomes.leavers(of, borough.borough_code)
        if not isinstance(achieved, int) or not isinstance(leavers, int):
            continue
        if leavers >= SMALLEST_DENOMINATOR:
            units.append(Unit(borough.borough_name, achieved, leavers))
    achieved, leavers = outcomes.achieved(of, REGION), outcomes.leavers(of, REGION)
    region_rate = rate_shown(achieved, leavers)[0]
    if not units or not isinstance(achieved, int) or not isinstance(leavers, int) or not leavers:
        return Comparison(outcomes, of, region_rate, None, {})
    funnel = compare_with_region(units, numerator=achieved, denominator=leavers)
    sizes = {unit.name: unit.denominator for unit in units}
    return Comparison(outcomes, of, region_rate, funnel, sizes)


def comparison_title(found: Comparison, *, apprentices: str) -> str:
    """Return what the comparison says; `apprentices` is whom it counts, such as in a sentence."""
    if not found.compared_count:
        return f"Too few {apprentices} have finished to compare boroughs"
    if not found.differing:
        return (
            f"{apprentices.capitalize()}: none of the {found.compared_count} boroughs that can be "
            "compared differs from London by more than chance explains"
        )
    more, fewer = _places(found.above), _places(found.below)
    if found.above and found.below:
        return f"More {apprentices} achieve in {more}, and fewer in {fewer}, than chance explains"
    if found.above:
        return f"More {apprentices} achieve in {more} than chance explains"
    return f"Fewer {apprentices} achieve in {fewer} than chance explains"


def _places(names: tuple[str, ...]) -> str:
    return joined(names) if len(names) <= NAMES_IN_A_TITLE else f"{len(names)} boroughs"


def left_out_sentence(found: Comparison) -> str:
    """Say how many boroughs that returned this population are not drawn; nothing where all are."""
    outcomes = found.outcomes
    returned = [
        borough
        for borough in outcomes.marts.returned
        if outcomes.leavers(found.of, borough.borough_code) not in ("n", "x", "b")
    ]
    left_out = len(returned) - found.compared_count
    if not left_out:
        return ""
    return (
        f" {plural(left_out, 'borough')} that returned {'is' if left_out == 1 else 'are'} not "
        "drawn: fewer than 10 leavers, or a count that must stay confidential."
    )


def funnel_picture(found: Comparison, *, chart_id: str, counted: str) -> tuple[Chart, ...]:
    """Return what is said about the funnel, or nothing where there is none to draw."""
    funnel = found.funnel
    if funnel is None:
        return ()
    limits = (
        "allow for boroughs varying more than chance alone"
        if funnel.between_variance > 0
        else "are what chance alone explains"
    )
    outside = (
        f"Above the 99.8% limits: {joined(found.above) or 'none'}. Below: "
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


def limits_tables(found: Comparison, *, table_id: str) -> tuple[Table, ...]:
    """Return the bands by number of leavers, over the numbers drawn and a little beyond."""
    funnel = found.funnel
    if funnel is None:
        return ()
    fewest, most = min(found.leavers.values()), max(found.leavers.values())
    beyond = max(1, (most - fewest) // 16)
    rows: list[tuple[Cell, ...]] = []
    for leavers in range(max(1, fewest - beyond), most + beyond + 1):
        limits = funnel.limits(leavers)
        bounds = (limits.low_998, limits.low_95, limits.high_95, limits.high_998)
        rows.append((leavers, *(round(bound * 100, 1) for bound in bounds)))
    names = ("low_998", "low_95", "high_95", "high_998")
    titles = ("Lower 99.8% limit", "Lower 95% limit", "Upper 95% limit", "Upper 99.8% limit")
    table = Table(
        table_id=table_id,
        title="The range that chance explains around London’s rate, by number of leavers",
        columns=(
            Column(name="leavers", title="Leavers", datatype="integer",
                   description="Number of leavers of a borough."),
            *(
                Column(name=name, title=title, datatype="decimal",
                       description=f"{title} of the achievement rate, per cent.")
                for name, title in zip(names, titles, strict=True)
            ),
        ),
        rows=tuple(rows),
        notes=(
            f"Target {funnel.target * 100:.1f}%. Method: {funnel.method.replace('_', ' ')}. "
            f"Overdispersion {funnel.overdispersion:.2f}, variance between boroughs "
            f"{funnel.between_variance:.5f} on the arcsine-root scale.",
        ),
        is_on_page=False,
    )  # fmt: skip
    return (table,)
