"""Teams that could take an apprentice: how many are ready, and what holds the others.

Here: M36 by discipline and the reasons of M36c, of London. Not here: any team or borough: a borough
considers a dozen teams, and a manager knows their own. Teams are counted like people, so a count
of 1 to 4 is hidden with all from which it could be worked out.
"""

from __future__ import annotations

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Shown, Table
from publisher.marts import DIGITAL, Marts
from publisher.meaning import (
    DECISION,
    DECISIONS,
    DISCIPLINE,
    REGION,
    SUMS,
    Count,
    Group,
    Key,
    Limit,
    People,
    Share,
    people,
)
from publisher.proportions import SMALLEST_DENOMINATOR, percent_shown, rate_shown
from publisher.queries import Counted
from publisher.topic_marts import Slices
from publisher.topic_queries import Grouping, Ratio, Tally, by_slice
from publisher.wording import number_word, plural
from specification.load import load_code_rows

READY, CONDITIONS, ON_HOLD = "M36", "M36b", "M36c"
EVERY_DISCIPLINE = "EVERY_DISCIPLINE"
CHART = "hold-reasons"
_NO_OPENING = "HOLD_NO_OPENING"


def _teams(marts: Marts, *by: str, **codes: str) -> People:
    return people("teams", *by, area=REGION, population=DIGITAL, period=str(marts.quarter), **codes)


def _group(marts: Marts, decision: str, discipline: str = EVERY_DISCIPLINE) -> Group:
    of = _teams(marts, DISCIPLINE, DECISION)
    return of.group(marts.quarter, discipline=discipline, decision=decision)


def _slices(marts: Marts, metric_id: str, slice_type: str) -> Slices:
    return Slices(metric_id, DIGITAL, "quarter", str(marts.quarter), slice_type)


def _counted(marts: Marts, metric_id: str) -> Counted:
    return Counted(metric_id, DIGITAL, "quarter", str(marts.quarter))


def disciplines() -> dict[str, str]:
    """Return the name of each discipline by its code, alphabetical, London first."""
    names = {row["code"]: row["label"] for row in load_code_rows("discipline")}
    ordered = sorted(names.items(), key=lambda pair: pair[1])
    return {EVERY_DISCIPLINE: "London", **dict(ordered)}


def want_readiness(wanted: WantedCounts, marts: Marts) -> None:
    """Add the teams considered and ready by discipline, and those on hold by reason."""
    period = "quarter", str(marts.quarter)
    value, held = (marts.value(one, REGION, period=period) for one in (READY, ON_HOLD))
    ready = marts.topics.parts(_slices(marts, READY, "discipline"))
    if value is None or held is None or not value.denominator or not ready:
        return
    wanted.want(_group(marts, "CONSIDERED"), value.denominator)
    wanted.want(_group(marts, "GO"), value.numerator)
    wanted.want(_group(marts, "HOLD"), held.numerator)
    reasons = marts.topics.parts(_slices(marts, ON_HOLD, "hold_reason"))
    for code in DECISIONS["HOLD"]:
        part = reasons.get(code.removeprefix("HOLD_"))
        wanted.want(_group(marts, code), 0 if part is None else part.count)
    for code in SUMS[DISCIPLINE][EVERY_DISCIPLINE]:
        part = ready.get(code)
        considered, go = (_group(marts, one, code) for one in ("CONSIDERED", "GO"))
        wanted.want(considered, 0 if part is None else part.whole)
        wanted.want(go, 0 if part is None else part.count)
        wanted.follow(considered, go)


