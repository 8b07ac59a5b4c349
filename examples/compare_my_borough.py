"""One borough's figures over time, beside the region's.

Here: choose a borough and a metric; see the figures as first known and as known now, with their
intervals and coverage, the position among boroughs in words, and the region like for like. There
are no ranks: between small numbers most differences are chance.
Run: `marimo run examples/compare_my_borough.py` to read it, `marimo edit …` to change it.
"""

import marimo

app = marimo.App(width="medium", app_title="Compare my borough")


@app.cell
def _():
    import os
    from pathlib import Path

    import altair as alt
    import duckdb
    import marimo as mo

    # The text file `current` names the live snapshot. It never changes, so it is read read-only.
    warehouse = Path(os.environ.get("COHORT_HOME", ".cohort")) / "warehouse"
    snapshot = warehouse / (warehouse / "current").read_text().strip()
    connection = duckdb.connect(str(snapshot), read_only=True)

    def ask(sql, *values):
        """Return the answer to a question as a table."""
        return connection.execute(sql, list(values)).df()

    def choices(sql, *values):
        """Return names with their codes, to choose from."""
        rows = connection.execute(sql, list(values)).fetchall()
        return {str(row[0]): row[-1] for row in rows}

    asked = mo.cli_args()

    def chooser(label, options, otherwise):
        """Return a drop-down that begins with what the command line asked for."""
        first = str(asked.get(label.lower()) or otherwise)
        by_code = {str(code): name for name, code in options.items()}
        first = by_code.get(first, first)
        value = first if first in options else next(iter(options), None)
        return mo.ui.dropdown(options, value=value, label=label, full_width=label == "Metric")

    return alt, ask, choices, chooser, mo, snapshot


@app.cell
def _(mo, snapshot):
    mo.md(f"""
    # Compare my borough

    The figures of one borough over time, beside the region’s. It reads **{snapshot.stem}**.
    """)
    return


@app.cell
def _(choices, chooser):
    boroughs = choices("select borough_name, borough_code from dim_borough order by 1")
    borough = chooser("Borough", boroughs, "Hackney")
    metrics = choices(
        "select metric_id || ' ' || metric_label, metric_id from dim_metric order by metric_id"
    )
    metric = chooser("Metric", metrics, "M05")
    return borough, metric


@app.cell
def _(choices, chooser, metric):
    # A metric is given for one or more kinds of period; follow-ups for each checkpoint.
    kinds = choices(
        """select distinct replace(period_type, '_', ' ')
            || case when period_type = 'checkpoint' then ' ' || period else '' end as label,
            case when period_type = 'checkpoint' then period else period_type end
        from fct_metric_values where metric_id = ? and slice_type = 'all' order by label""",
        metric.value,
    )
    period_kind = chooser("Period", kinds, "academic_year")
    # DIGITAL: employed by the council in a digital discipline. Some metrics have ALL only.
    populations = choices(
        "select distinct population from fct_metric_values where metric_id = ? order by 1 desc",
        metric.value,
    )
    population = chooser("Population", populations, "DIGITAL")
    return period_kind, population


@app.cell
def _(borough, metric, mo, period_kind, population):
    others = mo.hstack([borough, period_kind, population], justify="start", wrap=True)
    mo.vstack([metric, others])
    return


@app.cell
def _(ask, borough, metric, period_kind, population):
    # A point in time is a period or, where each quarter has one period only, the quarter itself.
    # As-was is the first figure after the period had ended; as-is the figure of the newest quarter.
    series = ask(
        """
    with figures as (
        select
            *,
            max(as_at_quarter) over () as newest_quarter,
            case
                when period_type in ('quarter', 'financial_year', 'academic_year') then period
                else as_at_quarter
            end as point,
            case
                when period_type = 'financial_year'
                    then make_date(cast(left(period, 4) as integer) + 1, 3, 31)
                when period_type = 'academic_year'
                    then make_date(cast(left(period, 4) as integer) + 1, 7, 31)
            end as last_day_of_year
        from fct_metric_values
        where metric_id = $1 and population = $2 and area_code in ($3, 'REGION')
            and slice_type = 'all'
            and $4 in (period_type, case when period_type = 'checkpoint' then period end)
    ),
    ended as (
        select figures.*, quarters.last_day >= coalesce(figures.last_day_of_year, ended_in.last_day,
                quarters.last_day) as has_ended
        from figures
        inner join dim_quarter as quarters on figures.as_at_quarter = quarters.quarter
        left join dim_quarter as ended_in on figures.period = ended_in.quarter
    ),
    both_series as (
        select *, 'as-was' as series from ended where has_ended
        qualify as_at_quarter = min(as_at_quarter) over (partition by area_code, point)
        union all
        select *, 'as-is' as series from ended
        where as_at_quarter = newest_quarter and point = period
    )
    select area_code <> 'REGION' as is_borough, series, point, as_at_quarter, numerator,
        denominator, value, low_95, high_95, response_rate, low_bound, high_bound, value_state,
        boroughs_returned, boroughs_expected, boroughs_late, rows_without_number, rows_carried,
        not has_ended as is_in_progress
    from both_series
    order by point, series, is_borough
    """,
        metric.value,
        population.value,
        borough.value,
        period_kind.value,
    )
    return (series,)


