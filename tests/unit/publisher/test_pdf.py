"""The report's PDF: what PDF/UA asks, every picture in words, every table cell for cell."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from ctypes.util import find_library
from itertools import pairwise
from pathlib import Path

import pytest

from publisher.charts.draw import draw_pictures
from publisher.figures import Figures
from publisher.marts import read_marts
from publisher.page import render_page
from publisher.pdf import NO_TYPESETTER, write_pdf
from publisher.printed import PageCell, page_table
from publisher.release import Release
from publisher.revisions import marks_of
from tests.unit.publisher.conftest import GENERATED_ON, QUARTER
from tests.unit.publisher.tagged_pdf import Tag, TaggedPdf

pytestmark = pytest.mark.skipif(find_library("pango-1.0") is None, reason="Pango is not here")

RIGHT_MARGIN = (210 - 16) / 25.4 * 96
"""Where the text ends on A4, in the pixels that the pages are drawn in."""

NUMBER = r"\d[\d,]*(?:\.\d+)?"

INSIDE = {
    "L": {"LI"}, "LI": {"Lbl", "LBody"}, "Table": {"Caption", "THead", "TBody"},
    "THead": {"TR"}, "TBody": {"TR"}, "TR": {"TH", "TD"}, "Link": {"Span", "NonStruct"},
}  # fmt: skip
"""What may lie straight inside a tag; of the others anything but these may."""

LIES_IN = {
    "LI": {"L"}, "Lbl": {"LI"}, "LBody": {"LI"}, "THead": {"Table"}, "TBody": {"Table"},
    "TR": {"THead", "TBody"}, "TH": {"TR"}, "TD": {"TR"},
}  # fmt: skip


@pytest.fixture(scope="module")
def figures(release: Release) -> Figures:
    """What the release says."""
    return Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def report(release: Release) -> TaggedPdf:
    """The published PDF, read once."""
    return TaggedPdf(release.folder / "report.pdf")


@pytest.fixture(scope="module")
def short(figures: Figures, warehouse: Path) -> str:
    """The paper of the first section alone, of figures that nobody made up."""
    first = figures.model_copy(update={"is_synthetic": False, "sections": figures.sections[:1]})
    boroughs = read_marts(warehouse, quarter=QUARTER).boroughs
    return render_page(first, draw_pictures(first, boroughs), is_paper=True)


def test_it_says_what_it_is(report: TaggedPdf, figures: Figures) -> None:
    title = f"Synthetic data: {figures.title}, {figures.quarter_label}"
    root = report.pdf.Root
    assert str(root.Lang) == "en-GB"
    assert bool(root.MarkInfo.Marked)
    assert bool(root.ViewerPreferences.DisplayDocTitle)
    with report.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
        assert metadata["dc:title"] == title
    assert str(report.pdf.docinfo.Title) == title
    assert str(report.pdf.docinfo.CreationDate) == "D:20261126"
    assert "/ID" in report.pdf.trailer


def test_every_page_is_a4_and_brings_its_type(report: TaggedPdf) -> None:
    fonts = {
        str(font.BaseFont).partition("+")[2]: font
        for page in report.pdf.pages for font in page.Resources.Font.values()
    }  # fmt: skip
    assert {"Inter", "Inter-Bold"} < set(fonts)
    for name, font in fonts.items():
        assert name.startswith("Inter")
        assert len(font.DescendantFonts[0].FontDescriptor.FontFile2.read_bytes()) > 1000
    for page in report.pdf.pages:
        assert [round(float(side)) for side in page.MediaBox] == [0, 0, 595, 842]
        assert str(page.Tabs) == "/S"


def test_whatever_is_drawn_has_a_tag_or_is_an_artifact(report: TaggedPdf) -> None:
    marks = [mark for tag in report.tags.below() for mark in tag.marks]
    assert len(marks) == len(set(marks)) > 1000
    drawn = {(place, mark) for place, page in enumerate(report.pages) for mark in page.words}
    assert drawn == set(marks)
    assert [page.lost for page in report.pages] == [[]] * len(report.pages)


def test_the_way_from_a_mark_to_its_tag_leads_back(report: TaggedPdf) -> None:
    numbers = report.pdf.Root.StructTreeRoot.ParentTree.Nums
    owners = {int(numbers[place]): numbers[place + 1] for place in range(0, len(numbers), 2)}
    for tag in report.tags.below():
        for page, mark in tag.marks:
            assert owners[page][mark].objgen == tag.dictionary.objgen
        for kid in tag.kids:
            assert kid.dictionary.P.objgen == tag.dictionary.objgen


def test_tags_lie_where_the_standard_has_them(report: TaggedPdf) -> None:
    tags = list(report.tags.below())
    assert tags[0].name == "Document"
    for tag in tags:
        inside = {kid.name for kid in tag.kids}
        assert inside <= INSIDE.get(tag.name, inside), tag
        assert tag.parent in LIES_IN.get(tag.name, {tag.parent}), tag
    steps = [int(tag.name[1]) for tag in tags if re.fullmatch("H[1-6]", tag.name)]
    assert steps[0] == 1
    assert steps.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(steps))


def test_every_picture_is_told_in_words(report: TaggedPdf, figures: Figures) -> None:
    charts = [chart for section in figures.sections for chart in section.charts]
    pictures = report.tags.named("Figure")
    told = [f"Synthetic data. {chart.text_alternative}" for chart in charts]
    assert [str(tag.dictionary.Alt) for tag in pictures] == told
    for tag in pictures:
        assert tag.words.replace(" ", "").endswith("Syntheticdata")
        left, low, right, high = (float(side) for side in tag.dictionary.A.BBox)
        assert 0 < left < right < 595
        assert 0 < low < high < 842


def _tables(report: TaggedPdf) -> list[tuple[str, list[Tag], list[Tag]]]:
    """Return each table's caption, head and rows; a table goes on where one has no caption."""
    found: list[tuple[str, list[Tag], list[Tag]]] = []
    for table in report.tags.named("Table"):
        (head,) = (row for part in table.named("THead") for row in part.kids)
        rows = [row for part in table.named("TBody") for row in part.kids]
        captions = [kid.words for kid in table.kids if kid.name == "Caption"]
        if captions:
            found.append((captions[0], list(head.kids), rows))
        else:
            assert [cell.words for cell in head.kids] == [cell.words for cell in found[-1][1]]
            found[-1][2].extend(rows)
    return found


