"""What a reader meets on a page: its words, tables, links and what it fetches.

Here: reading HTML as it was written to disk. Not here: a browser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

_SILENT = ("svg", "pre", "style", "title")
_VOID = ("meta", "link", "br", "img", "hr")


@dataclass
class ReadPage(HTMLParser):
    """One page, read once. `rows` are the body rows of each table by its id."""

    path: Path
    words: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    rows: dict[str, list[list[str]]] = field(default_factory=dict)
    pictures: list[dict[str, str | None]] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _table: str = ""

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what the tag names, fetches or leads to."""
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a":
            self.links.append(str(named["href"]))
        if tag == "link":
            self.fetched.append(str(named["href"]))
        if "src" in named:
            self.fetched.append(str(named["src"]))
        self.scripts += [tag for name in (tag, *named) if name == "script" or name.startswith("on")]
        if tag == "svg":
            self.pictures.append(named)
        if tag == "table":
            self._table = str(named.get("id"))
            self.rows[self._table] = []
        if tag == "tr" and "tbody" in self._open:
            self.rows[self._table].append([])
        if tag in ("td", "th") and "tbody" in self._open:
            self.rows[self._table][-1].append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost tag of a name."""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Keep the words that are read, and those of table cells."""
        if any(tag in self._open for tag in _SILENT):
            return
        self.words.append(data)
        if "tbody" in self._open and ("td" in self._open or "th" in self._open):
            self.rows[self._table][-1][-1] += data

    @property
    def text(self) -> str:
        """The words of the page, one space between them."""
        return " ".join(" ".join(self.words).split())


def pages_in(folder: Path) -> list[ReadPage]:
    """Return every page under a folder."""
    return [ReadPage(path) for path in sorted(folder.rglob("*.html"))]


def broken_links(pages: list[ReadPage]) -> list[str]:
    """Return the relative links that lead to no file, or to no place on its page."""
    ids = {page.path.resolve(): set(page.ids) for page in pages}
    broken: list[str] = []
    for page in pages:
        for link in (*page.links, *page.fetched):
            if re.match(r"(https|mailto|data):", link):
                continue
            address, fragment = urldefrag(unquote(link))
            target = (page.path.parent / address).resolve() if address else page.path.resolve()
            is_there = target.is_file() and (not fragment or fragment in ids.get(target, set()))
            if not is_there:
                broken.append(f"{page.path.name}: {link}")
    return broken
