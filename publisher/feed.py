"""The feed of releases, for readers that want to be told of new ones.

Here: Atom (RFC 4287), an entry for each edition. Not here: any clock; every time is that of a
publication, and every id is made from quarter and number, so that it never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree

from publisher.notices import PublishedEdition

ATOM = "http://www.w3.org/2005/Atom"
PUBLISHER = "London Office of Technology and Innovation"
_IDS = uuid5(NAMESPACE_URL, "cohort releases of digital apprenticeships in London boroughs")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def write_feed(editions: Sequence[PublishedEdition], path: Path, *, base_url: str) -> None:
    """Write the feed of editions, newest first.

    Args:
        editions: every published edition.
        path: the file, `feed.xml`.
        base_url: where the site is; a feed is read away from it.
    """
    ElementTree.register_namespace("", ATOM)
    times = {id(one): _changed_at(one, editions) for one in editions}
    title = "Digital apprenticeships in London boroughs: releases"
    if any(one.is_synthetic for one in editions):
        title = f"Synthetic data: {title}"
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"xml:lang": "en-GB"})
    _add(feed, "id", _IDS.urn)
    _add(feed, "title", title)
    _add(feed, "updated", _written(max(times.values(), default=_NEVER)))
    author = ElementTree.SubElement(feed, f"{{{ATOM}}}author")
    _add(author, "name", PUBLISHER)
    _link(feed, f"{base_url}feed.xml", rel="self", kind="application/atom+xml")
    _link(feed, f"{base_url}index.html", rel="alternate", kind="text/html")
    for one in sorted(editions, key=lambda one: one.edition.published_at, reverse=True):
        _add_entry(feed, one, changed_at=times[id(one)], base_url=base_url)
    ElementTree.indent(feed)
    text = ElementTree.tostring(feed, encoding="unicode")
    text = f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n'
    path.write_text(text, "utf-8", newline="")


def _add_entry(
    feed: ElementTree.Element, one: PublishedEdition, *, changed_at: datetime, base_url: str
) -> None:
    entry = ElementTree.SubElement(feed, f"{{{ATOM}}}entry")
    _add(entry, "id", entry_id(one).urn)
    words = f"{one.said.title}, {one.said.quarter_label}"
    if one.edition.superseded_by is not None:
        words = f"Replaced: {words}, edition {one.number}"
    elif one.edition.reason:
        words = f"Corrected: {words}"
    _add(entry, "title", f"Synthetic data: {words}" if one.is_synthetic else words)
    _add(entry, "published", _written(one.edition.published_at))
    _add(entry, "updated", _written(changed_at))
    _link(
        entry, f"{base_url}releases/{one.quarter}/{one.number}/index.html", rel="alternate",
        kind="text/html",
    )  # fmt: skip
    sentences = [f"{headline.figure} {headline.sentence}." for headline in one.said.headlines]
    if one.edition.reason:
        sentences.insert(0, f"The reason for this edition: {one.edition.reason}")
    _add(entry, "summary", " ".join(sentences))


def entry_id(one: PublishedEdition) -> UUID:
    """Return the id of an edition's entry, the same for ever."""
    return uuid5(_IDS, f"{one.quarter}/{one.number}")


def _changed_at(one: PublishedEdition, editions: Sequence[PublishedEdition]) -> datetime:
    """Return when an edition was last spoken of: when it was replaced, or else published."""
    return next(
        (
            other.edition.published_at
            for other in editions
            if other.quarter == one.quarter and other.number == one.edition.superseded_by
        ),
        one.edition.published_at,
    )


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{ATOM}}}{name}").text = text


def _link(parent: ElementTree.Element, href: str, *, rel: str, kind: str) -> None:
    ElementTree.SubElement(
        parent, f"{{{ATOM}}}link", {"rel": rel, "href": href, "type": kind}
    )  # fmt: skip
