"""What a release was made from: its manifest, which a rebuild reads.

Here: the shape of `manifest.json`, and the hashes of data, code, specification and files. Not here:
making a release (release), or making it again (rebuild).
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from pydantic import BaseModel, ConfigDict

from ingest.snapshots import file_sha256, read_sidecar
from publisher.figures import Figures

MANIFEST = "manifest.json"

CODE = ("attacker", "publisher", "specification")
"""The packages that make a release from a warehouse."""

LIBRARIES = (
    "altair", "duckdb", "gptables", "highspy", "jinja2", "numpy", "odfdo", "pandas", "pyarrow",
    "pydantic", "scipy", "vl-convert-python", "weasyprint", "xlsxwriter",
)  # fmt: skip
"""Libraries whose version can decide a byte."""

_SPECIFICATION_FILES = (".yaml", ".csv")


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HashedFile(_Said):
    """A file by its path and the SHA-256 of its bytes."""

    path: str
    sha256: str


class ReleasedFile(HashedFile):
    """A file of the bundle."""

    bytes: int


class DataOrigin(_Said):
    """The warehouse snapshot. `inputs` and `model_fingerprint` are what its sidecar says of it.

    `reasons_sha256` is the hash of the boroughs' reasons as published, which come from the register
    and not from the warehouse; empty where there are none.
    """

    warehouse_build: str
    warehouse_sha256: str
    inputs: str | None
    model_fingerprint: str | None
    reasons_sha256: str


class CodeOrigin(_Said):
    """The code: each package's hash, one of them all, and the versions that it ran with."""

    sha256: str
    packages: dict[str, str]
    python: str
    libraries: dict[str, str]


class SpecificationOrigin(_Said):
    """The specification: versions of the definitions, and each of its files."""

    version: str
    sha256: str
    files: tuple[HashedFile, ...]


class EarlierRelease(_Said):
    """A release that this one was protected together with, by the SHA-256 of its manifest.

    `name` is what the release calls itself in its `structure.json`.
    """

    name: str
    manifest_sha256: str


class NotMade(_Said):
    """A file that a release has and this one lacks, with the reason."""

    path: str
    reason: str


class Manifest(_Said):
    """Everything that a release was made from, and every file of it but this one.

    `warehouse_build` and `specification_version` stand at the top as well, where older readers look
    for them. `earlier` is in the order in which the releases were read.
    """

    schema_version: Literal["cohort.release/2"] = "cohort.release/2"
    quarter: str
    is_synthetic: bool
    generated_on: date
    warehouse_build: str
    specification_version: str
    data: DataOrigin
    code: CodeOrigin
    specification: SpecificationOrigin
    earlier: tuple[EarlierRelease, ...]
    files: tuple[ReleasedFile, ...]
    not_made: tuple[NotMade, ...] = ()


class UnreadableManifest(Exception):
    """A folder without a manifest, or one that does not say what its release was made from."""


def write_manifest(
    figures: Figures,
    folder: Path,
    *,
    warehouse: Path,
    earlier: Sequence[Path],
    not_made: Mapping[str, str] = MappingProxyType({}),
) -> Path:
    """Write what a release was made from beside its other files; return the path.

    Args:
        figures: the protected figures.
        folder: the bundle, with every other file in it.
        warehouse: the snapshot that the figures were read from.
        earlier: the folders of the releases that it was protected together with.
        not_made: the files that a release has and this one lacks, each with the reason.
    """
    version = ", ".join(figures.definition_versions)
    manifest = Manifest(
        quarter=figures.quarter,
        is_synthetic=figures.is_synthetic,
        generated_on=figures.generated_on,
        warehouse_build=figures.warehouse_build,
        specification_version=version,
        data=_data(figures, warehouse),
        code=code_origin(),
        specification=specification_origin(version),
        earlier=tuple(_earlier(path) for path in earlier),
        files=tuple(released_files(folder)),
        not_made=tuple(NotMade(path=name, reason=why) for name, why in not_made.items()),
    )
    path = folder / MANIFEST
    path.write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8", newline="")
    return path


def read_manifest(folder: Path) -> Manifest:
    """Return what a release says that it was made from.

    Raises:
        UnreadableManifest: there is none, or it is of an older version or damaged.
    """
    try:
        return Manifest.model_validate_json((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        raise UnreadableManifest(f"{folder} has no {MANIFEST}: it is no release.") from None
    except ValueError:
        raise UnreadableManifest(
            f"The {MANIFEST} of {folder} does not name the data and code that the release was "
            "made from: another version wrote it, or it was changed."
        ) from None


def released_files(folder: Path) -> Iterator[ReleasedFile]:
    """Yield every file of a bundle but its manifest, in the order of their paths."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        if path == folder / MANIFEST:
            continue
        yield ReleasedFile(
            path=path.relative_to(folder).as_posix(),
            bytes=path.stat().st_size,
            sha256=file_sha256(path),
        )


def code_origin() -> CodeOrigin:
    """Return the hashes and versions of the code that runs now."""
    packages = {name: _hash_of(_package_files(name)) for name in CODE}
    return CodeOrigin(
        sha256=_hash_text("".join(f"{name} {value}\n" for name, value in packages.items())),
        packages=packages,
        python=platform.python_version(),
        libraries={name: importlib.metadata.version(name) for name in LIBRARIES},
    )


def specification_origin(version: str) -> SpecificationOrigin:
    """Return the hashes of the specification's files as they are now."""
    found = [one for one in _package_files("specification") if _is_specification(one.path)]
    return SpecificationOrigin(version=version, sha256=_hash_of(found), files=tuple(found))


def _is_specification(path: str) -> bool:
    return path.endswith(_SPECIFICATION_FILES)


def _data(figures: Figures, warehouse: Path) -> DataOrigin:
    sidecar = read_sidecar(warehouse)
    reasons = [one.model_dump(mode="json") for one in figures.explanations]
    return DataOrigin(
        warehouse_build=figures.warehouse_build,
        warehouse_sha256=file_sha256(warehouse),
        inputs=None if sidecar is None else sidecar.inputs,
        model_fingerprint=None if sidecar is None else sidecar.model_fingerprint,
        reasons_sha256=_hash_text(json.dumps(reasons, ensure_ascii=False)) if reasons else "",
    )


def _earlier(folder: Path) -> EarlierRelease:
    name = json.loads((folder / "structure.json").read_bytes())["release"]
    return EarlierRelease(name=name, manifest_sha256=file_sha256(folder / MANIFEST))


def _package_files(name: str) -> list[HashedFile]:
    """Return the files of a package that came with it; what Python compiled is left out."""
    root = Path(str(files(name)))
    return [
        HashedFile(path=path.relative_to(root).as_posix(), sha256=file_sha256(path))
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]


def _hash_of(found: Sequence[HashedFile]) -> str:
    return _hash_text("".join(f"{one.path} {one.sha256}\n" for one in found))


def _hash_text(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
