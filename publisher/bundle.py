"""Whether a bundle is what was registered: every byte of it, and what its own audit says.

Here: reading a bundle as something to be proved. Not here: making one (release), or attacking one
anew (attacker; `cohort audit`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from publisher.files import sha256

AUDIT_SCHEMA = "cohort.audit/1"


class UnfitBundle(Exception):
    """A bundle that must not be checked or published; the message names the file and what to do."""


def require_same_bytes(folder: Path, manifest_sha256: str) -> None:
    """Compare every file of a bundle with its manifest, and the manifest with a hash.

    Raises:
        UnfitBundle: a file was changed, is missing or was added.
    """
    name = f"{folder.parent.name}/{folder.name}"
    manifest = folder / "manifest.json"
    if not manifest.is_file():
        raise UnfitBundle(f"{name} has no manifest.json: the bundle is not whole.")
    if sha256(manifest) != manifest_sha256:
        raise UnfitBundle(
            f"manifest.json of {name} is not the one that was registered. Make a new edition."
        )
    listed = {one["path"]: one["sha256"] for one in json.loads(manifest.read_bytes())["files"]}
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != manifest
    }
    for path in sorted(listed.keys() | there.keys()):
        if path not in there:
            fault = "is missing"
        elif path not in listed:
            fault = "is in no manifest"
        elif sha256(there[path]) != listed[path]:
            fault = "was changed"
        else:
            continue
        raise UnfitBundle(f"{path} of {name} {fault}. Make a new edition.")


def require_safe(folder: Path, *, edition: str, beside: Iterable[str]) -> None:
    """Read what the attack on a bundle came to. Fails closed: without a safe audit there is none.

    Args:
        folder: the bundle.
        edition: the name of the edition that must have been attacked, `2026-27Q2/1`.
        beside: the names of the editions that readers have beside it: it must have been attacked
            together with them.

    Raises:
        UnfitBundle: there is no audit, it is of something else, or it is not safe.
    """
    path = folder / "audit.json"
    try:
        audit: dict[str, Any] = json.loads(path.read_bytes())
    except (OSError, ValueError):
        raise UnfitBundle(
            f"{edition} has no audit that can be read. Make the draft again."
        ) from None
    if audit.get("schema_version") != AUDIT_SCHEMA or audit.get("release") != edition:
        raise UnfitBundle(f"The audit in {edition} is of something else. Make the draft again.")
    if audit.get("is_safe") is not True:
        raise UnfitBundle(f"The audit of {edition} did not call it safe. It is not published.")
    missing = sorted(set(beside) - set(audit.get("together_with", ())))
    if missing:
        raise UnfitBundle(
            f"{edition} was made before {', '.join(missing)} was published, and was not protected "
            "together with it. Make the draft again."
        )
