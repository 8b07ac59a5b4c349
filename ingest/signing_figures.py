"""The figures of a version that nobody has signed yet, as a signing officer sees them.

Here: what is kept of them, one file a version. Not here: how they are counted (orchestration), or
the page (portal).
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.home import Home, write_durably


class SigningFigure(BaseModel):
    """One metric of the borough as at the quarter, the quarter before, and a year before.

    `unit` is that of the metric. A value is None where it does not apply or there was no return;
    `people` is whom a share is of, today, and None where it is no share.
    """

    model_config = ConfigDict(frozen=True)

    metric_id: str
    label: str
    of: str
    unit: str
    now: float | None
    quarter_ago: float | None
    year_ago: float | None
    people: int | None


class SigningFigures(BaseModel):
    """Every figure of one version."""

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_: Literal["cohort.signing-figures/1"] = Field(
        alias="schema", default="cohort.signing-figures/1"
    )
    submission_id: str
    figures: tuple[SigningFigure, ...]


def keep_figures(home: Home, figures: SigningFigures) -> None:
    """Keep the figures of a version."""
    content = figures.model_dump_json(by_alias=True).encode()
    write_durably(home.signing_figures(figures.submission_id), content)


def figures_to_sign(home: Home, submission_id: str) -> SigningFigures | None:
    """Return the figures of a version; none where they are not counted yet."""
    path = home.signing_figures(submission_id)
    return SigningFigures.model_validate_json(path.read_bytes()) if path.is_file() else None
