"""Awkward shapes: the same valid rows in sheets, workbooks and files as councils make them.

Here: layout of sheets, dialects of text, kinds of workbook. Not here: cells (`awkward_cells`),
files that are refused (`awkward_refused`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import xlwt
from xlsxwriter.worksheet import Worksheet

from ingest.grid import column_letters
from tests.data.awkward_returns import Awkward, at, book, cover, labels, people, typed
from tests.data.make_files import (
    Cell,
    Rows,
    csv_file,
    ods_file,
    rezipped,
    xls_file,
    xlsx_file,
    zip_file,
)

FIX, READY = "needs_fixing", "ready"
Files = Iterator[tuple[str, Awkward]]


def _apprentices(rows: Rows, *others: tuple[str, Rows]) -> bytes:
    return xlsx_file({"Return": cover(), "Apprentices": rows, **dict(others)})


def layout_files() -> Files:
    """Give the files about rows and columns around the table."""
    rows = people()
    titles: list[list[Cell]] = [["Apprenticeship return"], [], ["Status", "all current"], []]
    yield "layout-title-rows.xlsx", Awkward(_apprentices([*titles, *rows]), READY)
    late = people({4: {"weekly_hours": "full time"}})
    yield (
        "layout-title-rows-and-a-fault.xlsx",
        Awkward(_apprentices([*titles, *late]), FIX, (("F-005", at("weekly_hours", 8)),)),
    )
    gaps = [rows[0], [], rows[1], [], [], *rows[2:]]
    yield "layout-blank-rows.xlsx", Awkward(_apprentices(gaps), READY)
    shifted = [["", "", *row[:5], "", *row[5:]] for row in rows]
    yield "layout-blank-columns.xlsx", Awkward(_apprentices(shifted), READY)
    groups: list[Cell] = ["Who", *[""] * 5, "What", *[""] * 10, "When"]
    yield "layout-group-headings-above.xlsx", Awkward(_apprentices([groups, *rows]), READY)
    split = [_part(labels(), 0), _part(labels(), 1), *rows[1:]]
    yield "layout-headings-over-two-rows.xlsx", Awkward(_apprentices(split), READY)
    again = [rows[0], *rows[1:3], rows[0], *rows[3:]]
    yield (
        "layout-headings-again.xlsx",
        Awkward(_apprentices(again), READY, repairs={"headings that come again, not read": 1}),
    )
    hours = labels().index("Weekly hours")
    total: list[Cell] = ["Total", *[""] * (hours - 1), 144]
    yield (
        "layout-total-row.xlsx",
        Awkward(_apprentices([*rows, total]), READY, repairs={"row of totals, not read": 1}),
    )
    notes: Rows = [*rows, [], ["Notes: figures as at the last day"], ["Leavers are not shown here"]]
    yield (
        "layout-notes-below.xlsx",
        Awkward(_apprentices(notes), READY, repairs={"note below the table, not read": 2}),
    )
    ref_only: Rows = [*rows, ["HCK-0999"]]
    required = [(rule, at(name, 6)) for name, rule in _required_without_ref()]
    yield (
        "layout-incomplete-row-is-no-note.xlsx",
        Awkward(_apprentices(ref_only), FIX, tuple(required)),
    )


def _required_without_ref() -> list[tuple[str, str]]:
    from tests.data.awkward_returns import APPRENTICES
    from tests.data.required_rules import rule_of_empty

    return [
        (one.name, rule_of_empty(one.name))
        for one in APPRENTICES.fields
        if one.required and one.default is None and one.name != "apprentice_ref"
    ]


def _part(headings: Sequence[Cell], which: int) -> list[Cell]:
    parts = [str(one).partition(" ") for one in headings]
    return [one[0] if which == 0 else one[2] for one in parts]


def workbook_files() -> Files:
    """Give the files about merged, hidden and calculated cells, and about sheets."""
    sheets = {"Return": cover(), "Apprentices": people()}
    place = labels().index("Team reference")

    def merged(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].merge_range(1, place, 2, place, "DATA-1")

    yield (
        "cells-merged-in-data.xlsx",
        Awkward(xlsx_file(sheets, merged), FIX, (("F-017", at("team_ref", 3)),)),
    )
    titled = {"Return": cover(), "Apprentices": [[], *people()]}

    def title(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].merge_range(0, 0, 0, 8, "Our apprentices")

    yield "cells-merged-in-title.xlsx", Awkward(xlsx_file(titled, title), READY)

    def hidden(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].set_row(2, None, None, {"hidden": True})
        pages["Apprentices"].set_column(4, 5, None, None, {"hidden": True})

    yield (
        "hidden-rows-and-columns.xlsx",
        Awkward(
            xlsx_file(sheets, hidden),
            READY,
            repairs={
                "1 hidden row was read like the others": 1,
                "2 hidden columns were read like the others": 1,
            },
        ),
    )

    def hide_old(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].hide()

    doubled = {"Return": cover(), "Apprentices": people({2: {"status": "Z"}}), "Q2": people()}
    yield (
        "hidden-old-sheet.xlsx",
        Awkward(xlsx_file(doubled, hide_old), READY, repairs={"hidden sheet not used": 1}),
    )

    def hide_only(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].hide()

    yield (
        "hidden-sheet-read.xlsx",
        Awkward(
            xlsx_file(sheets, hide_only), READY, repairs={"the sheet is hidden; it was read": 1}
        ),
    )
    twice = {"Return": cover(), "Apprentices": people(), "Apprentices (2)": people()}
    yield "sheet-copied.xlsx", Awkward(xlsx_file(twice), FIX, (("F-012", ""),))
    other: Rows = [["Team", "Budget"], ["Data", 12]]
    yield (
        "sheet-not-ours.xlsx",
        Awkward(_apprentices(people(), ("Budget", other)), READY, repairs={"sheet not used": 1}),
    )
    ours = [("Guidance", other), ("READ ME", other), ("Problems to fix", other), ("_lists", other)]
    yield "sheet-of-guidance.xlsx", Awkward(_apprentices(people(), *ours), READY)
    renamed = {"Cover": cover(), "Tabelle1": people()}
    yield "sheet-names-other.xlsx", Awkward(xlsx_file(renamed), READY)
    stamp: Rows = [["template", "apprenticeships/2019-20"], ["borough", "E09000012"]]
    yield (
        "template-old.xlsx",
        Awkward(_apprentices(people(), ("_cohort", stamp)), READY, (("F-019", ""),)),
    )
    cell = at("weekly_hours", 2)

    def error(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].write_formula(cell, "=NA()", None, "#N/A")  # pyright: ignore[reportArgumentType, reportCallIssue]

    yield "formula-error.xlsx", Awkward(xlsx_file(sheets, error), FIX, (("F-015", cell),))

    def calculated(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].write_formula(cell, "=7.2*5", None, 36)

    yield "formula-calculated.xlsx", Awkward(xlsx_file(sheets, calculated), READY)

    def never(_: object, pages: dict[str, Worksheet]) -> None:
        pages["Apprentices"].write_formula(cell, "=7.2*5", None, "")  # pyright: ignore[reportArgumentType, reportCallIssue]

    yield (
        "formula-never-calculated.xlsx",
        Awkward(xlsx_file(sheets, never), FIX, (("F-016", cell),)),
    )


def kind_files() -> Files:
    """Give the files about kinds of workbook."""
    sheets = {"Return": cover(), "Apprentices": people()}
    true = {"Return": typed(cover(), "return"), "Apprentices": typed(people())}
    yield "kind-as-excel-saves-it.xlsx", Awkward(xlsx_file(true), READY)
    yield "kind-excel-97.xls", Awkward(xls_file(true), READY)
    yield "kind-open-document.ods", Awkward(ods_file(true), READY)
    yield "kind-workbook-called.csv", Awkward(xlsx_file(sheets), READY)

    def error(pages: dict[str, xlwt.Worksheet]) -> None:
        hours = labels().index("Weekly hours")
        pages["Apprentices"].row(1).set_cell_error(hours, 0x2A)
        pages["Apprentices"].row(2).hidden = True

    yield (
        "formula-error.xls",
        Awkward(
            xls_file(sheets, error),
            FIX,
            (("F-015", at("weekly_hours", 2)),),
            {"1 hidden row was read like the others": 1},
        ),
    )
    team = '<table:table-cell office:value-type="string"><text:p>DATA-1</text:p>'
    spanned = team.replace("<table:table-cell", '<table:table-cell table:number-rows-spanned="2"')
    with_team = {"Return": cover(), "Apprentices": people({2: {"team_ref": "DATA-1"}})}
    yield (
        "cells-merged-in-data.ods",
        Awkward(
            ods_file(with_team, lambda content: content.replace(team, spanned)),
            FIX,
            (("F-017", at("team_ref", 3)),),
        ),
    )


def text_files() -> Files:
    """Give the files about dialects of CSV."""
    rows = people({2: {"cohort_label": "Café"}})
    quoted = people({2: {"cohort_label": "Intake,\none"}})

    def text(verdict: str = READY, rows: Rows = rows, **how: str) -> Awkward:
        return Awkward(csv_file(rows, **how), verdict, with_cover=True)

    yield "csv-utf8.csv", text()
    yield "csv-utf8-bom.csv", text(encoding="utf-8-sig")
    yield "csv-utf16-tab.csv", text(encoding="utf-16", delimiter="\t")
    yield "csv-utf16-without-mark.txt", text(encoding="utf-16-le", delimiter="\t")
    yield (
        "csv-utf16-big-endian.csv",
        Awkward(b"\xfe\xff" + csv_file(rows, encoding="utf-16-be"), READY, with_cover=True),
    )
    yield (
        "csv-windows-1252.csv",
        Awkward(
            csv_file(rows, encoding="cp1252", delimiter=";"),
            READY,
            repairs={"encoding: read as Windows-1252, not UTF-8": 1},
            with_cover=True,
        ),
    )
    yield "csv-semicolon.csv", text(delimiter=";")
    yield "csv-tab.txt", text(delimiter="\t")
    yield "csv-old-mac-lines.csv", text(newline="\r")
    alone = b"sep=;\r\n" + csv_file(rows, delimiter=";")
    yield "csv-sep-line-alone.csv", Awkward(alone, READY, with_cover=True)
    yield (
        "csv-sep-line.csv",
        Awkward(
            b"sep=;\r\n" + csv_file(people({3: {"weekly_hours": "x"}}), delimiter=";"),
            FIX,
            (("F-005", at("weekly_hours", 3)),),
            with_cover=True,
        ),
    )
    late = people({2: {"cohort_label": "Intake\none"}, 4: {"weekly_hours": "full time"}})
    yield (
        "csv-quoted-newlines.csv",
        Awkward(
            csv_file(late),
            FIX,
            (("F-005", at("weekly_hours", 4)),),
            {"spaces removed": 1},
            with_cover=True,
        ),
    )
    yield (
        "csv-quoted-commas.csv",
        Awkward(csv_file(quoted), READY, repairs={"spaces removed": 1}, with_cover=True),
    )
    spilled = csv_file(people({3: {"cohort_label": "Intake ,"}})).replace(
        b'"Intake ,"', b"Intake,1"
    )
    yield "csv-comma-without-quotes.csv", Awkward(spilled, FIX, (("F-021", "A3"),), with_cover=True)
    yield "csv-called.xlsx", text()
    cover_csv, people_csv = csv_file(cover()), csv_file(people())
    yield (
        "zip-of-csv.zip",
        Awkward(zip_file({"return.csv": cover_csv, "apprentices.csv": people_csv}), READY),
    )
    folder = {"q2/return.csv": cover_csv, "q2/apprentices.csv": people_csv, "q2/readme.txt": "hi"}
    yield (
        "zip-of-csv-in-folder.zip",
        Awkward(zip_file({**folder, "__MACOSX/q2/._return.csv": b"\0\5\x16"}), READY),
    )
    yield "zip-of-one-workbook.zip", Awkward(zip_file({"return.xlsx": book()}), READY)


def prefixed_files() -> Files:
    """Give an .xlsx whose parts another program wrote with a prefix on every element."""
    sheet = "xl/worksheets/sheet2.xml"
    hours = column_letters(labels().index("Weekly hours")) + "2"
    error = f'<c r="{hours}" t="e"><f>NA()</f><v>#N/A</v></c>'.encode()

    def change(content: bytes) -> bytes:
        start = content.index(f'<c r="{hours}"'.encode())
        end = content.index(b"</c>", start) + 4
        return content[:start] + error + content[end:]

    yield (
        "formula-error-in-raw-xml.xlsx",
        Awkward(rezipped(book(), edit={sheet: change}), FIX, (("F-015", hours),)),
    )
