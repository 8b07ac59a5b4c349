"""Zip containers, opened as if they were hostile: most workbooks are one.

Here: what must hold before any parser sees the parts, and which kind of file a zip is. Not here:
what the parts say (`workbooks`, `marks`).
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Literal

from ingest.grid import UnreadableFile

MAX_MEMBERS = 2_000
MAX_INFLATED = 300 * 1024**2
_FREE_INFLATED = 30 * 1024**2  # below this any ratio is harmless
_MAX_RATIO = 120
_CHUNK = 512 * 1024
_ENCRYPTED_FLAG = 0x1
_DECLARATION = re.compile(rb"<!(doctype|entity)", re.IGNORECASE)
_OVERLAP = 64
_PICTURES = ("xl/media/", "pictures/", "thumbnails/", "docprops/thumbnail")

Kind = Literal["xlsx", "ods", "zip"]


class Archive:
    """A zip whose directory was checked; its members are read with limits."""

    def __init__(self, name: str, content: bytes) -> None:
        """Open the directory.

        Raises:
            UnreadableFile: damaged, protected, too many members, or names that no honest zip has.
        """
        self.name, self._size = name, len(content)
        self.inflated_bytes = 0
        if content.count(b"PK\x01\x02") > MAX_MEMBERS:
            raise self.refused(f"has more than {MAX_MEMBERS:,} parts. Send the workbook alone")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
            raise self.damaged() from None
        self.members = [one.filename for one in self._zip.infolist()]
        self._check_directory()

    def refused(self, reason: str) -> UnreadableFile:
        """Return the exception of a file that is not read."""
        return UnreadableFile(f"{self.name} {reason}.")

    def damaged(self) -> UnreadableFile:
        """Return the exception of a file of which something is missing."""
        return self.refused("is damaged: part of it is missing. Send the file again")

    def _check_directory(self) -> None:
        if len(self.members) > MAX_MEMBERS:
            raise self.refused(f"has more than {MAX_MEMBERS:,} parts. Send the workbook alone")
        if len(set(self.members)) < len(self.members):
            raise self.refused("holds two parts of the same name. Save it again and send that")
        for one in self._zip.infolist():
            path = PurePosixPath(one.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", str(path)):
                raise self.refused("holds a part that would be written outside its own folder")
            if one.flag_bits & _ENCRYPTED_FLAG:
                raise UnreadableFile(protected_sentence(self.name))

    def chunks(self, member: str) -> Iterator[bytes]:
        """Give a member's inflated bytes; declared sizes lie, so they are counted here.

        Raises:
            UnreadableFile: damaged, or more bytes than an honest file of this size holds.
        """
        try:
            with self._zip.open(member) as source:
                while chunk := source.read(_CHUNK):
                    self.inflated_bytes += len(chunk)
                    self._check_inflated()
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, IndexError):
            raise self.damaged() from None
        except (NotImplementedError, RuntimeError):
            raise self.refused(
                "is packed in a way that we do not read. Save it again in Excel and send that"
            ) from None

    def read(self, member: str) -> bytes:
        """Return a member's inflated bytes, counted as in `chunks`."""
        return b"".join(self.chunks(member))

    def check_parts(self) -> None:
        """Inflate every member once and let nothing of it be kept.

        Raises:
            UnreadableFile: damaged, a bomb, or a part with a document type of its own.
        """
        for member in self.members:
            is_picture = member.lower().startswith(_PICTURES)
            before = b""
            for chunk in self.chunks(member):
                if not is_picture:
                    # Without zero bytes, UTF-16 and UTF-32 markup reads like ASCII.
                    seen = before + (chunk.replace(b"\0", b"") if b"\0" in chunk else chunk)
                    if b"<!" in seen and _DECLARATION.search(seen):
                        raise self.refused(
                            "holds a document type declaration, which no spreadsheet needs. "
                            "Save a new copy and send that"
                        )
                    before = seen[-_OVERLAP:]

    def _check_inflated(self) -> None:
        if is_bomb(self.inflated_bytes, self._size):
            raise self.refused(
                "unpacks to far more than a return can hold. Copy the rows of the return to a new "
                "workbook and send that"
            )


def is_bomb(inflated: int, packed: int) -> bool:
    """Return whether so many packed bytes unpack to more than an honest file holds."""
    return inflated > min(MAX_INFLATED, max(_FREE_INFLATED, _MAX_RATIO * packed))


def kind_of(archive: Archive) -> Kind:
    """Return whether a zip is a workbook that we read, or a folder of files.

    Raises:
        UnreadableFile: it is something else; the sentence says what to do.
    """
    members = set(archive.members)
    lowered = [member.lower() for member in archive.members]
    if "encrypted-package" in members or _has_encrypted_parts(archive, members):
        raise UnreadableFile(protected_sentence(archive.name))
    if "xl/workbook.bin" in members:
        raise archive.refused(
            "is an Excel binary workbook (.xlsb). Save it as an Excel workbook (.xlsx)"
        )
    if any(_is_macro(one) for one in lowered) or _declares_macros(archive, members):
        raise archive.refused("holds macros. Save it as .xlsx, without macros")
    if any(one.startswith("xl/externallinks/") for one in lowered):
        raise archive.refused(
            "holds links to other workbooks. In Excel choose Data, Edit Links, Break Link, and "
            "send it again"
        )
    if "[Content_Types].xml" in members and any(one.startswith("xl/") for one in lowered):
        return "xlsx"
    if "mimetype" in members:
        mime = archive.read("mimetype").strip()
        if mime.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
            return "ods"
        raise _other_office(archive, "is an OpenDocument file, but no spreadsheet")
    if "content.xml" in members:
        return "ods"
    if any(one.endswith(".iwa") for one in lowered) or "index.zip" in lowered:
        raise _other_office(archive, "is an Apple Numbers file. Export it to Excel")
    if any(one.startswith(("word/", "ppt/")) for one in lowered):
        raise _other_office(archive, "is a document or presentation, not a spreadsheet")
    if "[Content_Types].xml" in members:
        raise _other_office(archive, "is not a workbook")
    return "zip"


def _other_office(archive: Archive, what: str) -> UnreadableFile:
    return archive.refused(f"{what}. Send the return as .xlsx, .ods or .csv")


def _has_encrypted_parts(archive: Archive, members: set[str]) -> bool:
    manifest = "META-INF/manifest.xml"
    return manifest in members and b"encryption-data" in archive.read(manifest)


def _declares_macros(archive: Archive, members: set[str]) -> bool:
    types = "[Content_Types].xml"
    return types in members and b"macroenabled" in archive.read(types).lower()


def _is_macro(member: str) -> bool:
    return (
        member.endswith("vbaproject.bin")
        or member.startswith(("xl/macrosheets/", "scripts/"))
        or (member.startswith("basic/") and not member.endswith("/"))
    )


def protected_sentence(name: str) -> str:
    """Return what is said of a file that nobody opens without its password."""
    return f"{name} is protected with a password. Remove the password and send it again."
