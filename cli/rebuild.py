"""`cohort rebuild`: make a release again from what its manifest names, and compare every byte.

Here: the command and what it prints. Not here: making it again (publisher.rebuild).
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.speak import Exit, result, stop, talk
from ingest.home import Home

SHOWN = 20
"""So many files are named; the rest are counted."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(rebuild)


def rebuild(release: Annotated[Path, typer.Argument(help="The folder of a release.")]) -> None:
    """Make a release again; exit 0 where every byte is the same, 1 where not, 3 where it cannot."""
    from orchestration.reasons import reasons_given
    from publisher.earlier import UnreadableEarlierRelease
    from publisher.rebuild import CannotRebuild, UnreadableManifest, find_inputs
    from publisher.rebuild import rebuild as make_again
    from publisher.release import NothingToPublish, UnsafeRelease
    from specification.periods import Quarter

    home = Home.from_environment()
    try:
        found = find_inputs(release, warehouses=home.warehouse, releases=home.releases)
        quarter = Quarter.parse(found.manifest.quarter)
        rebuilt = make_again(
            release, found, explanations=reasons_given(home, found.warehouse, quarter)
        )
    except (UnreadableManifest, CannotRebuild, UnreadableEarlierRelease) as problem:
        stop(f"{release} cannot be made again. {problem}", Exit.UNREADABLE)
    except (NothingToPublish, UnsafeRelease) as problem:
        stop(f"{release} cannot be made again with this code. {problem}", Exit.UNREADABLE)
    result.print(f"release: {found.manifest.quarter}", markup=False)
    result.print(f"made from: {found.manifest.warehouse_build}", markup=False)
    if found.earlier:
        names = ", ".join(one.name for one in found.manifest.earlier)
        result.print(f"together with: {names}", markup=False)
    result.print(f"same: {len(rebuilt.same):,} files", markup=False)
    _print_files("differs", rebuilt.differing)
    _print_files("changed since it was published", rebuilt.changed_since)
    for reason in rebuilt.reasons:
        talk.print(reason, markup=False)
    if not rebuilt.is_same:
        stop(f"{release} is not what its manifest gives.", Exit.FINDINGS)
    talk.print("Every byte is the same.", markup=False)


def _print_files(what: str, paths: tuple[str, ...]) -> None:
    for path in paths[:SHOWN]:
        result.print(f"{what}: {path}", markup=False)
    if len(paths) > SHOWN:
        result.print(f"{what}: {len(paths) - SHOWN:,} more", markup=False)
