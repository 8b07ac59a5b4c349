"""A release is whole or absent, the same each time, and says what it is."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import shutil
import warnings
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from csvw import CSVW  # pyright: ignore[reportMissingTypeStubs]

import publisher.release
from publisher.figures import SYMBOLS, Cell, Figures
from publisher.pages import REPORT
from publisher.release import EditionExists, NothingToPublish, Release, publish_release
from specification.periods import Quarter

QUARTER = Quarter(2026, 2)
GENERATED_ON = date(2026, 11, 26)


def _publish(warehouse: Path, folder: Path, *, is_synthetic: bool = True) -> Release:
    return publish_release(
        warehouse, folder, quarter=QUARTER, is_synthetic=is_synthetic, generated_on=GENERATED_ON
    )


def _report(release: Release) -> str:
    """Return the whole release on one page."""
    return (release.folder / REPORT).read_text("utf-8")


def _copy(warehouse: Path, folder: Path, *statements: str) -> Path:
    copy = folder / "warehouse-copy.duckdb"
    shutil.copy(warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        for statement in statements:
            connection.execute(statement)
    return copy


def test_the_bundle_has_the_files_of_the_contract(release: Release) -> None:
    top = {path.name for path in release.folder.iterdir()}
    assert top == {
        "assets",
        "audit.json",
        "boroughs",
        "changes.json",
        "charts",
        "csv-metadata.json",
        "data",
        "figures.json",
        "index.html",
        "manifest.json",
        "report.html",
        "report.pdf",
        "revisions.csv",
        "revisions.csv-metadata.json",
        "structure.json",
        "tables.ods",
        "tables.xlsx",
        "tidy",
        "topics",
    }
    stems = {path.name.removesuffix(".csv") for path in release.folder.glob("data/*.csv")}
    names = {path.name for path in (release.folder / "data").iterdir()}
    assert names == {
        stem + ending for stem in stems for ending in (".csv", ".parquet", ".csv-metadata.json")
    }
    tidy = {path.name.removesuffix(".meta.csv") for path in release.folder.glob("tidy/*.meta.csv")}
    assert {path.name for path in (release.folder / "tidy").iterdir()} == {
        stem + ending for stem in tidy for ending in (".csv", ".meta.csv", ".csv-metadata.json")
    }
    assert (release.boroughs_returned, release.boroughs_expected) == (31, 33)


def test_the_manifest_names_every_file_and_its_hash(release: Release) -> None:
    manifest = json.loads(release.manifest.read_text("utf-8"))
    listed = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    there = {
        path.relative_to(release.folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in release.folder.rglob("*")
        if path.is_file() and path != release.manifest
    }
    assert listed == there
    assert manifest["warehouse_build"] == "warehouse-test"
    assert release.sha256 == hashlib.sha256(release.manifest.read_bytes()).hexdigest()


def test_the_same_warehouse_gives_the_same_bytes(
    release: Release, warehouse: Path, tmp_path: Path
) -> None:
    assert _publish(warehouse, tmp_path / "again").sha256 == release.sha256


def test_csv_metadata_describes_the_csv(release: Release) -> None:
    for path in release.folder.glob("data/*.csv"):
        metadata = json.loads(path.with_name(path.name + "-metadata.json").read_text("utf-8"))
        with path.open(encoding="utf-8", newline="") as lines:
            header, *rows = list(csv.reader(lines))
        columns = metadata["tableSchema"]["columns"]
        assert [column["name"] for column in columns] == header
        assert metadata["dc:title"].startswith("Synthetic data.")
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            if column["datatype"] != "string":
                for cell in set(cells) - set(column["null"]):
                    float(cell)
        key = [header.index(name) for name in metadata["tableSchema"]["primaryKey"]]
        assert len({tuple(row[place] for place in key) for row in rows}) == len(rows)


def _is_valid_csvw(metadata: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("always")  # it collects its own
        try:
            return CSVW(str(metadata), validate=True).is_valid
        except ValueError as duplicate:
            assert "duplicate primary key" in str(duplicate)
            return False


@pytest.mark.parametrize("name", ["data", "tidy"])
def test_the_metadata_and_its_csv_are_valid_csv_on_the_web(release: Release, name: str) -> None:
    folder = release.folder / name
    described = sorted(folder.glob("*.csv-metadata.json"))
    tables = [path for path in folder.glob("*.csv") if not path.name.endswith(".meta.csv")]
    assert len(described) == len(tables) > 5
    assert [path.name for path in described if not _is_valid_csvw(path)] == []


def test_one_group_describes_every_csv_as_its_own_metadata_does(release: Release) -> None:
    group = release.folder / "csv-metadata.json"
    assert _is_valid_csvw(group)
    described = {one["url"]: one for one in json.loads(group.read_text("utf-8"))["tables"]}
    assert set(described) == {
        path.relative_to(release.folder).as_posix()
        for path in release.folder.rglob("*.csv")
        if not path.name.endswith(".meta.csv") and path.parent != release.folder
    }
    for url, one in described.items():
        path = release.folder / url
        alone = json.loads(path.with_name(path.name + "-metadata.json").read_text("utf-8"))
        assert {name: alone[name] for name in one} == {**one, "url": path.name}
        assert one["dc:title"].startswith("Synthetic data.")


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("data/achievement-by-borough.csv", ",c,", ",some,"),
        ("tidy/achievement-digital.csv", ",Digital,c,", ",Digital,some,"),
        ("tidy/starts-by-quarter.csv", ",Digital,", ",Total,"),
    ],
)
def test_a_csv_that_is_not_as_described_is_not_valid(
    release: Release, tmp_path: Path, path: str, old: str, new: str
) -> None:
    for name in ("data", "tidy"):
        shutil.copytree(release.folder / name, tmp_path / name)
    shutil.copy(release.folder / "csv-metadata.json", tmp_path)
    text = (tmp_path / path).read_text("utf-8")
    assert old in text
    (tmp_path / path).write_text(text.replace(old, new), "utf-8")
    assert not _is_valid_csvw(tmp_path / f"{path}-metadata.json")
    assert not _is_valid_csvw(tmp_path / "csv-metadata.json")


def _row(release: Release, table_id: str, borough_name: str) -> dict[str, Cell]:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    rows = figures.table(table_id).records()
    return next(row for row in rows if row["borough_name"] == borough_name)


@pytest.mark.parametrize(
    ("borough_name", "symbol", "words"),
    [("Kingston upon Thames", "x", "Not returned"), ("Bexley", "b", "Sent back")],
)
def test_a_borough_without_a_signed_return_is_a_row_of_its_symbol(
    release: Release, borough_name: str, symbol: str, words: str
) -> None:
    row = _row(release, "achievement-by-borough", borough_name)
    assert row.pop("compared_with_london") == row.pop("coverage") == words
    assert set(list(row.values())[2:]) == {symbol}


def test_a_borough_that_collects_digital_only_has_not_failed_to_return(release: Release) -> None:
    assert _row(release, "achievement-by-borough", "City of London")["coverage"] == "On time"
    for table_id in ("every-kind-by-borough", "starts-by-borough"):
        row = _row(release, table_id, "City of London")
        assert row.pop("compared_with_london", "Not collected") == "Not collected"
        assert set(list(row.values())[2:]) == {"n"}
    page = _report(release)
    assert "n, the borough collects its digital apprenticeships only" in page
    assert "City of London collects digital apprenticeships only" in page


def test_starts_are_compared_with_the_same_quarter_a_year_before(release: Release) -> None:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    assert re.search(r"than in the same quarter of 2025$", figures.headlines[0].sentence)


def test_picture_flag_and_table_agree_on_who_differs(release: Release) -> None:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    flagged = {"Above": list[str](), "Below": list[str]()}
    for row in figures.table("every-kind-by-borough").records():
        words, rate = str(row["compared_with_london"]), row["achievement_rate"]
        if words in flagged:
            flagged[words].append(str(row["borough_name"]))
            bound = row["expected_high_998" if words == "Above" else "expected_low_998"]
            assert isinstance(rate, int | float)
            assert isinstance(bound, int | float)
            assert rate >= bound if words == "Above" else rate <= bound
    assert flagged == {"Above": ["Newham"], "Below": ["Southwark"]}
    section = next(one for one in figures.sections if one.section_id == "every-kind")
    assert section.title == (
        "More apprentices of every kind achieve in Newham, and fewer in Southwark, than chance "
        "and case mix explain"
    )
    page = _report(release)
    picture = page[page.index('id="figure-funnel-every-kind"') :]
    drawn = picture[: picture.index("</svg>")]
    assert [name for name in ("Newham", "Southwark", "Camden") if f">{name}</text>" in drawn] == [
        "Newham",
        "Southwark",
    ]


def test_a_text_column_has_words_and_no_symbol(release: Release) -> None:
    figures = Figures.model_validate_json((release.folder / "figures.json").read_text("utf-8"))
    for table in figures.tables():
        for place, column in enumerate(table.columns):
            if column.datatype == "string":
                assert not {row[place] for row in table.rows} & set(SYMBOLS)


def test_no_return_is_nothing_to_publish(warehouse: Path, tmp_path: Path) -> None:
    with pytest.raises(NothingToPublish, match="No borough has a signed return"):
        publish_release(
            warehouse, tmp_path / "empty", quarter=QUARTER.next(), is_synthetic=True,
            generated_on=GENERATED_ON,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_a_release_that_fails_leaves_nothing(
    warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the page broke")

    monkeypatch.setattr(publisher.release, "write_pages", fail)
    with pytest.raises(RuntimeError, match="the page broke"):
        _publish(warehouse, tmp_path / "1")
    assert list(tmp_path.iterdir()) == []


def test_what_was_made_once_is_never_changed(warehouse: Path, tmp_path: Path) -> None:
    folder = tmp_path / "2026-27Q2" / "1"
    folder.mkdir(parents=True)
    (folder / "index.html").write_text("an edition", "utf-8")
    with pytest.raises(EditionExists, match="never changed"):
        _publish(warehouse, folder)
    assert (folder / "index.html").read_text("utf-8") == "an edition"
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_only_a_synthetic_release_says_so(warehouse: Path, tmp_path: Path) -> None:
    real = _publish(warehouse, tmp_path / "1", is_synthetic=False)
    assert "Synthetic data" not in real.report.read_text("utf-8")


def test_the_national_panel_is_there_only_with_rows(
    release: Release, warehouse: Path, tmp_path: Path
) -> None:
    assert "national-context" not in _report(release)
    copy = _copy(
        warehouse, tmp_path,
        "insert into ctx_dfe_london_borough_totals values "
        "('2024/25', 'learner_home', 'E09000012', 'Hackney', 1230, 0, 0)",
    )  # fmt: skip
    page = _report(_publish(copy, tmp_path / "with"))
    assert "national-context" in page
    assert "1,230" in page


@pytest.mark.parametrize(
    "statement",
    [
        "delete from fct_metric_values where metric_id between 'M17' and 'M22' "
        "or metric_id = 'M37'",
        "delete from fct_metric_values where metric_id in ('M05', 'M08')",
        "update fct_return_status set scope = 'DIGITAL'; "
        "delete from fct_metric_values where population = 'ALL'",
        "delete from fct_metric_values where metric_id = 'M01'",
        "delete from fct_metric_values where metric_id = 'M01' and period_type = 'quarter' "
        "and period <> as_at_quarter",
        "update fct_metric_values set due_count = denominator * 2 where due_count is not null",
        "delete from fct_metric_values where area_code not in "
        "('E09000012', 'E09000007', 'E09000021')",
    ],
)
def test_a_thin_warehouse_still_gives_a_page(
    warehouse: Path, tmp_path: Path, statement: str
) -> None:
    found = _publish(_copy(warehouse, tmp_path, statement), tmp_path / "thin")
    assert "<h1>" in found.report.read_text("utf-8")
    assert (found.folder / "boroughs" / "E09000012.html").is_file()


class PageReader(HTMLParser):
    """What a screen reader meets: headings, tables, pictures, and what is fetched."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep each tag, and the level of each heading."""
        self.tags.append((tag, dict(attrs)))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def named(self, tag: str) -> list[dict[str, str | None]]:
        """Return the attributes of each tag of a name."""
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def page(release: Release) -> PageReader:
    """Read the whole release on one page once."""
    reader = PageReader()
    reader.feed(_report(release))
    return reader


