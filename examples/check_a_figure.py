"""Count one figure again, in front of the reader.

Here: choose a figure; see its row, its metric card, the people behind it, and a recount of them.
Run: `marimo run examples/check_a_figure.py` to read it, `marimo edit …` to change it, or
`python examples/check_a_figure.py -- --metric M05 --borough Hackney` to only check the figure.

The rows are about people. Keep them inside the partnership.
"""

import marimo

app = marimo.App(width="medium", app_title="Check a figure")


@app.cell
def _():
    import os
    from pathlib import Path

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
        """Return a list, or names with their codes, to choose from."""
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

    return ask, asked, choices, chooser, connection, mo, snapshot


@app.cell
def _(mo, snapshot):
    mo.md(f"""
    # Check a figure

    Choose a figure. This page shows where it stands in `fct_metric_values`, what it means, and the
    rows of `fct_apprenticeships` that it counts; then it counts them again.
    It reads **{snapshot.stem}**.
    """)
    return


@app.cell
def _():
    # How each metric of the register is counted: numerator, denominator, and the column that puts
    # a row into a period. The columns are explained in docs/data-dictionary/warehouse.md.
    withdrew = "case when reason_group = '{}' then 1 else 0 end"
    counted_by = {
        "M01": ("is_journey_start", None, "start_date"),
        "M01b": ("is_early_leaver", None, "start_date"),
        "M02": ("is_in_learning", None, "as_at_quarter"),
        "M02b": ("is_waiting", None, "as_at_quarter"),
        "M03": ("is_completion", None, "training_end_date"),
        "M04": ("is_achievement", None, "achievement_date"),
        "M05": ("is_achiever", "is_leaver", "hybrid_year"),
        "M06": ("is_completer", "is_leaver", "hybrid_year"),
        "M07": ("is_achiever", "is_completer", "hybrid_year"),
        "M08": ("is_journey_achieved", "is_journey_end", "exit_year"),
        "M09b": ("is_timely_achiever", "is_leaver", "hybrid_year"),
        "M11a": (withdrew.format("provider"), "is_withdrawal", "training_end_date"),
        "M11b": (withdrew.format("employer"), "is_withdrawal", "training_end_date"),
        "M11c": (withdrew.format("personal"), "is_withdrawal", "training_end_date"),
        "M11d": (withdrew.format("other_move"), "is_withdrawal", "training_end_date"),
        "M11e": (withdrew.format("not_known"), "is_withdrawal", "training_end_date"),
        "M12": ("is_early_leaver", "is_first_row", "start_date"),
        "M13": ("is_on_break", "is_live_or_on_break", "as_at_quarter"),
        "M14": ("is_past_planned_end", "is_unfinished", "as_at_quarter"),
        "M15": ("is_waiting", "is_waiting_or_assessed", "as_at_quarter"),
        "M16": ("is_mature_achieved", "is_mature_journey", "journey_started_on"),
        "M27": ("is_provider_caused", "is_withdrawal", "training_end_date"),
        "M33": ("is_hours_rule_kept", "is_under_hours_rule", "start_date"),
        "M40b": ("is_without_number", "is_in_register", "as_at_quarter"),
        "M40d": ("is_reason_not_known", "is_withdrawal", "training_end_date"),
    }
    return (counted_by,)


@app.cell
def _(counted_by, choices, chooser):
    metric = chooser(
        "Metric",
        choices(
            "select metric_id || ' ' || metric_label, metric_id from dim_metric "
            "where metric_id in (select unnest(?)) order by metric_id",
            list(counted_by),
        ),
        "M05",
    )
    quarters = choices("select distinct as_at_quarter from fct_metric_values order by 1 desc")
    quarter = chooser("Quarter", quarters, "")
    boroughs = choices("select borough_name, borough_code from dim_borough order by 1")
    borough = chooser("Borough", boroughs | {"The region": "REGION"}, "Hackney")
    population = chooser("Population", {"DIGITAL": "DIGITAL", "ALL": "ALL"}, "DIGITAL")
    return borough, metric, population, quarter


@app.cell
def _(choices, chooser, metric, quarter):
    # Newest periods first; a long period before the short ones that it holds.
    period = chooser(
        "Period",
        choices(
            "select distinct period from fct_metric_values where metric_id = ? "
            "and as_at_quarter = ? and slice_type = 'all' "
            "order by length(period) desc, period desc",
            metric.value,
            quarter.value,
        ),
        "",
    )
    return (period,)


@app.cell
def _(borough, metric, mo, period, population, quarter):
    others = mo.hstack([quarter, borough, period, population], justify="start", wrap=True)
    mo.vstack([metric, others])
    return