def test_each_table_is_there_cell_for_cell(report: TaggedPdf, figures: Figures) -> None:
    """So no number stands in the PDF where the protected figures have a symbol."""
    printed = [
        (number, page_table(table, marks_of(figures, table)))
        for number, table in enumerate(figures.tables(), start=1) if table.is_on_page
    ]  # fmt: skip
    tables = _tables(report)
    assert len(tables) == len(printed) > 5
    hidden = 0
    for (number, table), (caption, head, rows) in zip(printed, tables, strict=True):
        assert _runs_on(caption) == _runs_on(f"Table {number}. Synthetic data. {table.caption}")
        assert _same(head, [_marked(heading) for heading in table.headings])
        for row, cells in zip(rows, table.rows, strict=True):
            assert _same(list(row.kids), [_marked(cell) for cell in cells])
            hidden += sum(cell.words == "c" for cell in cells)
    assert hidden > 10


def _marked(cell: PageCell) -> str:
    return cell.words + "".join(mark for mark, _ in cell.marks)


def _same(tags: list[Tag], words: list[str]) -> bool:
    return [_runs_on(tag.words) for tag in tags] == [_runs_on(one) for one in words]


def _runs_on(words: str) -> str:
    """Leave the spaces out: none is drawn where a line breaks."""
    return words.replace(" ", "")


