"""What versions would say if they were signed: their boroughs' metrics, before a signature.

Here: a warehouse of those boroughs, built aside by the same models and thrown away. Not here: when
it is built (signing), or which metrics an officer sees (specification/publication.yaml).
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import duckdb

from expectations.intake import accept_signed
from ingest.compaction import compact
from ingest.context import ensure_context
from ingest.home import Home, Settings
from ingest.lake import export_register
from ingest.pseudonym import Pseudonymiser
from ingest.register import Register, State, Submission
from ingest.signing_figures import SigningFigure, SigningFigures
from ingest.warehouse import start_building
from ingest.workers import ReadingPool
from orchestration.dbt import PROJECT, run_dbt, set_environment
from specification.periods import Quarter
from specification.publication import FigureToSign, load_publication

_MODELS = ("run", "--quiet", "--select", "+fct_metric_values", "dim_metric", "--project-dir")
_VALUES = """
select
    figures.as_at_quarter, metrics.metric_label, metrics.unit, figures.value, figures.denominator
from fct_metric_values as figures
inner join dim_metric as metrics on figures.metric_id = metrics.metric_id
where
    figures.area_code = $area and figures.slice_type = 'all' and figures.metric_id = $metric
    and figures.population = $population and figures.period_type = $period_type
    and (figures.period = $period or $period = '')
qualify row_number() over (partition by figures.as_at_quarter order by figures.period desc) = 1
"""


class NotCounted(RuntimeError):
    """The models did not run on a version; ours to fix. The message is dbt's own."""


def count_candidates(home: Home, versions: Sequence[Submission]) -> list[SigningFigures]:
    """Return the figures of boroughs as if these versions were signed, in one build.

    Args:
        home: the installation; nothing in it changes.
        versions: versions that could be signed, of each borough one of any quarter.

    Raises:
        NotCounted: the models did not run.
    """
    register = Register(home.register_url)
    boroughs = {one.borough_code for one in versions}
    signed = {key: one for key, one in register.signed().items() if key[0] in boroughs}
    for one in versions:
        as_signed = replace(one, state=State.SIGNED, signed_at=one.received_at)
        signed[one.borough_code, one.quarter] = as_signed
    with tempfile.TemporaryDirectory(prefix="cohort-") as folder:
        aside = _home_aside(home, Path(folder))
        _accept(list(signed.values()), home, aside, register)
        warehouse = _built(aside)
        return [_figures_of(warehouse, one) for one in versions]


def _home_aside(home: Home, folder: Path) -> Home:
    """Return an empty home that shares the bytes as sent and the national tables with another."""
    ensure_context(home)
    aside = Home(folder, Settings(pseudonym_key_file=home.key_file))
    aside.lake.mkdir()
    aside.landing.symlink_to(home.landing, target_is_directory=True)
    aside.context.symlink_to(home.context, target_is_directory=True)
    return aside


def _accept(submissions: list[Submission], home: Home, aside: Home, register: Register) -> None:
    key = Pseudonymiser.from_file(home.key_file)
    with ReadingPool() as pool:
        accept_signed(submissions, aside, register, key, pool)
    export_register(submissions, aside)
    compact(aside)


def _built(aside: Home) -> Path:
    """Return the warehouse of a home aside. The environment of this process is as it was after."""
    before = dict(os.environ)
    building = start_building(aside, "candidate", is_full=True).path
    try:
        set_environment(aside)
        seeds = run_dbt(["seed", "--quiet", "--project-dir", str(PROJECT)])
        outcome = run_dbt([*_MODELS, str(PROJECT)]) if seeds.success else seeds
    finally:
        os.environ.clear()
        os.environ.update(before)
    if not outcome.success:
        raise NotCounted(str(outcome.exception))
    return building


def _figures_of(warehouse: Path, submission: Submission) -> SigningFigures:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = [_figure(connection, one, submission) for one in load_publication().before_signing]
    figures = tuple(one for one in found if one is not None)
    return SigningFigures(submission_id=submission.submission_id, figures=figures)


def _figure(
    connection: duckdb.DuckDBPyConnection, wanted: FigureToSign, submission: Submission
) -> SigningFigure | None:
    """Return one figure; none where the borough has no value of it at all."""
    quarter = submission.quarter
    asked = {
        "area": submission.borough_code,
        "metric": wanted.metric,
        "population": wanted.population,
        "period_type": wanted.period_type,
        "period": wanted.period,
    }
    rows = connection.execute(_VALUES, asked).fetchall()
    if not rows:
        return None
    values: Mapping[str, float | None] = {as_at: value for as_at, _, _, value, _ in rows}
    people = {as_at: denominator for as_at, _, _, _, denominator in rows}.get(str(quarter))
    return SigningFigure(
        metric_id=wanted.metric,
        label=rows[0][1],
        of=wanted.of,
        unit=rows[0][2],
        now=values.get(str(quarter)),
        quarter_ago=values.get(str(quarter.previous())),
        year_ago=values.get(str(Quarter(quarter.start_year - 1, quarter.number))),
        people=round(people) if people is not None else None,
    )
