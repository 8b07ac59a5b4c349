"""From marts to the one numbers file.

Here: the order of the page, its headlines, and what it says about its own quality. Not here: how
a section is worked out (sections), or looks (page).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from publisher import queries
from publisher.disclosure import SMALL, Said, WantedCounts, protect
from publisher.figures import (
    SYMBOL_MEANINGS,
    Coverage,
    Figures,
    Headline,
    Query,
    Section,
    Shown,
)
from publisher.marts import ALL, Marts
from publisher.meaning import REGION
from publisher.pooling import alone_in_line, method, with_line_explained
from publisher.queries import Counted
from publisher.sections.achievement import achievement
from publisher.sections.comparison import Comparison
from publisher.sections.context import national_context, want_context
from publisher.sections.destinations import want_destinations
from publisher.sections.every_kind import every_kind
from publisher.sections.outcomes import Outcomes, three_years, want_outcomes
from publisher.sections.progression import Progression, progression
from publisher.sections.providers import providers_of
from publisher.sections.shares import borough_shares, want_shares
from publisher.sections.starts import starts, starts_headline, want_starts
from publisher.sections.topics import topic_sections, want_topics
from publisher.sections.yearly_starts import starts_by_level, want_yearly_starts
from publisher.wording import joined, number_word, per_cent

TITLE = "Digital apprenticeships in London boroughs"


class NothingToPublish(Exception):
    """Too few boroughs returned for the quarter; the message is a plain sentence."""


def assemble_figures(
    marts: Marts,
    closed: Marts,
    *,
    is_synthetic: bool,
    generated_on: date,
    earlier: Sequence[Said] = (),
) -> Figures:
    """Return every figure of a release, after disclosure control.

    Args:
        marts: what is known as at the release's quarter.
        closed: what was known when the last academic year had closed: the outcomes are as at then.
        is_synthetic: whether the figures are made up.
        generated_on: the day written into the release.
        earlier: what the earlier releases say.

    Raises:
        NothingToPublish: no borough returned, or one alone of those that are published together;
            the partnership should wait for a signed return.
    """
    _require_enough(marts, closed)
    providers = providers_of(closed)
    codes = replace(closed.codes, providers=providers.sums)
    wanted = WantedCounts({marts.quarter: marts.codes, closed.quarter: codes})
    want_starts(wanted, marts)
    for want in (want_yearly_starts, want_outcomes, want_destinations, want_shares, want_context):
        want(wanted, closed)
    want_topics(wanted, marts, closed, providers)
    counts = protect(wanted, earlier)
    started = starts(marts, counts)
    outcomes = Outcomes(closed, three_years(closed), counts)
    achieved = achievement(outcomes)
    every = every_kind(outcomes)
    progressed = progression(closed, counts)
    figure, sentence = starts_headline(started, marts.quarter)
    sections: list[Section | None] = [
        achieved.section,
        None if every is None else every.section,
        progressed.section,
        *topic_sections(marts, closed, providers, counts),
        started.section,
        starts_by_level(closed, counts),
        borough_shares(closed, counts),
        national_context(closed, counts),
    ]
    coverage = _coverage(marts)
    together = {one.borough_code: one.borough_name for one in marts.together}
    names = tuple(together.values())
    shown = (section for section in sections if section is not None)
    return Figures(
        title=TITLE,
        quarter=str(marts.quarter),
        quarter_label=marts.quarter.label,
        is_synthetic=is_synthetic,
        generated_on=generated_on,
        published_on=marts.published_on or generated_on,
        next_published_on=marts.next_published_on,
        coverage=coverage,
        absent={
            str(one.quarter): {
                population: tuple(areas) for population, areas in one.codes.absent.items()
            }
            for one in (marts, closed)
        },
        providers=providers.sums,
        together=together,
        headlines=(
            Headline(figure=figure, sentence=sentence, counted_in="starts-london"),
            _achievement_headline(achieved.comparison),
            _difference_headline(achieved.comparison, None if every is None else every.comparison),
            _retained_headline(progressed),
        ),
        sections=tuple(with_line_explained(shown, names)),
        quality=_quality(coverage, progressed),
        methods=(*_METHODS, *method(names)),
        queries=(
            Query(
                query_id="coverage",
                title="boroughs that returned, and late ones",
                query=queries.coverage(marts.quarter),
            ),
            Query(
                query_id="registers",
                title="rows without a number, and carried ones",
                query=queries.register_rows(marts.quarter, _without_number(marts)),
            ),
        ),
        symbols=SYMBOL_MEANINGS,
        warehouse_build=marts.build,
        definition_versions=marts.definition_versions,
    )


def _require_enough(marts: Marts, closed: Marts) -> None:
    if not marts.returned:
        raise NothingToPublish(
            f"No borough has a signed return for {marts.quarter.label}, so there is nothing "
            "to publish yet."
        )
    for one in (marts, closed):
        if alone := alone_in_line(one):
            raise NothingToPublish(alone)


def _achievement_headline(found: Comparison) -> Headline:
    return Headline(
        figure=per_cent(found.region_rate),
        sentence="of the digital apprenticeships that ended in the academic years "
        f"{found.outcomes.period} were achieved",
        counted_in="achievement-by-borough",
    )


def _difference_headline(digital: Comparison, every: Comparison | None) -> Headline:
    """Count the boroughs that differ: the digital ones, or where none does, those of every kind."""
    is_digital = bool(digital.differing) or every is None or not every.differing
    found = digital if is_digital or every is None else every
    count = len(found.differing)
    noun = "borough differs" if count == 1 else "boroughs differ"
    names = f": {joined(found.differing)}" if found.differing else ""
    if found.is_withheld:
        return Headline(
            figure="c",
            sentence="How many boroughs differ from London’s achievement rate cannot be shown: it "
            "would give a hidden count away",
            counted_in="achievement-by-borough",
        )
    if is_digital:
        return Headline(
            figure=str(count),
            sentence=f"{noun} from London’s achievement rate by more than chance and case mix "
            f"explain, of the {found.compared_count} that can be compared{names}",
            counted_in="achievement-by-borough",
        )
    return Headline(
        figure=str(count),
        sentence=f"{noun} from London by more than chance and case mix explain, over every kind "
        f"of apprenticeship{names}. On digital ones alone, none does",
        counted_in="every-kind-by-borough",
    )


def _retained_headline(found: Progression) -> Headline:
    if isinstance(found.retained, str):
        return Headline(
            figure=found.retained,
            sentence="The share retained in local government 6 months on cannot be shown: "
            f"{per_cent(found.response)} of destinations are known",
            counted_in="progression-london",
        )
    return Headline(
        figure=per_cent(found.retained),
        sentence="of achievers whose destination is known work in local government 6 months on; "
        f"{per_cent(found.response)} of destinations are known",
        counted_in="progression-london",
    )


def _coverage(marts: Marts) -> Coverage:
    returned = {borough.borough_code for borough in marts.returned}
    late = {code for code, status in marts.statuses.items() if status.is_late and code in returned}
    missing = {borough.borough_code for borough in marts.boroughs} - returned
    sent_back = {code for code in missing if marts.absence(code) == "b"}
    digital_only = {code for code in returned if marts.absence(code, ALL) == "n"}

    def names(codes: set[str]) -> tuple[str, ...]:
        return tuple(b.borough_name for b in marts.boroughs if b.borough_code in codes)

    return Coverage(
        boroughs_expected=len(marts.boroughs),
        boroughs_returned=len(returned),
        boroughs_late=len(late),
        not_returned=names(missing - sent_back),
        sent_back=names(sent_back),
        digital_only=names(digital_only),
        late=names(late),
        **_registers(marts),
    )


def _without_number(marts: Marts) -> Counted:
    return Counted("M40b", ALL, "quarter", str(marts.quarter))


def _registers(marts: Marts) -> dict[str, Shown | None]:
    """Return how whole the registers are; a count of a few people is not shown."""
    of = _without_number(marts)
    value = marts.value(
        of.metric_id, REGION, population=of.population, period=(of.period_type, of.period)
    )
    counts = {
        "register_rows": None if value is None else value.denominator,
        "rows_without_number": None if value is None else value.numerator,
        "rows_carried": None if value is None else value.rows_carried,
    }
    return {name: "c" if count in SMALL else count for name, count in counts.items()}


def _quality(coverage: Coverage, progressed: Progression) -> tuple[str, ...]:
    covered = (
        f"{coverage.boroughs_returned} of {coverage.boroughs_expected} boroughs returned data that "
        "a named officer signed."
    )
    absent = coverage.not_returned + coverage.sent_back
    missing = (
        f" Not in these figures: {joined(absent)}. London’s totals are without "
        f"{'it' if len(absent) == 1 else 'them'}, in every period."
        if absent
        else ""
    )
    if coverage.sent_back:
        missing += f" Sent back for correction: {joined(coverage.sent_back)}."
    if coverage.digital_only:
        verb, them = ("collects", "it") if len(coverage.digital_only) == 1 else ("collect", "them")
        missing += (
            f" {joined(coverage.digital_only)} {verb} digital apprenticeships only: the figures "
            f"for every kind are without {them}."
        )
    late = (
        f"{number_word(coverage.boroughs_late)} of the returns came after the due date: "
        f"{joined(coverage.late)}."
        if coverage.late
        else "Every return came by its due date."
    )
    response = (
        f"{per_cent(progressed.response)} of the destinations due 6 months after training are "
        "known."
    )
    if isinstance(progressed.due, int) and isinstance(progressed.known, int):
        response = (
            f"{response[:-1]}: {progressed.known:,} of {progressed.due:,}, and "
            f"{progressed.due - progressed.known:,} are missing."
        )
    revised = (
        "Each return is a whole register: rates and destinations of earlier periods are restated "
        "with what is known now, and may change when a borough corrects its register."
    )
    return covered + missing, late, *_whole_registers(coverage), response, revised


def _whole_registers(coverage: Coverage) -> tuple[str, ...]:
    """Say how many learners have no number and how many rows come from an earlier return."""
    if coverage.register_rows is None or coverage.rows_without_number is None:
        return ()
    without, carried = coverage.rows_without_number, coverage.rows_carried
    sentence = (
        f"{_some(without)} of the {_some(coverage.register_rows).lower()} apprenticeships of every "
        "kind in the registers came without a learner number: those people cannot be recognised "
        "in another borough or provider."
    )
    if carried:
        sentence += (
            f" {_some(carried)} are known only from an earlier return, because the latest one "
            "left them out."
        )
    return (sentence,)


def _some(count: Shown) -> str:
    return "Fewer than 5" if count == "c" else number_word(int(count))


_METHODS = (
    "Digital apprenticeships are those in digital disciplines whose apprentice the borough "
    "employs itself.",
    "Achievement rate: achieved as a share of leavers, by hybrid end year, three academic years "
    "together. Intervals are 95% Wilson intervals.",
    "London’s range: limits around London’s rate on the arcsine-root scale (Spiegelhalter 2005), "
    "widened for boroughs varying more than chance alone (DerSimonian and Laird, scores "
    "winsorised at the 10th and 90th percentile), over the same three years. With fewer than 10 "
    "boroughs the exact binomial probability is used. Only boroughs with 10 or more leavers are "
    "compared.",
    "Case mix: a borough differs only where it lies outside the 99.8% limits and its achievers, "
    "over those expected with London’s rate for the same levels and entry routes, do too (95% "
    "interval after Byar).",
    "Destinations: share of those known, where 60% or more are known; the bounds count every "
    "unknown destination as a no, then as a yes.",
    "Providers: named where 10 or more leavers of 3 or more boroughs stand behind the name, and "
    "neither one borough makes more than 85% of them nor two make all; the others together.",
    "Counts of 1 to 4 are hidden, and with them any count from which one could be worked out. "
    "Rates need 10 people, and are whole per cents under 100.",
)
