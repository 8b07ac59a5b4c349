"""What boroughs say of their training providers: their ratings of the last year, together.

Here: M28 and M28c of the providers that may be named. Not here: achievement (providers), or who may
be named (dominance). A rating is a borough's word and counts nobody: a provider rated by fewer than
three boroughs, or nearly always by the same, would give that borough's word away.
"""

from __future__ import annotations

from collections.abc import Mapping

from publisher.figures import Cell, Column, Section, Table
from publisher.marts import ALL, Marts
from publisher.meaning import OfNobody
from publisher.proportions import percent_shown
from publisher.queries import Counted
from publisher.sections.dominance import named
from publisher.topic_marts import PROVIDERS, Part, Slices
from publisher.topic_queries import Grouping, Ratio, Tally, by_slice
from publisher.wording import per_cent

RATING, AGAIN = "M28", "M28c"
EVERY_PROVIDER, OTHERS = "EVERY_PROVIDER", "OTHERS"
_EXCELLENT = 4


def ratings(marts: Marts) -> Section | None:
    """Return the section, or nothing where no provider may be named."""
    parts = {one: marts.topics.parts(_slices(marts, one)) for one in (RATING, AGAIN)}
    by_area = marts.topics.by_area(_slices(marts, RATING))
    boroughs = {
        code: {area: part.whole for area, part in areas.items()} for code, areas in by_area.items()
    }
    names = named(boroughs, among=(code for code in boroughs if code.isdigit()))
    if not names:
        return None
    table = _table(marts, _rows(marts, parts, names), names)
    london = dict(zip((one.name for one in table.columns), table.rows[0], strict=True))
    return Section(
        section_id="provider-ratings",
        topic="providers",
        title=f"Boroughs would use the provider again in {per_cent(london['would_use_again'])} of "
        f"{london['ratings']:,} ratings",
        paragraphs=(
            "Each year boroughs rate each provider and standard that they use, from 1 (very poor) "
            f"to {_EXCELLENT} (excellent), and say whether they would use the provider again. "
            "Providers are named by the same rule as above, counted in ratings.",
        ),
        tables=(table,),
    )


def _slices(marts: Marts, metric_id: str) -> Slices:
    return Slices(metric_id, ALL, "quarter", str(marts.quarter), PROVIDERS)


def _rows(
    marts: Marts, parts: Mapping[str, Mapping[str, Part]], names: set[str]
) -> tuple[tuple[Cell, ...], ...]:
    known = marts.topics.provider_names
    label = {code: known.get(code, f"Provider {code}") for code in names}
    others = set(parts[RATING]) - names
    rows = [_row(EVERY_PROVIDER, "London", parts, set(parts[RATING]))]
    rows += [
        _row(code, label[code], parts, {code})
        for code in sorted(names, key=lambda code: (label[code], code))
    ]
    return (*rows, *([_row(OTHERS, "Other providers", parts, others)] if others else []))


def _row(
    code: str, label: str, parts: Mapping[str, Mapping[str, Part]], members: set[str]
) -> tuple[Cell, ...]:
    rated = [part for one, part in parts[RATING].items() if one in members]
    again = [part for one, part in parts[AGAIN].items() if one in members]
    count = sum(part.whole for part in rated)
    mean = sum(part.numerator for part in rated) / count
    return (
        code,
        label,
        count,
        int(mean * 10 + 0.5) / 10,
        percent_shown(sum(part.count for part in again) / count, count),
    )


def _table(marts: Marts, rows: tuple[tuple[Cell, ...], ...], names: set[str]) -> Table:
    rated, again = (
        Counted(one, ALL, "quarter", str(marts.quarter)) for one in (RATING, AGAIN)
    )  # fmt: skip
    return Table(
        table_id="provider-ratings",
        title="Boroughs’ ratings of their training providers, in the year to the end of the "
        "quarter",
        as_at=str(marts.quarter),
        columns=(
            Column(name="provider_code", title="UKPRN", datatype="string", is_on_page=False,
                   description="UK provider reference number; EVERY_PROVIDER for London, OTHERS "
                   "for those that are not named."),
            Column(name="provider_name", title="Provider", datatype="string",
                   description="The training provider."),
            Column(name="ratings", title="Ratings", datatype="integer", means=OfNobody(),
                   description="The newest rating of each borough, provider and standard (M28)."),
            Column(name="mean_rating", title="Mean rating, 1 to 4", datatype="decimal",
                   means=OfNobody(), description="Mean of the overall ratings (M28)."),
            Column(name="would_use_again", title="Would use again", datatype="percent",
                   means=OfNobody(), description="Ratings that would use the provider again, as "
                   "a share of all (M28c)."),
        ),
        rows=rows,
        query=by_slice(
            marts.quarter,
            Grouping("provider_code", PROVIDERS, {code: (code,) for code in sorted(names)},
                     EVERY_PROVIDER, others=OTHERS),
            (
                Tally("ratings", rated, "denominator"),
                Tally("points", rated, "numerator"),
                Tally("again", again, "numerator"),
            ),
            (
                Ratio("mean_rating", "points", "ratings", factor=1),
                Ratio("would_use_again", "again", "ratings"),
            ),
        ),
        notes=("Providers are in alphabetical order. The order is not a ranking.",),
    )  # fmt: skip
