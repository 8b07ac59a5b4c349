"""Each borough's share of London's digital starts from 2019 to 2021 (M37).

Here: one title, one chart, one table. Not here: any later window.
"""

from __future__ import annotations

from publisher.disclosure import ProtectedCounts, WantedCounts
from publisher.figures import Cell, Chart, Column, Section, Shown, Table
from publisher.marts import DIGITAL, Marts
from publisher.meaning import AREA, OTHER_BOROUGHS, REGION, Count, Group, Key, Share, people
from publisher.proportions import SMALLEST_DENOMINATOR, percent_shown
from publisher.queries import Counted, QueryColumn, by_area
from publisher.wording import plural

METRIC = "M37"
WINDOW = ("window", "2019 to 2021")
_COUNTED = Counted(METRIC, DIGITAL, *WINDOW)
_CODES = {"population": DIGITAL, "period": WINDOW[1]}
_PEOPLE = people("first_scheme_starts", AREA, **_CODES)
_ALL_OF_THEM = people("first_scheme_starts", area=REGION, **_CODES)
FOCUS_BOROUGH_CODE = "E09000012"
"""Hackney: the claim that the partnership's first scheme published was about its share."""


def want_shares(wanted: WantedCounts, marts: Marts) -> None:
    """Add the starts of the window, by borough and of London."""
    for borough in marts.returned_lines:
        value = marts.value(METRIC, borough.borough_code, period=WINDOW)
        if value is not None:
            wanted.want(_group(marts, borough.borough_code), value.numerator)
    london = marts.value(METRIC, REGION, period=WINDOW)
    if london is not None:
        wanted.want(_group(marts, REGION), london.denominator)


def _group(marts: Marts, area: str) -> Group:
    return _PEOPLE.group(marts.quarter, area=area)


def borough_shares(marts: Marts, counts: ProtectedCounts) -> Section | None:
    """Return the section, or nothing where the window has no starts."""
    total = counts.shown(_group(marts, REGION))
    if not isinstance(total, int) or total == 0:
        return None
    rows: list[tuple[Cell, ...]] = [(REGION, "London", total, _share(total, total))]
    for borough in marts.lines:
        code = borough.borough_code
        count = counts.shown(_group(marts, code), absent=marts.absence(code))
        rows.append((borough.borough_code, borough.borough_name, count, _share(count, total)))
    table = Table(
        table_id="shares-2019-to-2021",
        title="Digital apprenticeship starts from 2019 to 2021, by borough",
        as_at=str(marts.quarter),
        columns=(
            Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
                   means=Key(dimension=AREA),
                   description="GSS code of the borough; REGION for London."),
            Column(name="borough_name", title="Borough", datatype="string",
                   description="The borough as employer."),
            Column(name="starts", title="Starts", datatype="integer", means=Count(people=_PEOPLE),
                   description="Digital apprenticeship starts, 2019 to 2021 (M37)."),
            Column(name="share_of_london", title="Share of London", datatype="percent",
                   means=Share(numerator=_PEOPLE, denominator=_ALL_OF_THEM),
                   description="Starts as a share of all returned boroughs’ starts (M37)."),
        ),
        rows=tuple(rows),
        query=by_area(
            marts.quarter,
            (
                QueryColumn("starts", "numerator", _COUNTED),
                QueryColumn("share_of_london", "value", _COUNTED, is_percent=True),
            ),
        ),
    )  # fmt: skip
    shown = sum(isinstance(row[2], int) for row in rows[1:] if row[0] != OTHER_BOROUGHS)
    chart = Chart(
        chart_id="shares",
        caption=f"Digital starts from 2019 to 2021 in the {plural(shown, 'borough')} whose count "
        "may be shown, alphabetical, with the share of London’s "
        f"{total:,} starts.",
        text_alternative=f"Bar chart of starts in {plural(shown, 'borough')}, in alphabetical "
        "order. The figures are in the table below.",
    )
    return Section(
        section_id="shares",
        topic="starts",
        title=_title(marts, counts, total),
        paragraphs=(
            "The partnership’s first scheme ran from 2019 to 2021. This is each borough’s part "
            "of the digital apprenticeships started then, by boroughs that returned this quarter.",
        ),
        charts=(chart,) if shown else (),
        tables=(table,),
    )


def _share(count: Shown, total: int) -> Shown:
    if isinstance(count, str):
        return count
    return percent_shown(count / total, total) if total >= SMALLEST_DENOMINATOR else "z"


def _title(marts: Marts, counts: ProtectedCounts, total: int) -> str:
    count = counts.shown(_group(marts, FOCUS_BOROUGH_CODE))
    names = {borough.borough_code: borough.borough_name for borough in marts.boroughs}
    if isinstance(count, int) and count and total >= SMALLEST_DENOMINATOR:
        name = names[FOCUS_BOROUGH_CODE]
        part = int(count * 100 / total + 0.5)
        made = f"{name} made {count:,} of London’s {total:,} digital starts"
        return f"{made} from 2019 to 2021 ({part}%)"
    return f"London’s boroughs made {total:,} digital starts from 2019 to 2021"
