"""The apprenticeship levy: used, expired and transferred, by borough and year.

Here: M34, M34b, M34d and M35. Not here: the public-sector measure (public_sector), or anybody's
training price. Why boroughs are shown: the amounts are a council's money and count nobody. They are
rounded to £1,000, which is more than a month of any one apprentice's training, and the shares are
whole per cents.
"""

from __future__ import annotations

from math import floor

from publisher.figures import ABSENT, Cell, Chart, Column, Section, Shown, Table
from publisher.marts import ALL, WITHOUT_FIGURE, Marts
from publisher.meaning import AREA, REGION, Key, OfNobody
from publisher.queries import Counted
from publisher.topic_marts import Amount
from publisher.topic_queries import money_by_area, money_by_year
from publisher.wording import per_cent

USED, EXPIRED, EXPIRING, TRANSFERRED = "M34", "M34b", "M34d", "M35"
YEARS_SHOWN = 3
POUNDS = 1000
"""Amounts are rounded to so many pounds."""

CHART = "levy-used"

_AMOUNTS = {
    "funds_in": ("Funds in", USED, "denominator",
                 "Levy of the year in England with the government’s top-up (M34)."),
    "used": ("Used", USED, "numerator", "Paid to providers and transferred out (M34)."),
    "expired": ("Expired", EXPIRED, "numerator",
                "Funds that were not used within their term and were lost (M34b)."),
    "transferred": ("Transferred", TRANSFERRED, "numerator",
                    "Transferred to other employers (M35)."),
}  # fmt: skip
_SHARES = {
    "used_share": ("Share used", USED, "Used as a share of funds in (M34); over 100% where "
                   "earlier funds were used too."),
    "expired_share": ("Share expired", EXPIRED, "Expired as a share of funds in (M34b)."),
    "transfer_share": ("Share transferred", TRANSFERRED,
                       "Transferred as a share of the levy of the year before (M35)."),
}  # fmt: skip


def years_ended(marts: Marts) -> list[str]:
    """Return the financial years that had ended by the end of the quarter, newest last."""
    last = marts.quarter.last_day
    ended = last.year if last.month == 3 else last.year - (last.month < 3)
    known = [year for year in marts.topics.periods(USED) if int(year[:4]) < ended]
    return known[-YEARS_SHOWN:]


def levy(marts: Marts) -> Section | None:
    """Return the section, or nothing where no year of a levy account has ended."""
    years = years_ended(marts)
    if not years:
        return None
    by_borough, by_year = _borough_table(marts, years), _london_table(marts, years)
    london = dict(zip((one.name for one in by_borough.columns), by_borough.rows[0], strict=True))
    expiring = london["expiring"]
    forecast = (
        f"If payments go on as in the last 12 months, {_money(expiring)} of what London’s boroughs "
        "held at the end of the quarter expires in the 12 months after it."
        if isinstance(expiring, int)
        else "What will expire in the next 12 months is not known."
    )
    return Section(
        section_id="levy",
        topic="levy",
        title=_title(london, years[-1]),
        paragraphs=(
            "Each council pays the apprenticeship levy and can spend it on training, or transfer "
            f"up to half of a year’s levy to other employers. What is not used in time is lost. "
            f"{forecast}",
        ),
        charts=_charts(years),
        tables=(by_borough, by_year),
        after=(
            "A borough that uses less of its levy is not doing worse by that alone: large councils "
            "pay more than their staff can train on, and the levy falls on schools’ pay too.",
        ),
    )


def _charts(years: list[str]) -> tuple[Chart, ...]:
    if len(years) < 2:
        return ()
    return (
        Chart(
            chart_id=CHART,
            caption=f"Levy used as a share of the year’s funds, by borough, alphabetical: "
            f"{years[-2]} (open point) and {years[-1]} (full point). Over 100%, funds of earlier "
            "years were used too. The line is London’s share now.",
            text_alternative="Dumbbell chart of the share of the levy used in two years by "
            "borough, in alphabetical order. The figures are in the table below.",
        ),
    )


def _amount_columns(*, hidden: tuple[str, ...] = ()) -> list[Column]:
    """Return the columns of pounds; those that are `hidden` are in the files only."""
    return [
        Column(name=name, title=f"{title}, £", datatype="integer", means=OfNobody(),
               is_on_page=name not in hidden,
               description=f"{description} In pounds, to the nearest £1,000.")
        for name, (title, _, _, description) in _AMOUNTS.items()
    ]  # fmt: skip


def _share_columns() -> list[Column]:
    return [
        Column(name=name, title=title, datatype="percent", means=OfNobody(),
               description=description)
        for name, (title, _, description) in _SHARES.items()
    ]  # fmt: skip


