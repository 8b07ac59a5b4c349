"""Achievement by sex, age, ethnic group and disability: London only, three years together.

Here: M05 of digital apprenticeships and of every kind, by one characteristic at a time. Not here:
which groups of a characteristic are shown (characteristics), any borough, or two characteristics
at once: both would show single people.
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Table
from publisher.marts import ALL, DIGITAL, Marts
from publisher.meaning import EVERYBODY, OTHER_OR_UNKNOWN, SEX, UNKNOWN, Key
from publisher.proportions import (
    STANDARD_SCORE_95,
    STANDARD_SCORE_998,
    rate_shown,
)
from publisher.sections.characteristics import CHARACTERISTICS, Groups, groups_of
from publisher.sections.groups import POPULATIONS, Divided, outcome_columns, outcome_query
from publisher.sections.outcomes import DIGITAL_SPELLS, three_years
from publisher.topic_queries import by_slice
from publisher.wording import joined, per_cent

CHART = "achievement-by-group"


def _every_group(marts: Marts) -> list[Groups]:
    """Return the characteristics that the warehouse divides digital leavers by."""
    period = three_years(marts)
    found = (
        groups_of(
            one,
            Divided(
                marts, period, DIGITAL_SPELLS.metric_id, f"leavers_by_{one.dimension}",
                one.dimension, EVERYBODY,
            ),
        )
        for one in CHARACTERISTICS
    )  # fmt: skip
    return [one for one in found if any(left for _, left in one.tallied[DIGITAL].values())]


def want_equality(wanted: WantedCounts, marts: Marts) -> None:
    """Add leavers and achievers of each group, of digital apprenticeships and of every kind."""
    for groups in _every_group(marts):
        for population, tallied in groups.tallied.items():
            groups.divided.want(wanted, population, tallied)


def equality(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section on equality, or nothing where the warehouse divides nobody."""
    every = _every_group(marts)
    if not every:
        return None
    tables = tuple(_table(groups, counts) for groups in every)
    return Section(
        section_id="equality",
        topic="equality",
        title=_title(every, counts),
        paragraphs=(
            "These are the same leavers as in the achievement rates, divided by one "
            "characteristic at a time, for all boroughs together and for the academic years "
            f"{three_years(marts)}. Smaller areas, single years or two characteristics at once "
            "would show single people.",
            _differences(every, counts),
        ),
        charts=(
            Chart(
                chart_id=CHART,
                caption="Digital apprenticeships that were achieved, as a share of those that "
                "ended, by characteristic. The point is the rate, the band its 95% interval: the "
                "fewer people, the wider. The line is London’s rate. Beside each band: the rate "
                "and the number of leavers.",
                text_alternative="Dot and band chart of achievement rates by sex, age, ethnic "
                "group and disability, in no order of size. The figures are in the tables below.",
            ),
        ),
        tables=tables,
        after=(
            "A difference in rates says nothing of its cause: groups differ in the standards "
            "they take, their levels and their boroughs. The rates are not adjusted for that, "
            "because an adjustment could hide a gap.",
        ),
    )


def _table(groups: Groups, counts: ProtectedCounts) -> Table:
    divided, characteristic = groups.divided, groups.characteristic
    rows: list[tuple[Cell, ...]] = [
        (
            code,
            characteristic.label(code),
            *(
                cell
                for population in POPULATIONS
                for cell in divided.cells(counts, population, code)
            ),
        )
        for code in (EVERYBODY, *groups.codes)
    ]
    tallies, worked = zip(
        *(outcome_query(divided, one, prefix=prefix) for one, prefix in POPULATIONS.items()),
        strict=True,
    )
    return Table(
        table_id=f"achievement-by-{characteristic.dimension.replace('_', '-')}",
        title=f"Apprenticeships that ended and were achieved: {characteristic.title.lower()}, "
        f"London, academic years {divided.period}",
        as_at=str(divided.marts.quarter),
        columns=(
            Column(name="group_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=characteristic.dimension),
                   description="Code of the group; EVERYBODY for London."),
            Column(name="group", title=characteristic.title, datatype="string",
                   description="The group, as the borough recorded it."),
            *(
                column
                for population, prefix in POPULATIONS.items()
                for column in outcome_columns(divided, population, prefix=prefix)
            ),
        ),
        rows=tuple(rows),
        query=by_slice(
            divided.marts.quarter,
            characteristic.grouping(groups.codes),
            [one for some in tallies for one in some],
            [one for some in worked for one in some],
        ),
        notes=_notes(groups),
    )  # fmt: skip


def _notes(groups: Groups) -> tuple[str, ...]:
    if OTHER_OR_UNKNOWN not in groups.codes or groups.characteristic.last is None:
        return ()
    last = groups.characteristic.groups[groups.characteristic.last[0]]
    return (
        f"{last} is counted together with those whose group is not known: fewer than 10 of that "
        "group left a digital apprenticeship, too few for their outcomes to be safe by themselves.",
    )


def _differences(every: Sequence[Groups], counts: ProtectedCounts) -> str:
    """Say which groups differ from everybody else, where so many are looked at."""
    compared: list[str] = []
    differing: list[str] = []
    for groups in every:
        for code in groups.codes:
            if code in (UNKNOWN, OTHER_OR_UNKNOWN):
                continue
            found = groups.divided.differs(counts, ALL, code, standard_score=STANDARD_SCORE_998)
            if found is None:
                continue
            name = f"{groups.characteristic.title.lower()} {groups.characteristic.label(code)}"
            compared.append(name)
            if found:
                differing.append(name)
    if not compared:
        return "The numbers are too small, or hidden, to compare a group with everybody else."
    whole = f"Over every kind of apprenticeship, {len(compared)} groups can each be compared with "
    whole += "everybody else: "
    if not differing:
        return (
            f"{whole}none achieves more or less often by more than chance explains (99.8% limits)."
        )
    return (
        f"{whole}{joined(differing)} {'differs' if len(differing) == 1 else 'differ'} by more than "
        "chance explains (99.8% limits)."
    )


def _title(every: Sequence[Groups], counts: ProtectedCounts) -> str:
    """Compare women and men, where both may be shown."""
    by_sex = next((one for one in every if one.characteristic.dimension == SEX), None)
    fallback = "Achievement by sex, age, ethnic group and disability"
    if by_sex is None:
        return fallback
    divided = by_sex.divided
    rates = {
        code: rate_shown(*reversed(divided.outcome(counts, DIGITAL, code)))[0]
        for code in ("F", "M")
    }
    if any(isinstance(rate, str) for rate in rates.values()):
        return fallback
    said = f"{per_cent(rates['F'])} of women and {per_cent(rates['M'])} of men"
    differs = divided.differs(counts, DIGITAL, "F", standard_score=STANDARD_SCORE_95)
    if differs:
        return f"{said} achieved their digital apprenticeship: more of a gap than chance explains"
    return f"{said} achieved their digital apprenticeship, a gap that chance alone can explain"
