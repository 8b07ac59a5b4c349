"""The site of all releases: stable addresses, words on what was replaced, and a feed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from publisher.editions import Edition
from publisher.feed import ATOM
from publisher.notices import UnreadableEdition, without_notice
from publisher.release import Release
from publisher.site import write_site
from specification.load import CollectionQuarter
from specification.periods import Quarter
from tests.unit.publisher.read_pages import ReadPage, broken_links, pages_in

QUARTER = Quarter(2026, 2)
CALENDAR = (
    CollectionQuarter(Quarter(2026, 1), date(2026, 7, 30), date(2026, 8, 27)),
    CollectionQuarter(QUARTER, date(2026, 10, 30), date(2026, 11, 26)),
    CollectionQuarter(Quarter(2026, 3), date(2027, 1, 29), date(2027, 2, 25)),
)
CONTACT = "the data team, data@example.org"
ROLES = ("Director of the partnership",)
REASON = "Sutton <sent> one cohort twice."


def _editions(release: Release) -> list[Edition]:
    """Return an earlier quarter, and a quarter whose first edition was replaced by its third."""
    first = Edition(QUARTER, 1, release.folder, datetime(2026, 11, 26, 9, 30, tzinfo=UTC))
    earlier = datetime(2026, 8, 27, 8, 30, tzinfo=UTC)
    corrected = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)
    return [
        replace(first, quarter=Quarter(2026, 1), published_at=earlier),
        replace(first, superseded_by=3),
        replace(first, number=3, published_at=corrected, reason=REASON),
    ]


def _write(editions: list[Edition], folder: Path) -> Path:
    write_site(editions, folder, CALENDAR, contact=CONTACT, pre_release=ROLES)
    return folder


@pytest.fixture(scope="module")
def site(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _write(_editions(release), tmp_path_factory.mktemp("site") / "public")


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_edition_has_an_address_and_the_newest_has_the_quarters(site: Path) -> None:
    for address in ("2026-27Q1", "2026-27Q1/1", "2026-27Q2", "2026-27Q2/1", "2026-27Q2/3"):
        assert (site / "releases" / address / "index.html").is_file()
    newest = ReadPage(site / "releases" / "2026-27Q2" / "index.html")
    assert "edition 3, published on 3 December 2026" in newest.text
    assert "Corrected. The reason: Sutton <sent> one cohort twice. It replaced edition 1" in (
        newest.text
    )


def test_a_replaced_edition_says_so_on_each_of_its_pages(site: Path) -> None:
    replaced = pages_in(site / "releases" / "2026-27Q2" / "1")
    assert len(replaced) > 35
    for page in replaced:
        assert page.text.count("This edition was replaced on 3 December 2026.") == 1
        assert "The reason: Sutton <sent> one cohort twice. Read the edition that" in page.text
        (to,) = [link for link in page.links if (page.path.parent / link).resolve() == (
            site / "releases" / "2026-27Q2" / "index.html").resolve()]  # fmt: skip
        assert to
    for page in pages_in(site / "releases" / "2026-27Q1"):
        assert "replaced" not in page.text.partition("Skip to")[0]
        assert "This edition was replaced" not in page.text


def test_without_the_words_on_the_edition_the_bundle_is_the_frozen_one(site: Path) -> None:
    folder = site / "releases" / "2026-27Q2" / "1"
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    for entry in manifest["files"]:
        content = (folder / entry["path"]).read_bytes()
        if entry["path"].endswith(".html"):
            assert hashlib.sha256(content).hexdigest() != entry["sha256"]
            content = without_notice(content.decode("utf-8")).encode("utf-8")
        assert hashlib.sha256(content).hexdigest() == entry["sha256"], entry["path"]


def test_every_relative_link_of_the_site_leads_somewhere(site: Path) -> None:
    pages = [page for page in pages_in(site) if page.path.name != "404.html"]
    assert broken_links(pages) == []
    lost = ReadPage(site / "404.html")
    for link in (*lost.links, *lost.fetched):
        assert link.startswith(("#", "https://www.nationalarchives.gov.uk/")) or (
            (site / link.removeprefix("/")).is_file()
        )


def test_the_site_says_when_the_next_release_is_and_whom_to_ask(site: Path) -> None:
    front = ReadPage(site / "index.html")
    assert "Next release 25 February 2027" in front.text
    listed = [link for link in front.links if re.fullmatch(r"releases/[^/]+/index\.html", link)]
    assert listed[-2:] == ["releases/2026-27Q2/index.html", "releases/2026-27Q1/index.html"]
    calendar = ReadPage(site / "calendar.html").rows["None"]
    assert [row[3].partition(":")[0] for row in calendar] == ["Announced", "Published", "Published"]
    about = ReadPage(site / "about.html")
    assert "mailto:data@example.org" in about.links
    assert "Director of the partnership" in about.text


def test_a_site_without_releases_is_a_site(tmp_path: Path) -> None:
    folder = _write([], tmp_path / "public")
    assert "Nothing is published yet" in ReadPage(folder / "index.html").text
    assert broken_links([p for p in pages_in(folder) if p.path.name != "404.html"]) == []


def test_the_feed_is_atom_with_an_entry_an_edition(site: Path) -> None:
    feed = ElementTree.fromstring((site / "feed.xml").read_text("utf-8"))  # noqa: S314 - our own
    assert feed.tag == f"{{{ATOM}}}feed"

    def texts(parent: ElementTree.Element, name: str) -> list[str]:
        return [str(one.text) for one in parent.findall(f"{{{ATOM}}}{name}")]

    entries = feed.findall(f"{{{ATOM}}}entry")
    for parent in (feed, *entries):
        # RFC 4287: exactly one id, title and updated; an entry without content has an alternate.
        assert [len(texts(parent, name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", texts(parent, "updated")[0])
        assert [o.get("rel") for o in parent.findall(f"{{{ATOM}}}link")][-1] == "alternate"
    assert len(feed.findall(f"{{{ATOM}}}author")) == 1
    ids = [text for entry in entries for text in texts(entry, "id")]
    assert len(set(ids)) == len(ids) == 3
    assert texts(feed, "updated") == ["2026-12-03T09:30:00Z"]
    assert [texts(entry, "title")[0].split(": ")[1] for entry in entries][:2] == [
        "Corrected",
        "Replaced",
    ]
    assert ids[-1] == "urn:uuid:" + ids[-1][9:]


def test_the_ids_of_the_feed_stay_when_editions_come(release: Release, tmp_path: Path) -> None:
    earlier, first, _ = _editions(release)
    before = _write([earlier, replace(first, superseded_by=None)], tmp_path / "before")
    after = _write(_editions(release), tmp_path / "after")
    wanted = re.findall(r"<id>(.*?)</id>", (before / "feed.xml").read_text("utf-8"))
    assert set(wanted) < set(re.findall(r"<id>(.*?)</id>", (after / "feed.xml").read_text("utf-8")))


def test_the_same_editions_give_the_same_bytes(
    release: Release, site: Path, tmp_path: Path
) -> None:
    again = _write(list(reversed(_editions(release))), tmp_path / "again")
    assert _hashes(again) == _hashes(site)


def test_a_site_that_cannot_be_written_leaves_the_old_one(release: Release, tmp_path: Path) -> None:
    folder = _write(_editions(release)[:1], tmp_path / "public")
    before = _hashes(folder)
    markless = tmp_path / "markless"
    shutil.copytree(release.folder, markless)
    (markless / "index.html").write_text("<h1>no mark</h1>", "utf-8")
    for broken in (tmp_path / "nowhere", markless):
        with pytest.raises(UnreadableEdition):
            _write([replace(_editions(release)[0], folder=broken)], folder)
        assert _hashes(folder) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["markless", "public"]


def test_a_new_site_takes_the_place_of_the_old_one_whole(release: Release, tmp_path: Path) -> None:
    folder = _write(_editions(release)[:1], tmp_path / "public")
    (folder / "left-over.html").write_text("old", "utf-8")
    _write(_editions(release), folder)
    assert not (folder / "left-over.html").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["public"]
