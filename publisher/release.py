"""Make one edition: build the bundle aside and attack it, then put it in place whole.

Here: the order of the steps. Not here: what the bundle says, its attack (attack), or what becomes
of the edition (steps).
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from publisher.assemble import NothingToPublish, assemble_figures
from publisher.attack import UnsafeRelease, attacked
from publisher.changes import changes_between, write_changes
from publisher.charts.draw import draw_pictures
from publisher.charts.theme import Picture
from publisher.csvw import write_metadata
from publisher.earlier import UnreadableEarlierRelease, previous_release, said_by
from publisher.editions import FIRST, Draft
from publisher.explanations import GivenReason, publishable
from publisher.figures import Figures
from publisher.files import sha256, write_tables
from publisher.manifest import write_manifest
from publisher.marts import Borough, outcomes_quarter, read_marts
from publisher.open_document import write_open_document
from publisher.page import render_page
from publisher.pages import write_pages
from publisher.pdf import NoTypesetter, write_pdf
from publisher.pooling import pooled
from publisher.revisions import marks_between
from publisher.structure import write_structure
from publisher.tidy.rows import tidy_files
from publisher.tidy.write import write_tidy
from publisher.workbook import write_workbook
from specification.periods import Quarter
from specification.publication import load_publication

__all__ = [
    "EditionExists",
    "NothingToPublish",
    "Release",
    "UnreadableEarlierRelease",
    "UnsafeRelease",
    "publish_release",
]


class EditionExists(Exception):
    """A bundle is there already: what was made once is never changed."""


@dataclass(frozen=True, slots=True)
class Release:
    """A release that was made. `sha256` is that of its manifest, which names every other file."""

    quarter: Quarter
    folder: Path
    report: Path
    manifest: Path
    sha256: str
    boroughs_returned: int
    boroughs_expected: int


def publish_release(
    warehouse: Path,
    folder: Path,
    *,
    quarter: Quarter,
    is_synthetic: bool,
    generated_on: date,
    earlier: Sequence[Path] = (),
    draft: Draft = FIRST,
    explanations: Sequence[GivenReason] = (),
) -> Release:
    """Return the release of a quarter, written whole into a new folder.

    Args:
        warehouse: the DuckDB file of one warehouse build; opened read-only.
        folder: where the bundle goes, such as `releases/2026-27Q2/1`. It must not be there.
        quarter: the as-at quarter.
        is_synthetic: says so on the page, in each picture and in each file's metadata.
        generated_on: the day written into the release; the bytes depend on it, the warehouse, the
            earlier releases, the draft and the explanations alone.
        earlier: the folders of everything that readers have, oldest first: the new release is
            protected, and attacked, together with them, and compared with the newest.
        draft: what the register says of the bundle.
        explanations: the reasons that boroughs gave; screened here before anything is written.

    Raises:
        EditionExists: the folder is there.
        NothingToPublish: no borough has a signed return, or one alone of those that are published
            together; nothing was written.
        UnsafeRelease: the attack on the bundle found a hidden count; nothing was written.
        UnreadableEarlierRelease: an earlier release is of another version.
    """
    if folder.exists():
        raise EditionExists(f"{folder} is there already. What was made once is never changed.")
    together = load_publication().other_boroughs
    marts, closed = (
        pooled(read_marts(warehouse, quarter=one), together)
        for one in (quarter, outcomes_quarter(warehouse, quarter=quarter))
    )
    figures = assemble_figures(
        marts,
        closed,
        is_synthetic=is_synthetic,
        generated_on=generated_on,
        # The newest first: of two editions of one quarter the later word counts.
        earlier=[said for path in reversed(earlier) for said in said_by(path)],
    )
    figures = _as_registered(figures, draft)
    figures = _with_remarks(figures, previous_release(earlier, quarter), explanations)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        aside.chmod(0o755)
        without_pdf = _write_bundle(aside, figures, marts.lines, earlier)
        write_manifest(
            figures,
            aside,
            warehouse=warehouse,
            earlier=earlier,
            not_made={"report.pdf": without_pdf} if without_pdf else {},
        )
        aside.rename(folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    manifest = folder / "manifest.json"
    return Release(
        quarter=quarter,
        folder=folder,
        report=folder / "index.html",
        manifest=manifest,
        sha256=sha256(manifest),
        boroughs_returned=figures.coverage.boroughs_returned,
        boroughs_expected=figures.coverage.boroughs_expected,
    )


def _as_registered(figures: Figures, draft: Draft) -> Figures:
    said = {"edition": draft.number, "reason": draft.reason, "replies": draft.replies}
    return figures.model_copy(update=said | {"contact": load_publication().contact.words})


def _with_remarks(
    figures: Figures, before: Figures | None, explanations: Sequence[GivenReason]
) -> Figures:
    """Add what stands beside the numbers; every number of it is in one of the two releases."""
    return figures.model_copy(
        update={
            "marks": marks_between(figures, before),
            "changes": changes_between(figures, before),
            "explanations": publishable(explanations, together=figures.together),
        }
    )


def _write_bundle(
    folder: Path, figures: Figures, boroughs: tuple[Borough, ...], earlier: Sequence[Path]
) -> str:
    """Write the numbers file first, and make everything else from what can be read back of it.

    Returns: why there is no PDF, and nothing where there is one.
    """
    numbers = folder / "figures.json"
    numbers.write_text(figures.model_dump_json(indent=1) + "\n", "utf-8", newline="")
    published = Figures.model_validate_json(numbers.read_text("utf-8"))
    write_tables(published, folder / "data")
    write_structure(published, folder / "structure.json")
    with attacked(folder, earlier):
        tidy = tidy_files(published)
        write_tidy(tidy, folder / "tidy")
        write_metadata(published, tidy, folder)
        write_workbook(published, folder / "tables.xlsx")
        write_open_document(published, folder / "tables.ods")
        write_changes(published, folder)
        pictures = draw_pictures(published, boroughs)
        without_pdf = _write_pdf(published, pictures, folder / "report.pdf")
        write_pages(published, pictures, boroughs, folder, without_pdf=without_pdf)
    return without_pdf


def _write_pdf(figures: Figures, pictures: Mapping[str, Picture], path: Path) -> str:
    """Write the report for paper; return why there is none, where the machine cannot set type."""
    paper = render_page(figures, pictures, is_paper=True)
    try:
        write_pdf(paper, path, dated=figures.generated_on)
    except NoTypesetter as missing:
        return str(missing)
    return ""