def test_every_cell_knows_its_headings(report: TaggedPdf) -> None:
    for table in report.tags.named("Table"):
        known = {str(cell.dictionary.ID): cell for cell in table.named("TH")}
        for part, scope in (("THead", "/Column"), ("TBody", "/Row")):
            cells = [cell for one in table.named(part) for cell in one.named("TH")]
            assert cells
            assert {str(cell.dictionary.A.Scope) for cell in cells} == {scope}
        for cell in table.named("TD"):
            scopes = [str(known[str(one)].dictionary.A.Scope) for one in cell.dictionary.A.Headers]
            assert sorted(scopes) == ["/Column", "/Row"]


def test_no_number_is_in_the_pdf_alone(report: TaggedPdf, release: Release) -> None:
    page = re.sub(
        r"<style>.*?</style>|<pre>.*?</pre>",
        "",
        (release.folder / "report.html").read_text("utf-8"),
    )
    marks = [tag.words for tag in report.tags.below() if tag.marks and tag.name != "Figure"]
    numbers = set(re.findall(NUMBER, "\n".join(marks)))
    pages = {str(number) for number in range(1, len(report.pages) + 1)}
    assert len(numbers) > 100
    assert numbers - set(re.findall(NUMBER, page)) - pages == set()


def test_each_page_says_what_it_belongs_to(report: TaggedPdf, figures: Figures) -> None:
    count = len(report.pages)
    assert count > 5
    for number, page in enumerate(report.pages, start=1):
        foot = [words for words in page.artifacts if words]
        name = f"{figures.title}, {figures.quarter_label} · Synthetic data."
        assert foot == [name, f"Page {number} of {count}"]


def test_contents_and_outline_lead_to_the_sections(report: TaggedPdf, figures: Figures) -> None:
    changed = "What changed since the last release"
    titles = [*(section.title for section in figures.sections), changed]
    with report.pdf.open_outline() as outline:
        (top,) = outline.root
        assert top.title == figures.title
        assert [one.title for one in top.children] == [*titles, "Quality, methods and symbols"]
        tables = [below.title for one in top.children[:-1] for below in one.children]
    assert len(tables) == len(_tables(report))
    pages = {
        _runs_on(tag.words): next(mark for one in tag.below() for mark in one.marks)[0] + 1
        for tag in report.tags.named("H2")
    }
    contents = report.tags.named("L")[2:4]  # of two pages, where one does not hold it
    items = [item for part in contents for item in part.kids][: len(pages)]
    listed = [_runs_on(item.named("LBody")[0].words) for item in items]
    assert listed == [f"{title}{page}" for title, page in pages.items()]
    links = [note for page in report.pdf.pages for note in page.get("/Annots", [])]
    named = dict.fromkeys(str(note.Contents) for note in links if "/Dest" in note)
    assert set(named) == {*titles, "Quality, methods and symbols"}
    assert all("/StructParent" in note for note in links)


def test_nothing_runs_off_the_paper(report: TaggedPdf) -> None:
    """The rules of the tables are as wide as the tables; the band of the cover is not one."""
    ends = [end for page in report.pages[1:] for end in page.line_ends]
    assert RIGHT_MARGIN - 100 < max(ends) <= RIGHT_MARGIN + 0.5


def test_nothing_is_there_only_to_be_clicked(report: TaggedPdf) -> None:
    said = " ".join(words for page in report.pages for words in page.words.values())
    for words in ("How this was counted", "Download", "Skip to", "select", "SELECT"):
        assert words not in said


def test_figures_of_real_boroughs_do_not_say_synthetic(short: str, tmp_path: Path) -> None:
    write_pdf(short, tmp_path / "report.pdf", dated=GENERATED_ON)
    report = TaggedPdf(tmp_path / "report.pdf")
    said = [words for page in report.pages for words in (*page.words.values(), *page.artifacts)]
    assert not [words for words in said if "ynthetic" in words]
    assert not str(report.pdf.docinfo.Title).startswith("Synthetic")


