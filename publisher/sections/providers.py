"""Achievement by training provider over all of London, three academic years together.

Here: M26 of digital apprenticeships and of every kind, of the providers that may be named, and one
line for all the others. Not here: who may be named (dominance), the method of comparison
(dbt_project), or what boroughs say of providers (ratings). No borough and no level of a provider:
most such cells are small. Alphabetical: no league table.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from publisher.comparisons import Position
from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Table
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import PROVIDER, Key, Limit
from publisher.proportions import rate_shown
from publisher.sections.comparison import FEWEST_HIDDEN, NOT_SHOWN
from publisher.sections.dominance import named
from publisher.sections.groups import Divided, outcome_columns, outcome_query
from publisher.sections.outcomes import DIGITAL_SPELLS, three_years
from publisher.topic_marts import PROVIDERS, Part
from publisher.topic_queries import Grouping, by_slice
from publisher.wording import joined, number_word, plural

METRIC = "M26"
UNIVERSE = "leavers_by_provider"
EVERY_PROVIDER, OTHERS, OTHER_DIGITAL = "EVERY_PROVIDER", "OTHERS", "OTHER_DIGITAL"
_POOL = {DIGITAL: OTHER_DIGITAL, ALL: OTHERS}
_TABLES = {DIGITAL: "achievement-by-provider", ALL: "every-kind-by-provider"}
CHARTS = {DIGITAL: "providers", ALL: "providers-every-kind"}
_WORDS = {DIGITAL: "Digital apprenticeships", ALL: "Apprenticeships of every kind"}


@dataclass(frozen=True)
class Providers:
    """London's leavers by provider, and who may be named by population.

    Whoever is named of digital apprenticeships is named of every kind too, so that what one table
    shows less than the other is of providers that are named.
    """

    divided: Divided
    names: dict[str, tuple[str, ...]]
    parts: dict[str, dict[str, Part]]

    @property
    def sums(self) -> dict[str, tuple[str, ...]]:
        """The codes that are sums of providers. All that are not named are one atom."""
        everyone = set(self.names[ALL])
        rest = (OTHERS,) if self._unnamed() else ()
        return {
            EVERY_PROVIDER: (*self.names[ALL], *rest),
            OTHER_DIGITAL: (*sorted(everyone - set(self.names[DIGITAL])), *rest),
        }

    @property
    def shown(self) -> list[str]:
        """The populations of which some provider may be named."""
        return [one for one in (DIGITAL, ALL) if self.parts[one] and self.names[one]]

    def pool(self, population: str) -> str | None:
        """Return the code of those not named, or nothing where there is nobody."""
        code = _POOL[population]
        members = self.sums[OTHER_DIGITAL] if code == OTHER_DIGITAL else self._unnamed()
        return code if members else None

    def tallied(self, population: str) -> dict[str, tuple[int, int]]:
        """Return how many of each named provider achieved and left, and of the pool."""
        parts = self.parts[population]
        named_here = self.names[population]
        found = {code: (parts[code].count, parts[code].whole) for code in named_here}
        pool = self.pool(population)
        if pool is not None:
            others = [part for code, part in parts.items() if code not in named_here]
            found[pool] = sum(one.count for one in others), sum(one.whole for one in others)
        return found

    def label(self, code: str) -> str:
        """Return the name of a provider, or the words for those not named."""
        if code == EVERY_PROVIDER:
            return "London"
        if code in (OTHERS, OTHER_DIGITAL):
            return "Other providers"
        return self.divided.marts.topics.provider_names.get(code, f"Provider {code}")

    def ordered(self, population: str) -> list[str]:
        """Return London, the named providers by name, and the pool."""
        pool = self.pool(population)
        by_name = sorted(self.names[population], key=lambda code: (self.label(code), code))
        return [EVERY_PROVIDER, *by_name, *([pool] if pool else [])]

    def position(self, counts: ProtectedCounts, population: str, code: str) -> str:
        """Return how a provider lies against London's range, in words."""
        if code == EVERY_PROVIDER:
            return "The target"
        leavers, achieved = self.divided.outcome(counts, population, code)
        if isinstance(rate_shown(achieved, leavers)[0], str):
            return NOT_SHOWN if leavers == "c" or achieved == "c" else "Too few"
        marts = self.divided.marts
        key = DIGITAL_SPELLS.metric_id, population, self.divided.period, code
        position = marts.topics.positions.get(key)
        if position is None or not self._may_compare(counts, population):
            return "Not compared"
        return str(position)

    def at(self, counts: ProtectedCounts, population: str, position: Position) -> list[str]:
        """Return the names of the providers at a position, alphabetical."""
        return [
            self.label(code)
            for code in self.ordered(population)
            if self.position(counts, population, code) == position
        ]

    def _may_compare(self, counts: ProtectedCounts, population: str) -> bool:
        """Return whether the limits tell nothing of anybody who is not shown.

        The exact ones depend on London's rate alone. Those of a funnel depend on every provider's
        counts, the hidden ones too: they need none hidden, or many.
        """
        if population in self.divided.marts.topics.exact:
            return True
        left = sum(1 for part in self.parts[population].values() if part.whole)
        shown = sum(
            all(isinstance(one, int) for one in self.divided.outcome(counts, population, code))
            for code in self.names[population]
        )
        return not 0 < left - shown < FEWEST_HIDDEN

    def _unnamed(self) -> set[str]:
        return {code for parts in self.parts.values() for code in parts} - set(self.names[ALL])