def _borough_columns(before: str | None) -> tuple[Column, ...]:
    earlier = Column(
        name="used_share_before", title=f"Share used in {before}", datatype="percent",
        means=OfNobody(), description="Used as a share of funds in, the year before (M34).",
    )  # fmt: skip
    return (
        Column(name="borough_code", title="Code", datatype="string", is_on_page=False,
               means=Key(dimension=AREA),
               description="GSS code of the borough; REGION for London."),
        Column(name="borough_name", title="Borough", datatype="string",
               description="The borough as employer."),
        *_amount_columns(hidden=("used", "transferred")),
        *([] if before is None else [earlier]),
        *_share_columns(),
        Column(name="expiring", title="Expiring within 12 months, £", datatype="integer",
               means=OfNobody(),
               description="Funds held at the end of the quarter that expire within 12 months "
               "if payments go on as in the last 12 (M34d). In pounds, to the nearest £1,000."),
    )  # fmt: skip


def _borough_table(marts: Marts, years: list[str]) -> Table:
    year = years[-1]
    before = years[-2] if len(years) > 1 else None
    areas = [(REGION, "London"), *((b.borough_code, b.borough_name) for b in marts.lines)]
    rows: list[tuple[Cell, ...]] = []
    for area, name in areas:
        earlier = () if before is None else (_share(marts, USED, area, before),)
        expiring = _pounds(marts, EXPIRING, "numerator", area, str(marts.quarter))
        rows.append(
            (
                area,
                name,
                *_amounts(marts, area, year),
                *earlier,
                *_shares(marts, area, year),
                expiring,
            )
        )
    counted = {
        one: Counted(one, ALL, "financial_year", year) for one in (USED, EXPIRED, TRANSFERRED)
    }
    shares = {name: counted[metric_id] for name, (_, metric_id, _) in _SHARES.items()}
    if before is not None:
        shares["used_share_before"] = Counted(USED, ALL, "financial_year", before)
    return Table(
        table_id="levy-by-borough",
        title=f"Apprenticeship levy by borough, financial year {year}",
        as_at=str(marts.quarter),
        columns=_borough_columns(before),
        rows=tuple(rows),
        query=money_by_area(
            marts.quarter,
            {
                **{
                    name: (counted[metric_id], measure)
                    for name, (_, metric_id, measure, _) in _AMOUNTS.items()
                },
                "expiring": (Counted(EXPIRING, ALL, "quarter", str(marts.quarter)), "numerator"),
            },
            shares,
            rounded_to=POUNDS,
        ),
        notes=(
            "Boroughs are in alphabetical order. The order is not a ranking.",
            "Each amount is rounded by itself, so boroughs do not quite add up to London.",
        ),
    )  # fmt: skip


def _london_table(marts: Marts, years: list[str]) -> Table:
    return Table(
        table_id="levy-london",
        title="Apprenticeship levy of London’s boroughs by financial year",
        as_at=str(marts.quarter),
        columns=(
            Column(name="financial_year", title="Financial year", datatype="string",
                   description="1 April to 31 March."),
            *_amount_columns(),
            *_share_columns(),
        ),
        rows=tuple(
            (year, *_amounts(marts, REGION, year), *_shares(marts, REGION, year)) for year in years
        ),
        query=money_by_year(
            marts.quarter,
            {name: (metric_id, measure) for name, (_, metric_id, measure, _) in _AMOUNTS.items()},
            {name: metric_id for name, (_, metric_id, _) in _SHARES.items()},
            years=years,
            rounded_to=POUNDS,
        ),
        notes=("Years that have ended, as the boroughs’ accounts show them now.",),
    )  # fmt: skip


def _amounts(marts: Marts, area: str, year: str) -> list[Cell]:
    return [
        _pounds(marts, metric_id, measure, area, year)
        for _, metric_id, measure, _ in _AMOUNTS.values()
    ]


def _shares(marts: Marts, area: str, year: str) -> list[Cell]:
    return [_share(marts, metric_id, area, year) for _, metric_id, _ in _SHARES.values()]


def _pounds(marts: Marts, metric_id: str, measure: str, area: str, period: str) -> Shown:
    found = marts.topics.amount(metric_id, area, period)
    amount = None if found is None else getattr(found, measure)
    if found is None or amount is None:
        return _absence(found)
    return POUNDS * floor(amount / POUNDS + 0.5)


def _share(marts: Marts, metric_id: str, area: str, year: str) -> Shown:
    found = marts.topics.amount(metric_id, area, year)
    if found is None or found.numerator is None or not found.denominator:
        return _absence(found)
    return floor(100 * found.numerator / found.denominator + 0.5)


def _absence(found: Amount | None) -> Shown:
    return "x" if found is None else WITHOUT_FIGURE.get(found.value_state, "x")


def _money(pounds: int) -> str:
    return f"£{pounds:,}"


def _title(london: dict[str, Cell], year: str) -> str:
    if london["used_share"] in ABSENT or london["expired"] in ABSENT:
        return f"The apprenticeship levy in {year}"
    used = f"London’s boroughs used {per_cent(london['used_share'])} of their levy in {year}"
    expired = london["expired"]
    if isinstance(expired, int) and expired:
        return f"{used}, and lost {_money(expired)} that expired"
    return f"{used}, and none expired"