@app.cell
def _(ask, borough, metric, mo, period, population, quarter):
    figure = ask(
        "select numerator, denominator, value, low_95, high_95, value_state, boroughs_returned, "
        "boroughs_expected, rows_without_number, rows_carried, definition_version "
        "from fct_metric_values where metric_id = ? and as_at_quarter = ? and area_code = ? "
        "and period = ? and population = ? and slice_type = 'all'",
        metric.value,
        quarter.value,
        borough.value,
        period.value,
        population.value,
    )
    if len(figure) != 1:
        raise LookupError("There is no such row. Choose another figure.")
    row = figure.to_dict("records")[0]

    def shown(value):
        """Return a value of the row for people."""
        if value is None or value != value:  # NaN is the only value unlike itself
            return "–"
        return f"{value:.10g}" if isinstance(value, float) else str(value)

    lines = "\n".join(f"| `{name}` | {shown(value)} |" for name, value in row.items())
    mo.md(f"## Its row of `fct_metric_values`\n\n| column | value |\n|:---|:---|\n{lines}")
    return (row,)


@app.cell
def _(ask, metric, mo):
    card = ask("select * from dim_metric where metric_id = ?", metric.value).to_dict("records")[0]
    mo.md(f"""
    ## What it means: {card["metric_id"]} {card["metric_label"]}

    **{card["question"]}**

    | | |
    |:---|:---|
    | Counted | {card["numerator"]} |
    | Out of | {card["denominator"] or "–"} |
    | Left out | {card["exclusions"]} |
    | In the period | {card["cohort"]} |
    | Source | {card["source"]} |
    """)
    return


@app.cell
def _(counted_by, ask, borough, connection, metric, period, population, quarter):
    numerator, denominator, placed_by = counted_by[metric.value]

    def days_of(name):
        """Return the first and last day of a period and, for a column of years, the years."""
        if "Q" in name:
            sql = "select first_day, last_day, 0, 0 from dim_quarter where quarter = ?"
            return connection.execute(sql, [name]).fetchone()
        # 2025-26 begins in April; 2025/26, and the first of three such years, in August.
        month = 4 if "-" in name else 8
        first, last = int(name[:4]), int(name.split(" to ")[-1][:4])
        sql = f"select date '{first}-{month:02d}-01', date '{last + 1}-{month:02d}-01' - 1"
        return (*connection.execute(sql).fetchone(), first, last)

    first_day, last_day, first_year, last_year = days_of(period.value)
    if placed_by == "as_at_quarter":
        in_period = f"as_at_quarter = '{period.value}'"
    elif placed_by.endswith("_year"):
        in_period = f"{placed_by} between {first_year} and {last_year}"
    else:
        in_period = f"{placed_by} between date '{first_day}' and date '{last_day}'"

    is_in_population = "is_digital = 1" if population.value == "DIGITAL" else "is_in_all = 1"
    counted = f"({numerator}) <> 0" + (f" or ({denominator}) <> 0" if denominator else "")
    sql = f"""select borough_code, apprentice_ref, programme_no,
        {numerator} as in_numerator,
        {denominator or "cast(null as integer)"} as in_denominator,
        person_id, standard_ref, level, provider_ukprn, start_date, planned_end_date,
        training_end_date, achievement_date, status, outcome, withdraw_reason, is_in_register
    from fct_apprenticeships
    where as_at_quarter = ? and (borough_code = ? or ? = 'REGION')
        and {is_in_population} and {in_period}
        and ({counted})
    order by borough_code, apprentice_ref, programme_no"""
    rows = ask(sql, quarter.value, borough.value, borough.value)
    return denominator, rows, sql


@app.cell
def _(mo, rows, sql):
    mo.vstack(
        [
            mo.md(f"""
    ## The rows that it counts

    {len(rows)} rows of `fct_apprenticeships`. `person_id` is a pseudonym; `apprentice_ref` is the
    borough’s own reference, so that its officer can find the row.
    """),
            mo.ui.table(
                rows,
                selection=None,
                page_size=10,
                show_column_summaries=False,
                show_data_types=False,
            ),
            mo.accordion({"The question that found them": mo.md(f"```sql\n{sql}\n```")}),
        ]
    )
    return


@app.cell
def _(denominator, mo, row, rows):
    recounted = float(rows["in_numerator"].sum())
    out_of = float(rows["in_denominator"].sum()) if denominator else None

    has_figure = row["boroughs_returned"] > 0
    is_equal = has_figure and row["numerator"] == recounted
    if denominator:
        is_equal = is_equal and row["denominator"] == out_of
    number = "{:,.0f}".format
    count = f"**{number(recounted)}**" + (f" of **{number(out_of)}**" if denominator else "")
    if not has_figure:
        result = f"There is no figure to recount: {row['value_state'].replace('_', ' ')}."
        kind = "neutral"
    elif is_equal:
        result, kind = f"Counted again from the rows: {count}. The figure is **equal**", "success"
    else:
        result, kind = (
            f"Counted again from the rows: {count}. The figure is **not equal**",
            "danger",
        )
    mo.vstack([mo.md("## The recount"), mo.callout(mo.md(result), kind=kind)])
    return has_figure, is_equal, result


@app.cell
def _(has_figure, is_equal, result):
    # On the command line: the result, and a failure when a figure is not what its rows say.
    print(result.replace("**", ""))
    assert is_equal or not has_figure, "The figure is not what its rows say."
    return


if __name__ == "__main__":
    app.run()