def providers_of(marts: Marts) -> Providers:
    """Return the providers of London and which of them may be named."""
    period = three_years(marts)
    divided = Divided(marts, period, METRIC, UNIVERSE, PROVIDER, EVERY_PROVIDER)
    slices = {one: divided.slices(one, PROVIDERS) for one in (DIGITAL, ALL)}
    parts = {one: dict(marts.topics.parts(key)) for one, key in slices.items()}
    boroughs = {
        one: {
            code: {area: part.whole for area, part in areas.items()}
            for code, areas in marts.topics.by_area(key).items()
        }
        for one, key in slices.items()
    }
    # A spell whose provider is not known has words in the place of a number.
    numbers = {code for some in parts.values() for code in some if code.isdigit()}
    every = named(boroughs[ALL] or boroughs[DIGITAL], among=numbers)
    digital = named(boroughs[DIGITAL], among=every)
    names = {DIGITAL: tuple(sorted(digital)), ALL: tuple(sorted(every))}
    return Providers(divided, names, parts)


def want_providers(wanted: WantedCounts, found: Providers) -> None:
    """Add the leavers and achievers of each named provider, and of the pool."""
    for population in found.shown:
        found.divided.want(wanted, population, found.tallied(population))


def providers(found: Providers, counts: ProtectedCounts) -> Section | None:
    """Return the section on providers, or nothing where none may be named."""
    shown = found.shown
    if not shown:
        return None
    return Section(
        section_id="providers",
        topic="providers",
        title=_title(found, counts, shown),
        paragraphs=(
            "Each spell counts for the provider who taught it, for all boroughs together. "
            "A provider is named where at least 10 of its apprentices left, at least 3 boroughs "
            "used it, and neither one borough made more than 85% of them nor two made all. The "
            "others are one line.",
            *(_lying(found, counts, one) for one in shown),
        ),
        charts=tuple(_chart(found, one) for one in shown),
        tables=tuple(_table(found, counts, one) for one in shown),
        after=(
            "A position is a reason to ask, not a verdict: the providers teach different "
            "standards, levels and people.",
        ),
    )


def _chart(found: Providers, population: str) -> Chart:
    count = len(found.names[population])
    return Chart(
        chart_id=CHARTS[population],
        caption=f"{_WORDS[population]} that were achieved, as a share of those that ended, by "
        f"provider, alphabetical, academic years {found.divided.period}. The point is the rate, "
        "the band its 95% interval. The line is London’s rate. Beside each band: the rate and the "
        "number of leavers.",
        text_alternative=f"Dot and band chart of {plural(count, 'provider')}, in alphabetical "
        "order. The figures are in the table below.",
    )


