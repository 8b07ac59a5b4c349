"""Make a release again from what its manifest names, and compare every byte.

Here: finding what it was made from, and saying what is the same, what differs and why. Not here:
making a release (release), or what a manifest says (manifest).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.snapshots import file_sha256
from publisher.earlier import read_figures
from publisher.editions import Draft
from publisher.explanations import GivenReason
from publisher.manifest import (
    MANIFEST,
    HashedFile,
    Manifest,
    UnreadableManifest,
    read_manifest,
    released_files,
)
from publisher.release import publish_release
from publisher.wording import joined
from specification.periods import Quarter

__all__ = ["CannotRebuild", "Inputs", "Rebuilt", "UnreadableManifest", "find_inputs", "rebuild"]


class CannotRebuild(Exception):
    """What a release was made from is not there any more; the message says what."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a release is made from, found again: `earlier` in the order of the manifest."""

    manifest: Manifest
    warehouse: Path
    earlier: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What came of it: paths in the bundle, the manifest among them, and reasons in sentences.

    `same` and `differing` compare the bytes made now with those that the manifest names.
    `changed_since` are files of the published folder that are not what its manifest says.
    """

    same: tuple[str, ...]
    differing: tuple[str, ...]
    changed_since: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        """Whether every byte is as it was published, in the folder and made again."""
        return not self.differing and not self.changed_since


def find_inputs(release: Path, *, warehouses: Path, releases: Path) -> Inputs:
    """Return what a release was made from, each checked against its hash.

    Args:
        release: the folder of the release.
        warehouses: where the snapshots are.
        releases: where the earlier releases are, at any depth.

    Raises:
        UnreadableManifest: the folder does not say what the release was made from.
        CannotRebuild: something of it is gone, or holds other bytes.
    """
    manifest = read_manifest(release)
    missing: list[str] = []
    warehouse = warehouses / f"{manifest.data.warehouse_build}.duckdb"
    if not warehouse.is_file():
        missing.append(f"The snapshot {warehouse.stem} is gone.")
    elif file_sha256(warehouse) != manifest.data.warehouse_sha256:
        missing.append(f"The snapshot {warehouse.stem} holds other bytes than it did then.")
    by_hash = {file_sha256(path): path.parent for path in sorted(releases.rglob(MANIFEST))}
    for one in manifest.earlier:
        if one.manifest_sha256 not in by_hash:
            missing.append(
                f"The release {one.name} that it was protected together with is gone, or was "
                f"published again: no manifest has the SHA-256 {one.manifest_sha256}."
            )
    if missing:
        raise CannotRebuild(" ".join(missing))
    earlier = tuple(by_hash[one.manifest_sha256] for one in manifest.earlier)
    return Inputs(manifest, warehouse, earlier)


def rebuild(release: Path, found: Inputs, *, explanations: Sequence[GivenReason] = ()) -> Rebuilt:
    """Return how a release made again compares with the one that was published.

    Args:
        release: the folder of the release.
        found: what it was made from.
        explanations: the reasons that boroughs gave, read from the register again.
    """
    manifest, figures = found.manifest, read_figures(release)
    with tempfile.TemporaryDirectory(prefix="cohort-rebuild-") as folder:
        # A folder of its own: releases beside a release have a part in nothing here.
        again = publish_release(
            found.warehouse,
            Path(folder) / "releases" / manifest.quarter,
            quarter=Quarter.parse(manifest.quarter),
            is_synthetic=manifest.is_synthetic,
            generated_on=manifest.generated_on,
            earlier=found.earlier,
            draft=Draft(figures.edition, figures.reason, figures.replies),
            explanations=explanations,
        )
        made = _hashes(released_files(again.folder)) | {MANIFEST: file_sha256(again.manifest)}
        manifest_now = read_manifest(again.folder)
    listed, there = _hashes(manifest.files), _hashes(released_files(release))
    named = listed | {MANIFEST: file_sha256(release / MANIFEST)}
    return Rebuilt(
        same=tuple(path for path in sorted(named) if made.get(path) == named[path]),
        differing=tuple(
            path for path in sorted(named.keys() | made) if made.get(path) != named.get(path)
        ),
        changed_since=tuple(
            path for path in sorted(listed.keys() | there) if listed.get(path) != there.get(path)
        ),
        reasons=tuple(differences(manifest, manifest_now)),
    )


def differences(then: Manifest, now: Manifest) -> list[str]:
    """Return what else a release was made from now than then, each as a sentence."""
    said: list[str] = []
    packages = [
        name for name, value in now.code.packages.items() if then.code.packages.get(name) != value
    ]
    if packages:
        said.append(f"The code is another: {joined(packages)}.")
    files_then, files_now = _hashes(then.specification.files), _hashes(now.specification.files)
    changed = [
        path
        for path in sorted(files_then.keys() | files_now)
        if files_then.get(path) != files_now.get(path)
    ]
    if changed:
        more = f" and {len(changed) - 3:,} more" if len(changed) > 3 else ""
        said.append(f"The specification is another: {', '.join(changed[:3])}{more}.")
    versions = {"Python": then.code.python, **then.code.libraries}
    versions_now = {"Python": now.code.python, **now.code.libraries}
    said += [
        f"{name} is {versions_now.get(name, 'gone')} and was {versions.get(name, 'not there')}."
        for name in sorted(versions.keys() | versions_now)
        if versions.get(name) != versions_now.get(name)
    ]
    said += [f"{one.path} is not made now: {one.reason}" for one in now.not_made]
    said += [f"{one.path} was not made then: {one.reason}" for one in then.not_made]
    if then.data.reasons_sha256 != now.data.reasons_sha256:
        said.append("The reasons that boroughs gave are not the same in this register.")
    return said


def _hashes(found: Iterable[HashedFile]) -> dict[str, str]:
    return {one.path: one.sha256 for one in found}
