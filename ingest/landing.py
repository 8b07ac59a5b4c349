"""The landing store: bytes as received, unchanged, under their SHA-256.

Here: put, get, verify. Not here: who sent them (`register`).
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.home import write_durably


class DamagedBytes(RuntimeError):
    """Stored bytes no longer match their hash; the operator restores them from backup."""


class Landing:
    """A folder of immutable files named by their SHA-256, readable by the owner only."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie."""
        return self._folder / sha256[:2] / sha256

    def put(self, content: bytes) -> str:
        """Store bytes durably and return their SHA-256.

        The same bytes are stored once; a stored file that was damaged is made whole again.
        """
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.path(sha256)
        if not path.is_file() or path.read_bytes() != content:
            write_durably(path, content, mode=0o600)
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return the stored bytes.

        Raises:
            DamagedBytes: the file is missing or does not match its hash.
        """
        try:
            content = self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise DamagedBytes(f"landing file {sha256} is missing") from None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise DamagedBytes(f"landing file {sha256} does not match its hash")
        return content