def _table(found: Providers, counts: ProtectedCounts, population: str) -> Table:
    divided = found.divided
    rows: list[tuple[Cell, ...]] = [
        (
            code,
            found.label(code),
            *divided.cells(counts, population, code),
            found.position(counts, population, code),
        )
        for code in found.ordered(population)
    ]
    tallies, worked = outcome_query(divided, population)
    named_here = found.names[population]
    grouping = Grouping(
        "provider_code", PROVIDERS, {code: (code,) for code in named_here}, EVERY_PROVIDER,
        others=_POOL[population],
    )  # fmt: skip
    return Table(
        table_id=_TABLES[population],
        title=f"{_WORDS[population]} that ended, by training provider, academic years "
        f"{divided.period}",
        as_at=str(divided.marts.quarter),
        columns=(
            Column(name="provider_code", title="UKPRN", datatype="string", is_on_page=False,
                   means=Key(dimension=PROVIDER),
                   description="UK provider reference number; EVERY_PROVIDER for London, OTHERS "
                   "or OTHER_DIGITAL for those that are not named."),
            Column(name="provider_name", title="Provider", datatype="string",
                   description="The training provider."),
            *outcome_columns(divided, population),
            Column(name="compared_with_london", title="Compared with London’s range",
                   datatype="string",
                   means=Limit(of="achievement_rate", silence=(NOT_SHOWN,)),
                   description="Where the rate lies against the range that chance explains around "
                               "London’s rate, for as many leavers."),
        ),
        rows=tuple(rows),
        query=by_slice(
            divided.marts.quarter,
            grouping,
            tallies,
            worked,
            compared=replace(divided.counted(population), metric_id=DIGITAL_SPELLS.metric_id),
        ),
        notes=(
            "Providers are in alphabetical order. The order is not a ranking.",
            "Compared with London’s range: as for boroughs; below or above, outside the 99.8% "
            "limits and not explained by case mix.",
        ),
    )  # fmt: skip


def _compared(found: Providers, counts: ProtectedCounts, population: str) -> list[str]:
    return [
        code
        for code in found.names[population]
        if found.position(counts, population, code) in list(Position)
    ]


def _lying(found: Providers, counts: ProtectedCounts, population: str) -> str:
    """Say how many of the named lie within, and who lies outside."""
    compared = _compared(found, counts, population)
    words = _WORDS[population]
    if not compared:
        return f"{words}: the providers’ places against London’s range are not shown."
    above = found.at(counts, population, Position.ABOVE)
    below = found.at(counts, population, Position.BELOW)
    if not above and not below:
        return (
            f"{words}: of the {plural(len(compared), 'provider')} that can be compared, none lies "
            "outside what chance and case mix explain."
        )
    lie = "lies" if len(above) + len(below) == 1 else "lie"
    placed = {"above": above, "below": below}
    outside = "; ".join(f"{place}: {joined(names)}" for place, names in placed.items() if names)
    return (
        f"{words}: of the {plural(len(compared), 'provider')} that can be compared, "
        f"{len(above) + len(below)} {lie} outside what chance and case mix explain ({outside})."
    )


def _title(found: Providers, counts: ProtectedCounts, shown: list[str]) -> str:
    population = shown[0]
    kind = "digital apprentices" if population == DIGITAL else "apprentices"
    below = found.at(counts, population, Position.BELOW)
    above = found.at(counts, population, Position.ABOVE)
    explain = "than chance and case mix explain"
    if below and above:
        return f"More {kind} achieve with {joined(above)}, fewer with {joined(below)}, {explain}"
    if below:
        return f"Fewer {kind} achieve with {joined(below)} {explain}"
    if above:
        return f"More {kind} achieve with {joined(above)} {explain}"
    if not _compared(found, counts, population):
        count = len(found.names[population])
        return f"{number_word(count)} training providers taught enough {kind} to be named"
    return f"No provider’s {kind} achieve more or less often {explain}"
