"""A PDF as a screen reader meets it: its tags in order, and the words of each.

Here: reading the tree of tags and the words that are drawn, with pikepdf. Not here: what a report
must have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf

PAINTED = {"f", "F", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "EI"}
TEXT = {"Tj", "TJ", "'", '"'}


@dataclass(frozen=True)
class Tag:
    """One element of the tree. `marks` are the places of its own words: page and number."""

    name: str
    parent: str
    dictionary: Any
    kids: tuple[Tag, ...]
    marks: tuple[tuple[int, int], ...]
    words: str

    def below(self) -> Iterator[Tag]:
        """Yield the element and each below it, in reading order."""
        yield self
        for kid in self.kids:
            yield from kid.below()

    def named(self, *names: str) -> list[Tag]:
        """Return those below of a name, in reading order."""
        return [tag for tag in self.below() if tag.name in names]


@dataclass
class Drawn:
    """What is drawn on one page: words by mark, words of artifacts, lines' ends, and what is lost.

    `lost` are the operators that draw outside every mark.
    """

    words: dict[int, str] = field(default_factory=dict[int, str])
    artifacts: list[str] = field(default_factory=list[str])
    line_ends: list[float] = field(default_factory=list[float])
    lost: list[str] = field(default_factory=list[str])


class TaggedPdf:
    """A PDF that was read."""

    def __init__(self, path: Path) -> None:
        self.pdf = pikepdf.open(path)
        self.pages = [_drawn(page) for page in self.pdf.pages]
        numbers: dict[Any, int] = {page.objgen: place for place, page in enumerate(self.pdf.pages)}
        (top,) = self.pdf.Root.StructTreeRoot.K
        self.tags = self._tag(top, "", numbers)

    def _tag(self, element: Any, parent: str, pages: dict[Any, int]) -> Tag:
        name = str(element.S)[1:]
        kids: list[Tag] = []
        marks: list[tuple[int, int]] = []
        words: list[str] = []
        for kid in element.get("/K", []):
            if isinstance(kid, int):
                page = pages[element.Pg.objgen]
                marks.append((page, kid))
                words.append(self.pages[page].words[kid])
            elif "/S" in kid:
                kids.append(self._tag(kid, name, pages))
                words.append(kids[-1].words)
        return Tag(name, parent, element, tuple(kids), tuple(marks), "".join(words))


def _drawn(page: pikepdf.Page) -> Drawn:
    found = Drawn()
    _draw(page, page.Resources, found, [])
    return found


def _draw(content: Any, resources: Any, found: Drawn, stack: list[int | None]) -> None:
    """Follow the operators of a page, or of a form that it draws; `stack` are the open marks."""
    fonts = {name: _characters(font) for name, font in resources.Font.items()}
    characters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(content):
        match str(operator):
            case "BMC" | "BDC":
                marked = len(operands) > 1 and "/MCID" in operands[1]
                stack.append(int(operands[1].MCID) if marked else None)
                if marked:
                    found.words[int(operands[1].MCID)] = ""
                else:
                    found.artifacts.append("")
            case "EMC":
                stack.pop()
            case "Tf":
                characters = fonts[str(operands[0])]
            case "l" if stack and stack[-1] is None:
                found.line_ends.append(float(operands[0]))
            case name if name in PAINTED | TEXT and not stack:
                found.lost.append(name)
            case name if name in TEXT:
                words = "".join(_shown(operands[0], characters))
                mark = stack[-1]
                if mark is None:
                    found.artifacts[-1] += words
                else:
                    found.words[mark] += words
            case "Do":
                form = resources.XObject[str(operands[0])]
                assert form.Subtype == "/Form", "a picture in pixels"
                _draw(form, form.Resources, found, stack)
            case _:
                pass


def _shown(operand: Any, characters: dict[int, str]) -> Iterator[str]:
    for part in operand if isinstance(operand, pikepdf.Array) else [operand]:
        if isinstance(part, pikepdf.String):
            codes = bytes(part)
            for place in range(0, len(codes), 2):
                yield characters[int.from_bytes(codes[place : place + 2], "big")]


def _characters(font: Any) -> dict[int, str]:
    """Return the characters of a font's codes, from the map that makes its words copyable."""
    text = font.ToUnicode.read_bytes().decode("ascii")
    return {
        int(code, 16): bytes.fromhex(character).decode("utf-16-be")
        for block in re.findall(r"beginbfchar(.*?)endbfchar", text, re.DOTALL)
        for code, character in re.findall(r"<(\w+)> <(\w+)>", block)
    }
