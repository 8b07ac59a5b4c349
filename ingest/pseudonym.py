"""Learner numbers to keyed pseudonyms.

Here: HMAC-SHA256 with a secret key, and the key file. Not here: checking a learner number.
A plain hash of a ten-digit number is searched in seconds, so without a key nothing runs.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from ingest.home import write_durably

_KEY_BYTES = 32
TEMPORARY_ULN = "9999999999"


class NoPseudonymKey(RuntimeError):
    """There is no usable key; the operator makes one or points to it. Nothing runs without."""


class Pseudonymiser:
    """Turns learner numbers into person keys, `1:` and 64 hexadecimal digits."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _KEY_BYTES:
            raise NoPseudonymKey(f"The pseudonym key has {len(key)} bytes; it needs {_KEY_BYTES}.")
        self._key = hmac.new(key, b"cohort/person_key/1", hashlib.sha256).digest()

    @classmethod
    def from_file(cls, path: Path) -> Pseudonymiser:
        """Return the pseudonymiser whose key is in a file, as hexadecimal digits.

        Raises:
            NoPseudonymKey: the file is missing or holds no key of 32 bytes.
        """
        try:
            return cls(bytes.fromhex(path.read_text("ascii").strip()))
        except FileNotFoundError:
            raise NoPseudonymKey(
                f"There is no pseudonym key at {path}. Put 64 hexadecimal digits there (the demo "
                "makes its own), or set COHORT_PSEUDONYM_KEY_FILE."
            ) from None
        except ValueError:
            raise NoPseudonymKey(f"{path} does not hold hexadecimal digits.") from None

    def name(self) -> str:
        """Return a name of the key that tells nothing of it: another key has another name."""
        return hmac.new(self._key, b"cohort/key_name/1", hashlib.sha256).hexdigest()[:16]

    def person_key(self, uln: str | None) -> str | None:
        """Return the person key of a learner number; None without one, or for 9999999999."""
        if uln is None or uln == TEMPORARY_ULN:
            return None
        return "1:" + hmac.new(self._key, uln.encode("ascii"), hashlib.sha256).hexdigest()


def make_key_file(path: Path) -> None:
    """Write a new random key, readable by the owner only; an existing key is kept."""
    if not path.exists():
        write_durably(path, secrets.token_hex(_KEY_BYTES).encode("ascii"), mode=0o600)