@app.cell
def _(ask, metric):
    card = ask("select * from dim_metric where metric_id = ?", metric.value).to_dict("records")[0]
    is_percentage = card["unit"] in ("rate", "share", "ratio")
    states = {
        "zero": "None",
        "not_applicable": "Nobody to ask it of",
        "not_collected": "Not collected",
        "returned_for_correction": "Returned for correction",
        "not_returned": "Not returned",
    }

    def shown(value, state="given"):
        """Return a figure for people, or why there is none."""
        if value is None or value != value:  # NaN is the only value unlike itself
            return states.get(state, "–")
        if is_percentage:
            return f"{value:.1%}"
        return f"£{value:,.0f}" if card["unit"] == "pounds" else number(value)

    def number(value):
        """Return a number with two decimals where it has any."""
        return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"

    return card, is_percentage, number, shown


@app.cell
def _(alt, borough, card, is_percentage, series):
    blue, grey = "#0b57a4", "#767676"
    is_count = card["unit"] in ("count", "pounds")
    # The region's count is thirty times a borough's: the two share an axis only as shares.
    drawn = series[series["is_borough"] | (not is_count)]
    area = drawn["is_borough"].map({True: borough.selected_key, False: "The region"})
    drawn = drawn.assign(line=area + ", " + drawn["series"])
    names = sorted(set(drawn["line"]), key=lambda line: (line.startswith("The region"), line))
    colours = [grey if name.startswith("The region") else blue for name in names]
    dashes = [[4, 4] if name.endswith("as-was") else [1, 0] for name in names]
    legend = alt.Legend(orient="top", columns=2, labelLimit=300, symbolType="stroke")
    axis = alt.Axis(format="%" if is_percentage else ",", tickCount=5)

    base = alt.Chart(drawn).encode(x=alt.X("point:O", title=None, axis=alt.Axis(labelAngle=-45)))
    drawn_once = "as-is" if "as-is" in set(drawn["series"]) else "as-was"
    interval = (
        base.transform_filter(f"datum.is_borough && datum.series == '{drawn_once}'")
        .mark_rule(color=blue, opacity=0.3, strokeWidth=6)
        .encode(y=alt.Y("low_95:Q", title=card["metric_label"]), y2="high_95:Q")
    )
    points = base.mark_line(point={"size": 45, "filled": True}).encode(
        y=alt.Y("value:Q", title=card["metric_label"], axis=axis, scale=alt.Scale(zero=is_count)),
        color=alt.Color(
            "line:N", title=None, scale={"domain": names, "range": colours}, legend=legend
        ),
        strokeDash=alt.StrokeDash("line:N", scale={"domain": names, "range": dashes}),
        tooltip=["line", "point", "value", "low_95", "high_95", "numerator", "denominator"],
    )
    chart = (interval + points).properties(width="container", height=300)
    return (chart,)


@app.cell
def _(card, chart, mo):
    mo.vstack(
        [
            mo.md(f"""
    ## {card["metric_label"]}

    {card["question"]} **As-was** is what the first quarter after the period knew; **as-is** is what
    the newest quarter knows; where they agree, one line covers the other. A pale bar is the
    borough’s 95% interval.
    """),
            chart,
        ]
    )
    return


@app.cell
def _(mo, number, series, shown):
    # Every point of the chart with what stands behind it; a gap says why there is no figure.
    def interval_of(row):
        if row.low_95 == row.low_95:
            return f"{shown(row.low_95)} to {shown(row.high_95)}"
        if row.low_bound == row.low_bound:
            return f"{shown(row.low_bound)} to {shown(row.high_bound)} with the unknown"
        return "–"

    def counted(row):
        if row.numerator != row.numerator or row.denominator != row.denominator:
            return shown(row.numerator)
        return f"{number(row.numerator)} of {number(row.denominator)}"

    region = {(row.point, row.series): row for row in series.itertuples() if not row.is_borough}
    behind = [
        {
            "Period": row.point + (" (in progress)" if row.is_in_progress else ""),
            "Series": row.series,
            "Figure": shown(row.value, row.value_state),
            "95% interval": interval_of(row),
            "Counted": counted(row),
            "Region": shown(whole.value),
            "Boroughs in it": f"{whole.boroughs_returned} of {whole.boroughs_expected}",
            "Late": "yes" if row.boroughs_late else "no",
            "Rows without number": row.rows_without_number,
            "Rows carried": row.rows_carried,
        }
        for row in series.itertuples()
        if row.is_borough and (whole := region[row.point, row.series])
    ]
    heading = mo.md("## Behind the chart: interval and coverage")
    mo.vstack([heading, mo.ui.table(behind[::-1], selection=None, page_size=8)])
    return


