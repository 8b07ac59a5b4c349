"""The static site of all releases: any web server can host the folder, or nobody's, as files.

Here: which pages there are, at which addresses, and the exchange of the folder. Not here: what a
release says (its frozen bundle), what became of it (the register), the feed (feed), or the words
about an edition (notices). There is no clock: the same editions give the same bytes.

Addresses are for good: `releases/<quarter>/` has the newest edition, `releases/<quarter>/<n>/`
each of them.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from publisher.editions import Edition
from publisher.feed import write_feed
from publisher.notices import PublishedEdition, notice, read_edition, with_notice
from publisher.page import template
from publisher.pages import write_assets
from specification.load import CollectionQuarter, load_calendar
from specification.periods import Quarter

_PAGES = ("index", "calendar", "about", "accessibility")


def write_site(
    editions: Sequence[Edition],
    folder: Path,
    calendar: Sequence[CollectionQuarter] | None = None,
    *,
    contact: str,
    pre_release: Sequence[str],
    base_url: str = "/",
) -> Path:
    """Return the site's first page, after the whole site was written and put in place.

    Args:
        editions: every published edition of every quarter; no draft.
        folder: where the site goes. One that is there is replaced when the new one is whole.
        calendar: when each quarter is published; the collection calendar where none is given.
        contact: whom a reader can ask.
        pre_release: the roles that see a release before it is published.
        base_url: where the site will be, for the page of what is not found and for the feed; it
            ends with a slash. All other links are relative.

    Raises:
        UnreadableEdition: the bundle of an edition is not one that a site can show.
    """
    read = [read_edition(one) for one in editions]
    newest_first = sorted(read, key=lambda one: (one.quarter, one.number), reverse=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        aside.chmod(0o755)
        write_assets(aside / "assets")
        for one in newest_first:
            _copy_edition(one, newest_first, aside / "releases" / str(one.quarter))
        context = _context(
            newest_first, load_calendar() if calendar is None else calendar, base_url=base_url
        ) | {"contact": contact, "pre_release": tuple(pre_release)}
        for name in _PAGES:
            _write(aside / f"{name}.html", f"site/{name}.html.jinja", context)
        _write(aside / "404.html", "site/404.html.jinja", context)
        write_feed(newest_first, aside / "feed.xml", base_url=base_url)
        _exchange(aside, folder)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return folder / "index.html"


def current_of(editions: Sequence[PublishedEdition], quarter: Quarter) -> PublishedEdition:
    """Return the edition of a quarter that nothing has replaced."""
    of_quarter = [one for one in editions if one.quarter == quarter]
    standing = [one for one in of_quarter if one.edition.superseded_by is None]
    return max(standing or of_quarter, key=lambda one: one.number)


def _copy_edition(
    one: PublishedEdition, editions: Sequence[PublishedEdition], of_quarter: Path
) -> None:
    """Copy a bundle to its own address, and the newest of a quarter to the quarter's too."""
    beside = [other for other in editions if other.quarter == one.quarter]
    current = current_of(editions, one.quarter)
    _copy(one, beside, of_quarter / str(one.number), to_quarter="../")
    if one is current:
        _copy(one, beside, of_quarter, to_quarter="")


def _copy(
    one: PublishedEdition, beside: Sequence[PublishedEdition], folder: Path, *, to_quarter: str
) -> None:
    """Copy a bundle, and put words about the edition at the head of each of its pages."""
    shutil.copytree(one.edition.folder, folder, dirs_exist_ok=True)
    for source in sorted(one.edition.folder.rglob("*.html")):
        place = source.relative_to(one.edition.folder)
        up = "../" * (len(place.parts) - 1)
        words = notice(
            one,
            beside,
            page=place.as_posix(),
            quarter_root=f"{up}{to_quarter}",
            site_root=f"{up}{to_quarter}../../",
        )
        text = with_notice(source.read_text("utf-8"), words)
        (folder / place).write_text(text, "utf-8", newline="")


def _context(
    editions: Sequence[PublishedEdition], calendar: Sequence[CollectionQuarter], *, base_url: str
) -> dict[str, Any]:
    """Return what the site's own pages are given."""
    quarters = sorted({one.quarter for one in editions}, reverse=True)
    releases = [
        (current_of(editions, quarter), [one for one in editions if one.quarter == quarter])
        for quarter in quarters
    ]
    to_come = [one for one in calendar if not quarters or quarters[0] < one.quarter]
    return {
        "releases": releases,
        "newest": releases[0][0] if releases else None,
        "next_release": to_come[0] if to_come and quarters else None,
        "calendar": sorted(calendar, key=lambda one: one.quarter, reverse=True),
        "published": {one.quarter for one in editions},
        "is_synthetic": any(one.is_synthetic for one in editions),
        "base_url": base_url,
    }


def _write(path: Path, name: str, context: dict[str, Any]) -> None:
    path.write_text(template(name).render(**context, here=path.stem), "utf-8", newline="")


def _exchange(aside: Path, folder: Path) -> None:
    """Put the new site in the place of the old one, which is kept until then."""
    if not folder.exists():
        aside.rename(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-old-", dir=folder.parent)) / "site"
    folder.rename(old)
    try:
        aside.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    finally:
        shutil.rmtree(old.parent, ignore_errors=True)
