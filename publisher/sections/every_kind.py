"""Achievement over every kind of apprenticeship: numbers large enough to compare boroughs.

Here: M05 for the population ALL. Not here: digital apprenticeships (achievement); the method of
comparison (dbt_project). Why it follows the digital result: a borough has a dozen digital leavers
in three years, and only a wide difference shows through chance; it has two hundred of every kind.
"""

from __future__ import annotations

from dataclasses import dataclass

from publisher.figures import Cell, Column, Section, Table, explained
from publisher.meaning import AREA, REGION, Key, Limit
from publisher.queries import QueryColumn, by_area
from publisher.sections.comparison import (
    NOT_SHOWN,
    Comparison,
    case_mix_notes,
    compare,
    comparison_title,
    funnel_picture,
    left_out_sentence,
    limits_tables,
)
from publisher.sections.outcomes import EVERY_SPELL, Outcomes
from publisher.wording import per_cent


@dataclass(frozen=True, slots=True)
class EveryKind:
    """The section and the comparison that the headline may name."""

    section: Section
    comparison: Comparison


def every_kind(outcomes: Outcomes) -> EveryKind | None:
    """Return the section, or nothing where no borough returned every kind."""
    found = compare(outcomes, EVERY_SPELL)
    if not found.boroughs and not found.is_withheld:
        return None
    section = Section(
        section_id="every-kind",
        topic="completions",
        title=comparison_title(found, apprentices="apprentices of every kind"),
        paragraphs=(
            "A borough has few digital leavers, so only a wide difference can be told from "
            "chance. Over every discipline and every route the numbers are large enough: "
            f"{per_cent(found.region_rate)} achieved across London.{left_out_sentence(found)}",
        ),
        charts=funnel_picture(
            found, chart_id="funnel-every-kind", counted="Apprenticeships of every kind"
        ),
        tables=(_borough_table(found), *limits_tables(found, table_id="every-kind-limits")),
    )
    return EveryKind(section, found)


_COLUMNS = (
    Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
           description="GSS code of the borough; REGION for London."),
    Column(name="borough_name", title="Borough", datatype="string",
           description="The borough as employer."),
    Column(name="leavers", title="Ended", datatype="integer",
           description="Apprenticeships of every kind that ended, by hybrid end year (M05)."),
    Column(name="achieved", title="Achieved", datatype="integer",
           description="Of those that ended, apprenticeships that were achieved (M05)."),
    Column(name="achievement_rate", title="Share", datatype="percent",
           description="Achieved as a share of those that ended (M05)."),
    Column(name="expected_low_998", title="Expected range", datatype="percent",
           description="Lower 99.8% limit around London’s rate for as many that ended."),
    Column(name="expected_high_998", title="Expected range, upper limit", datatype="percent",
           description="Upper 99.8% limit around London’s rate for as many that ended.",
           ends_interval=True),
    Column(name="compared_with_london", title="Compared with London", datatype="string",
           description="Where the share lies against the range that chance explains."),
)  # fmt: skip


def _borough_table(found: Comparison) -> Table:
    outcomes = found.outcomes
    counted = outcomes.counted(EVERY_SPELL)
    leavers, achieved, rate = outcomes.meanings(EVERY_SPELL)
    boroughs = ((b.borough_code, b.borough_name) for b in outcomes.marts.lines)
    rows: list[tuple[Cell, ...]] = [
        (
            area,
            name,
            outcomes.leavers(EVERY_SPELL, area),
            outcomes.achieved(EVERY_SPELL, area),
            found.rate(area)[0],
            *found.expected_range(area, name),
            found.words(area, name),
        )
        for area, name in ((REGION, "London"), *boroughs)
    ]
    return Table(
        table_id="every-kind-by-borough",
        title="Apprenticeships of every kind that ended, by borough, academic years "
        f"{outcomes.period}",
        as_at=str(outcomes.marts.quarter),
        columns=explained(
            _COLUMNS,
            borough_code=Key(dimension=AREA),
            leavers=leavers,
            achieved=achieved,
            achievement_rate=rate,
            expected_low_998=Limit(of="achievement_rate"),
            expected_high_998=Limit(of="achievement_rate"),
            compared_with_london=Limit(of="achievement_rate", silence=(NOT_SHOWN,)),
        ),
        rows=tuple(rows),
        query=by_area(
            outcomes.marts.quarter,
            (
                QueryColumn("leavers", "denominator", counted),
                QueryColumn("achieved", "numerator", counted),
                QueryColumn("achievement_rate", "value", counted, is_percent=True),
                QueryColumn("expected_low_998", "limit_low_998", is_percent=True),
                QueryColumn("expected_high_998", "limit_high_998", is_percent=True),
                QueryColumn("position", "position"),
                QueryColumn("words", "words"),
            ),
            compared=counted,
        ),
        notes=(
            "Boroughs are in alphabetical order. The order is not a ranking.",
            "Expected range: the 99.8% limits around London’s rate for as many leavers. Within: "
            "inside the 95% limits; at the lower or upper edge: between the 95% and 99.8% limits; "
            "below or above: outside the 99.8% limits and not explained by case mix.",
            *case_mix_notes(found),
        ),
    )