def test_headings_step_down_one_at_a_time(page: PageReader) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    steps = zip(page.headings, page.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)


def test_the_page_fetches_nothing(page: PageReader, release: Release) -> None:
    text = _report(release)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "object")]
    assert not re.findall(r"url\((?!data:|#)", text)
    assert "@import" not in text
    assert not [attributes for _, attributes in page.tags if "src" in attributes]


def test_every_table_and_picture_can_be_read_aloud(page: PageReader) -> None:
    assert len(page.named("caption")) == len(page.named("table")) > 4
    assert all(attributes.get("scope") in ("col", "row") for attributes in page.named("th"))
    pictures = page.named("svg")
    assert len(pictures) == 2 * len(page.named("figcaption")) > 6
    assert all(picture["role"] == "img" and picture["aria-label"] for picture in pictures)
    assert page.named("html")[0]["lang"] == "en-GB"


def test_ids_are_unique_and_links_on_the_page_lead_somewhere(page: PageReader) -> None:
    ids = [str(attributes["id"]) for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    anchors = {str(link["href"])[1:] for link in page.named("a") if str(link["href"])[0] == "#"}
    assert anchors <= set(ids)


def test_every_picture_and_caption_says_synthetic(release: Release) -> None:
    text = _report(release)
    for picture in re.findall(r"<svg.*?</svg>", text, re.DOTALL):
        assert ">Synthetic data</text>" in picture
    for caption in re.findall(r"<figcaption>.*?</figcaption>", text, re.DOTALL):
        assert "Synthetic data." in caption
    for caption in re.findall(r"<caption.*?</caption>", text, re.DOTALL):
        assert "Synthetic data." in caption


def test_every_download_is_there(page: PageReader, release: Release) -> None:
    links = [str(link["href"]) for link in page.named("a")]
    local = [link for link in links if not link.startswith(("#", "https://"))]
    assert len(local) > 20
    assert all((release.folder / link).is_file() for link in local)
