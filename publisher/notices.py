"""What stands at the head of a published edition's pages: which it is, and what replaced it.

Here: reading what a frozen bundle says of itself, the words, and putting them into a page so that
they can be taken out again. Not here: when an edition is replaced (the register), the site's own
pages (site). A bundle never changes: the words are in the site's copy only, between two marks, and
without them a page has the bytes of the manifest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape
from pydantic import BaseModel, ConfigDict, ValidationError

from publisher.editions import Edition
from publisher.wording import written_date
from specification.periods import Quarter

MARK = "<!-- edition -->"
END_MARK = "<!-- end of edition -->"
LONDON = ZoneInfo("Europe/London")


class UnreadableEdition(Exception):
    """A bundle that a site cannot show; the message says which and why."""


class _Headline(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")
    figure: str
    sentence: str


class _Said(BaseModel):
    """What the site needs of a bundle's figures, whichever version wrote them."""

    model_config = ConfigDict(frozen=True, extra="ignore")
    title: str
    quarter_label: str
    is_synthetic: bool
    headlines: tuple[_Headline, ...]


@dataclass(frozen=True, slots=True)
class PublishedEdition:
    """One edition and what its bundle says of itself."""

    edition: Edition
    said: _Said

    @property
    def quarter(self) -> Quarter:
        """The quarter of the release."""
        return self.edition.quarter

    @property
    def number(self) -> int:
        """The edition's number within the quarter."""
        return self.edition.number

    @property
    def is_synthetic(self) -> bool:
        """Whether its figures are made up."""
        return self.said.is_synthetic

    @property
    def published_on(self) -> date:
        """The day of publication in London."""
        return self.edition.published_at.astimezone(LONDON).date()


def read_edition(edition: Edition) -> PublishedEdition:
    """Return an edition with what its bundle says of itself.

    Raises:
        UnreadableEdition: there is no such bundle, or it cannot be read.
    """
    path = edition.folder / "figures.json"
    try:
        said = _Said.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        name = f"{edition.quarter}, edition {edition.number}"
        raise UnreadableEdition(f"The bundle of {name} cannot be read: {path}.") from error
    return PublishedEdition(edition, said)


def notice(
    one: PublishedEdition,
    beside: Sequence[PublishedEdition],
    *,
    page: str,
    quarter_root: str,
    site_root: str,
) -> str:
    """Return the words at the head of one page of an edition, as HTML.

    Args:
        one: the edition.
        beside: every edition of its quarter.
        page: the page's place in the bundle, such as `topics/starts.html`.
        quarter_root: leads from the page to the quarter's folder.
        site_root: leads from the page to the site's first page.
    """
    after = next((o for o in beside if o.number == one.edition.superseded_by), None)
    if after is not None:
        words = (
            f"<strong>This edition was replaced on {written_date(after.published_on)}.</strong> "
            f"{_reason(after)}"
            f'<a href="{quarter_root}index.html">Read the edition that replaced it</a>'
        )
        return _aside(words, "edition replaced", site_root)
    own = f"{quarter_root}{one.number}/{page}"
    words = (
        f"{escape(one.said.quarter_label)}, edition {one.number}, published on "
        f'{written_date(one.published_on)}. <a href="{own}">This edition’s own address</a>'
    )
    before = [other for other in beside if other.edition.superseded_by == one.number]
    if before:
        earlier = ", ".join(
            f'<a href="{quarter_root}{other.number}/index.html">edition {other.number}</a>'
            for other in sorted(before, key=lambda other: other.number)
        )
        words += f". <strong>Corrected.</strong> {_reason(one)}It replaced {earlier}"
    return _aside(words, "edition", site_root)


def _reason(edition: PublishedEdition) -> str:
    reason = edition.edition.reason.strip().removesuffix(".")
    return f"The reason: {escape(reason)}. " if reason else ""


def _aside(words: str, kind: str, site_root: str) -> str:
    return (
        f'<aside class="{kind}" aria-label="This edition"><p class="measure">{words}. '
        f'<a href="{site_root}index.html">All releases</a></p></aside>'
    )


def with_notice(page: str, words: str) -> str:
    """Return a page with words at its mark.

    Raises:
        UnreadableEdition: the page has no mark; it would be shown without them.
    """
    if page.count(MARK) != 1:
        raise UnreadableEdition("A page of an edition has no place for what became of it.")
    return page.replace(MARK, f"{MARK}{Markup(words)}{END_MARK}")  # noqa: S704 - escaped above


def without_notice(page: str) -> str:
    """Return a page of the site as it is in the frozen bundle."""
    return re.sub(f"{re.escape(MARK)}.*?{re.escape(END_MARK)}", MARK, page, flags=re.DOTALL)