def test_it_sets_without_a_complaint(
    short: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_pdf(short, tmp_path / "report.pdf", dated=GENERATED_ON)
    assert [one.message for one in caplog.records if one.name.startswith("weasyprint")] == []


WRITE = """
import datetime, pathlib, sys
from publisher.pdf import write_pdf
page = pathlib.Path(sys.argv[1]).read_text("utf-8")
write_pdf(page, pathlib.Path(sys.argv[2]), dated=datetime.date(2026, 11, 26))
"""


def test_clock_fonts_and_place_of_the_machine_leave_no_trace(short: str, tmp_path: Path) -> None:
    page = tmp_path / "paper.html"
    page.write_text(short, "utf-8")
    write_pdf(short, tmp_path / "here.pdf", dated=GENERATED_ON)
    bare = tmp_path / "fonts.conf"
    bare.write_text(f"<fontconfig><cachedir>{tmp_path / 'fonts'}</cachedir></fontconfig>", "utf-8")
    elsewhere = {
        "FONTCONFIG_FILE": str(bare), "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo",
        "SOURCE_DATE_EPOCH": "86400",
    }  # fmt: skip
    command = [sys.executable, "-W", "error", "-c", WRITE, str(page), str(tmp_path / "there.pdf")]
    subprocess.run(command, check=True, env=os.environ | elsewhere, timeout=300)
    here, there = ((tmp_path / name).read_bytes() for name in ("here.pdf", "there.pdf"))
    assert hashlib.sha256(here).digest() == hashlib.sha256(there).digest()


PUBLISH = """
import datetime, pathlib, sys
from publisher.release import publish_release
from specification.periods import Quarter
publish_release(
    pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), quarter=Quarter.parse(sys.argv[3]),
    is_synthetic=True, generated_on=datetime.date(2026, 11, 26),
)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the library is hidden as Linux looks for it")
def test_without_pango_a_release_is_whole_but_for_its_pdf(
    release: Release, warehouse: Path, tmp_path: Path
) -> None:
    hidden = tmp_path / "libraries"
    hidden.mkdir()
    (hidden / "libpango-1.0.so.0").write_text("no library", "ascii")
    folder = tmp_path / "2026-27Q2"
    published = subprocess.run(
        [sys.executable, "-c", PUBLISH, str(warehouse), str(folder), str(QUARTER)],
        check=True, env=os.environ | {"LD_LIBRARY_PATH": str(hidden)}, capture_output=True,
        text=True, timeout=300,
    )  # fmt: skip
    assert published.stdout == ""

    def names(one: Path) -> set[str]:
        return {path.relative_to(one).as_posix() for path in one.rglob("*") if path.is_file()}

    assert names(release.folder) - names(folder) == {"report.pdf"}
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["not_made"] == [{"path": "report.pdf", "reason": NO_TYPESETTER}]
    assert {one["path"] for one in manifest["files"]} == names(folder) - {"manifest.json"}
    page = (folder / "index.html").read_text("utf-8")
    assert NO_TYPESETTER in page
    assert "report.pdf" not in page


@pytest.mark.skipif(sys.platform != "linux", reason="the library is hidden as Linux looks for it")
@pytest.mark.parametrize("is_hidden", [False, True])
def test_it_is_known_whether_a_pdf_can_be_set(is_hidden: bool, tmp_path: Path) -> None:
    (tmp_path / "libpango-1.0.so.0").write_text("no library", "ascii")
    elsewhere = {"LD_LIBRARY_PATH": str(tmp_path)} if is_hidden else {}
    program = "from publisher.pdf import has_typesetter; print(has_typesetter())"
    asked = subprocess.run(
        [sys.executable, "-c", program], check=True, env=os.environ | elsewhere,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert asked.stdout == f"{not is_hidden}\n"


def test_a_release_links_to_its_pdf(release: Release) -> None:
    page = release.report.read_text("utf-8")
    assert page.count('href="report.pdf"') == 2
    assert NO_TYPESETTER not in page
    assert json.loads(release.manifest.read_text("utf-8"))["not_made"] == []
