"""Where London needs digital people, and whether apprentices have a post to move into.

Here: M38 by discipline, of London. Not here: any borough's posts. Posts and plans count nobody;
the apprentices due to finish are people, and protected as such.
"""

from __future__ import annotations

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Table
from publisher.marts import DIGITAL, Marts
from publisher.meaning import DISCIPLINE, REGION, SUMS, Count, Group, Key, OfNobody, People, people
from publisher.queries import Counted
from publisher.sections.readiness import EVERY_DISCIPLINE, disciplines
from publisher.topic_marts import Slices
from publisher.topic_queries import Grouping, Tally, by_slice

PLANNED, OPENINGS, VACANT, HARD, DUE = "M38a", "M38b", "M38c", "M38d", "M38e"
CHART = "skills-demand"
FEWEST_DRAWN = 3
"""Under this many disciplines the table says it better than a picture."""

_POSTS = {
    "planned_starts": ("Planned starts", PLANNED,
                       "Apprentices that teams want in the next 12 months (M38a)."),
    "expected_openings": ("Expected openings", OPENINGS,
                          "Posts to progress into that are expected in the next 12 months (M38b)."),
    "vacant_posts": ("Vacant posts", VACANT,
                     "Posts established and not filled, full-time equivalent, to the nearest whole "
                     "post (M38c)."),
    "hard_to_fill": ("Grades hard to fill", HARD,
                     "Grades of a borough’s posts marked as hard to fill (M38d)."),
}  # fmt: skip


def _due(marts: Marts, code: str) -> Group:
    return _people(marts).group(marts.quarter, discipline=code)


def _people(marts: Marts) -> People:
    return people(
        "due_to_finish", DISCIPLINE, area=REGION, population=DIGITAL, period=str(marts.quarter)
    )


def _slices(marts: Marts, metric_id: str) -> Slices:
    return Slices(metric_id, DIGITAL, "quarter", str(marts.quarter), "discipline")


def want_skills(wanted: WantedCounts, marts: Marts) -> None:
    """Add the apprentices due to finish, by discipline."""
    value = marts.value(DUE, REGION, period=("quarter", str(marts.quarter)))
    if value is None or value.numerator is None or not marts.topics.parts(_slices(marts, PLANNED)):
        return
    wanted.want(_due(marts, EVERY_DISCIPLINE), value.numerator)
    parts = marts.topics.parts(_slices(marts, DUE))
    for code in SUMS[DISCIPLINE][EVERY_DISCIPLINE]:
        part = parts.get(code)
        wanted.want(_due(marts, code), 0 if part is None else part.count)


def skills(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section, or nothing where no borough sent its posts."""
    if _due(marts, EVERY_DISCIPLINE) not in counts:
        return None
    table = _table(marts, counts)
    drawn = sum(isinstance(row["due_to_finish"], int) for row in list(table.records())[1:])
    return Section(
        section_id="skills-demand",
        topic="readiness",
        title=_title(table),
        paragraphs=(
            "Boroughs count their digital posts by discipline, with the starts they plan and the "
            "posts to progress into that they expect in the next 12 months. Cloud and data are "
            "the gaps that the partnership named when it began.",
        ),
        charts=(_chart(),) if drawn >= FEWEST_DRAWN else (),
        tables=(table,),
        after=(
            "Where fewer openings are expected than apprentices are due to finish, some will have "
            "to move on to stay in the work that they learned.",
        ),
    )


def _chart() -> Chart:
    return Chart(
        chart_id=CHART,
        caption="By discipline, alphabetical: apprentices due to finish in the next 12 months "
        "(open point), and posts to progress into that are expected in that time (full point). A "
        "discipline whose count of people is hidden has the full point only.",
        text_alternative="Dumbbell chart of apprentices due to finish and expected openings by "
        "discipline. The figures are in the table below.",
    )


def _posts(marts: Marts, metric_id: str, code: str) -> int:
    """Return London's posts of a discipline, to the nearest whole one."""
    if code == EVERY_DISCIPLINE:
        found = marts.topics.amount(metric_id, REGION, str(marts.quarter))
    else:
        found = marts.topics.parts(_slices(marts, metric_id)).get(code)
    return 0 if found is None or found.numerator is None else int(found.numerator + 0.5)


def _table(marts: Marts, counts: ProtectedCounts) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            code,
            label,
            *(_posts(marts, metric_id, code) for _, metric_id, _ in _POSTS.values()),
            counts.shown(_due(marts, code)),
        )
        for code, label in disciplines().items()
    ]
    period = "quarter", str(marts.quarter)
    return Table(
        table_id="skills-demand",
        title=f"Digital posts, plans and apprentices by discipline, London, {marts.quarter.label}",
        as_at=str(marts.quarter),
        columns=(
            Column(name="discipline_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=DISCIPLINE), description="Code of the discipline."),
            Column(name="discipline", title="Discipline", datatype="string",
                   description="Digital discipline."),
            *(
                Column(name=name, title=title, datatype="integer", description=description,
                       means=OfNobody())
                for name, (title, _, description) in _POSTS.items()
            ),
            Column(name="due_to_finish", title="Due to finish", datatype="integer",
                   means=Count(people=_people(marts)),
                   description="Apprentices in training who are due to finish in the next 12 "
                   "months (M38e)."),
        ),
        rows=tuple(rows),
        query=by_slice(
            marts.quarter,
            Grouping("discipline_code", "discipline", {}, EVERY_DISCIPLINE),
            (
                *(
                    Tally(name, Counted(metric_id, DIGITAL, *period), "numerator", is_rounded=True)
                    for name, (_, metric_id, _) in _POSTS.items()
                ),
                Tally("due_to_finish", Counted(DUE, DIGITAL, *period), "numerator"),
            ),
        ),
    )  # fmt: skip


def _title(table: Table) -> str:
    """Say how many posts of the named gaps are vacant, and how many of every discipline."""
    rows = {str(row["discipline_code"]): row for row in table.records()}
    vacant = {code: row["vacant_posts"] for code, row in rows.items()}
    return (
        f"Of {vacant[EVERY_DISCIPLINE]:,} vacant digital posts in London, {vacant['DATA']:,} are "
        f"in data and {vacant['CLOUD']:,} in cloud"
    )
