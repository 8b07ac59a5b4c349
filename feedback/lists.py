"""The drop-down lists of an officer's workbook that a marked copy keeps.

Here: which validations hold no formula, and the lists that Excel keeps in an extension. Not here:
the rest of the workbook (`marked`).
"""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

from openpyxl.worksheet.datavalidation import DataValidation

_AREA = r"\$?[A-Z]{1,3}\$?\d+(:\$?[A-Z]{1,3}\$?\d+)?"
_REFERENCE = re.compile(rf"^=?(('[^'\[\]]+'|[^'\[\]!:/(), ]+)!)?{_AREA}$")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
_SHEET = re.compile(r'<sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(r"<Relationship\b[^>]*>")
# Excel writes a list that lies on another sheet into an extension, which openpyxl leaves out.
_EXTENSION = re.compile(rb"<x14:dataValidation\b[^>]*>.*?</x14:dataValidation>", re.DOTALL)
_SOURCE = re.compile(r"<x14:formula1>\s*<xm:f>(.*?)</xm:f>", re.DOTALL)
_CELLS = re.compile(r"<xm:sqref>(.*?)</xm:sqref>", re.DOTALL)


def is_reference(text: str) -> bool:
    """Return whether a text is a cell or range of this workbook, and no formula or other file."""
    return bool(_REFERENCE.match(text))


def is_plain(rule: DataValidation, names: set[str]) -> bool:
    """Return whether a validation holds no formula: a list, a range, a name, or numbers."""
    formulas = [one for one in (rule.formula1, rule.formula2) if one]
    if rule.type == "list":
        text = formulas[0] if len(formulas) == 1 else ""
        is_literal = text.startswith('"') and text.endswith('"')
        return is_literal or is_reference(text) or text.removeprefix("=") in names
    return rule.type != "custom" and all(_NUMBER.match(one) for one in formulas)


def extension_lists(content: bytes) -> dict[str, list[DataValidation]]:
    """Return the lists that an .xlsx keeps in an extension, by sheet name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: found
            for name, part in _sheet_parts(archive)
            if part in archive.namelist() and (found := _lists_of(archive.read(part)))
        }


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets: dict[str, str] = {}
    for relation in _RELATION.findall(relations):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        target = attributes.get("Target", "")
        path = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
        targets[attributes.get("Id", "")] = posixpath.normpath(path)
    for name, relation in _SHEET.findall(book):
        yield html.unescape(name), targets.get(relation, "")


def _lists_of(sheet: bytes) -> list[DataValidation]:
    found: list[DataValidation] = []
    for one in _EXTENSION.findall(sheet):
        text = one.decode("utf-8", "replace")
        source, cells = _SOURCE.search(text), _CELLS.search(text)
        if 'type="list"' in text and source and cells:
            rule = DataValidation(
                type="list",
                formula1=html.unescape(source[1]),
                sqref=html.unescape(cells[1]),
                allow_blank=True,
            )
            found.append(rule)
    return found