def readiness(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section, or nothing where no team was considered."""
    if _group(marts, "CONSIDERED") not in counts:
        return None
    return Section(
        section_id="readiness",
        topic="readiness",
        title=_title(marts, counts),
        paragraphs=(
            "Before an apprentice starts, boroughs ask whether the team can take one: is there "
            "somebody to teach, time to learn, and a post to progress into? This counts the teams "
            "considered in the quarter, of all boroughs together. No figure is shown of a team or "
            "of a borough’s teams.",
        ),
        charts=(
            Chart(
                chart_id=CHART,
                caption="Teams on hold by the reason given, London, alphabetical. A hidden count "
                "has no bar.",
                text_alternative="Bar chart of teams on hold by reason, in alphabetical order. The "
                "figures are in the table below.",
            ),
        ),
        tables=(_reasons_table(marts, counts), _discipline_table(marts, counts)),
    )


def _reasons_table(marts: Marts, counts: ProtectedCounts) -> Table:
    reasons = {f"HOLD_{row['code']}": row["label"] for row in load_code_rows("hold_reason")}
    ordered = {"HOLD": "On hold", **dict(sorted(reasons.items(), key=lambda pair: pair[1]))}
    rows = tuple(
        (code, label, counts.shown(_group(marts, code))) for code, label in ordered.items()
    )
    return Table(
        table_id="hold-reasons",
        title=f"Teams on hold by reason, London, {marts.quarter.label}",
        as_at=str(marts.quarter),
        columns=(
            Column(name="reason_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=DECISION),
                   description="Code of the reason; HOLD for all teams on hold."),
            Column(name="reason", title="Reason", datatype="string",
                   description="Why the team holds, as the borough gave it."),
            Column(name="teams", title="Teams", datatype="integer",
                   means=Count(people=_teams(marts, DECISION, discipline=EVERY_DISCIPLINE)),
                   description="Teams with the decision to hold (M36c)."),
        ),
        rows=rows,
        query=by_slice(
            marts.quarter,
            Grouping("reason_code", "hold_reason",
                     {code: (code.removeprefix("HOLD_"),) for code in reasons}, "HOLD"),
            (Tally("teams", _counted(marts, ON_HOLD), "numerator"),),
        ),
    )  # fmt: skip


def _discipline_table(marts: Marts, counts: ProtectedCounts) -> Table:
    considered, go = (
        _teams(marts, DISCIPLINE, decision=one) for one in ("CONSIDERED", "GO")
    )  # fmt: skip
    rows = tuple(
        (code, label, *_cells(marts, counts, code)) for code, label in disciplines().items()
    )
    ready, conditions = _counted(marts, READY), _counted(marts, CONDITIONS)
    return Table(
        table_id="readiness-by-discipline",
        title="Teams considered and ready to take an apprentice, by discipline, London, "
        f"{marts.quarter.label}",
        as_at=str(marts.quarter),
        columns=(
            Column(name="discipline_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=DISCIPLINE), description="Code of the discipline."),
            Column(name="discipline", title="Discipline", datatype="string",
                   description="Digital discipline of the planned apprenticeship."),
            Column(name="considered", title="Considered", datatype="integer",
                   means=Count(people=considered),
                   description="Teams considered in the quarter (M36)."),
            Column(name="ready", title="Ready", datatype="integer", means=Count(people=go),
                   description="Teams with the decision to go ahead (M36)."),
            Column(name="ready_share", title="Share ready", datatype="percent",
                   means=Share(numerator=go, denominator=considered),
                   description="Ready as a share of considered (M36)."),
            Column(name="conditions_met", title="Conditions met", datatype="percent",
                   means=Limit(of="considered"),
                   description="Conditions mostly or fully met, as a share of those scored in "
                   "these teams (M36b)."),
        ),
        rows=rows,
        query=by_slice(
            marts.quarter,
            Grouping("discipline_code", "discipline", {}, EVERY_DISCIPLINE),
            (
                Tally("considered", ready, "denominator"),
                Tally("ready", ready, "numerator"),
                Tally("met", conditions, "numerator"),
                Tally("scored", conditions, "denominator"),
            ),
            (Ratio("ready_share", "ready", "considered"), Ratio("conditions_met", "met", "scored")),
        ),
        notes=("A team is ready where the decision is to go ahead; the others hold or wait.",),
    )  # fmt: skip


def _cells(marts: Marts, counts: ProtectedCounts, code: str) -> tuple[Cell, ...]:
    considered = counts.shown(_group(marts, "CONSIDERED", code))
    go = counts.shown(_group(marts, "GO", code))
    return considered, go, rate_shown(go, considered)[0], _conditions(marts, code, considered)


def _conditions(marts: Marts, code: str, considered: Shown) -> Shown:
    """Return the share of conditions met; of few teams it would tell of each."""
    if not isinstance(considered, int):
        return considered
    if considered < SMALLEST_DENOMINATOR:
        return "z"
    if code == EVERY_DISCIPLINE:
        found = marts.topics.amount(CONDITIONS, REGION, str(marts.quarter))
    else:
        found = marts.topics.parts(_slices(marts, CONDITIONS, "discipline")).get(code)
    if found is None or found.numerator is None or not found.denominator:
        return "x"
    return percent_shown(found.numerator / found.denominator, considered)


def _title(marts: Marts, counts: ProtectedCounts) -> str:
    considered, go, hold, without = (
        counts.shown(_group(marts, one)) for one in ("CONSIDERED", "GO", "HOLD", _NO_OPENING)
    )
    if not isinstance(considered, int) or not isinstance(go, int):
        return "Teams that are ready to take an apprentice"
    said = f"{number_word(go)} of {plural(considered, 'team')} are ready to take an apprentice"
    if isinstance(hold, int) and isinstance(without, int) and 2 * without > hold:
        return f"{said}; {without:,} of the {hold:,} on hold have no post to progress into"
    return said