@app.cell
def _(alt, ask, borough, metric, population):
    # The newest comparison of boroughs over three academic years: four rates have one.
    newest = """where metric_id = ? and population = ? and unit_type = 'borough'
        and as_at_quarter = (select max(as_at_quarter) from fct_comparisons)"""
    chosen = metric.value, population.value
    units = ask(f"select * from fct_comparisons {newest}", *chosen)
    units["is_mine"] = units["unit_code"] == borough.value
    bands = ask(
        f"""unpivot (select denominator, target, limit_low_95, limit_high_95, limit_low_998,
        limit_high_998 from fct_comparison_bands {newest})
        on columns(* exclude (denominator)) into name line value share""",
        *chosen,
    )
    is_target, is_mine = "datum.line == 'target'", "datum.is_mine"
    people = alt.X("denominator:Q", title="People counted", axis=alt.Axis(tickCount=8))
    share = alt.Y("share:Q", title=None, axis=alt.Axis(format="%", tickCount=5))
    dash = alt.condition(is_target, alt.value([1, 0]), alt.value([4, 4]))
    limits = alt.Chart(bands).mark_line(color="#767676", strokeWidth=1)
    limits = limits.encode(x=people, y=share, detail="line:N", strokeDash=dash)
    colour = alt.condition(is_mine, alt.value("#0b57a4"), alt.value("#b4b4b4"))
    size = alt.condition(is_mine, alt.value(150), alt.value(50))
    dots = alt.Chart(units).mark_circle(opacity=1)
    dots = dots.encode(x=people, y="rate:Q", color=colour, size=size)
    funnel = (limits + dots).properties(width="container", height=280)
    return funnel, units


@app.cell
def _(borough, funnel, mo, shown, units):
    mine = units[units["is_mine"]].to_dict("records")
    if len(units) == 0:
        position = mo.md("Only M05, M06, M07 and M08 are compared between boroughs.")
    elif not mine:
        position = mo.md("Nobody is counted for this borough in these three years.")
    else:
        one = mine[0]
        times = "–" if one["expected"] == 0 else f"{one['observed_to_expected']:.0%}"
        position = mo.vstack(
            [
                mo.callout(mo.md(f"**{one['words']}**"), kind="neutral"),
                mo.md(f"""
    {borough.selected_key}, {one["period"]}: {one["numerator"]} of {one["denominator"]} people,
    **{shown(one["rate"])}** (95% interval {shown(one["low_95"])} to {shown(one["high_95"])}). The
    region has {shown(one["target"])}. At the region’s rates for the same levels and entry routes
    that would be {one["expected"]:.1f} people: the count is {times} of it. Chance alone keeps a
    borough of this size between {shown(one["limit_low_998"])} and {shown(one["limit_high_998"])}.
    """),
                funnel,
                mo.md("Each dot is a borough; yours is blue. Dashes: 95% and 99.8% limits."),
            ]
        )
    mo.vstack([mo.md("## Among boroughs"), position])
    return


@app.cell
def _(ask, metric, mo, population, shown):
    changes = ask(
        """select * from fct_metric_changes
        where metric_id = ? and population = ?
            and as_at_quarter = (select max(as_at_quarter) from fct_metric_changes)
        order by period_type, period, compared_with""",
        metric.value,
        population.value,
    )
    pairs = [
        {
            "Compared with": change.compared_with.replace("_", " "),
            "Earlier period": change.earlier_period,
            "Earlier": shown(change.earlier_value),
            "Period": change.period,
            "Now": shown(change.value),
            "Boroughs in both": change.borough_count,
        }
        for change in changes.itertuples()
    ]
    about = "Only boroughs that have a figure at both times are on either side."
    nothing = mo.md("There is nothing to compare for this metric.")
    mo.vstack(
        [
            mo.md(f"## The region, like for like\n\n{about}"),
            mo.ui.table(pairs, selection=None) if pairs else nothing,
        ]
    )
    return


if __name__ == "__main__":
    app.run()
