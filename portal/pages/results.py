"""What the check found in one version, as a page, as a list, and in the officer's own workbook.

Here: the fix list. Not here: how findings become issues (feedback.issues).
"""

from __future__ import annotations

import csv
import io

from starlette.responses import Response

from expectations.around import around_of
from expectations.intake import landed_return
from feedback.apart import NoMarkedCopy, mark_apart
from feedback.issues import cells_to_fix, instruction, issues_of, notes_of, repairs_of
from ingest.formulas import no_formula
from ingest.landing import Landing
from ingest.register import Submission
from portal.access import Action
from portal.page import Call, Page
from portal.pages.columns import asks_for_a_column
from portal.pages.own import OwnReturn, check_of, version_of_path
from portal.pages.sending import file_named
from specification.findings import CheckResult
from specification.load import collection_for

SHOWN = 25
"""So many cells of an issue are on the page; the files hold them all."""

_COLUMNS = ("rule", "severity", "sheet", "cell", "column", "value", "message", "fix", "suggestion")


def _results(call: Call) -> Response:
    """Show what to fix and what to explain in a version, what passed, and the next step."""
    found, submission = version_of_path(call)
    result = check_of(call, submission)
    rules = collection_for(found.quarter).rules
    issues = issues_of(result, collection_for(found.quarter))
    return call.show(
        "results.html.jinja",
        own=found,
        submission=submission,
        result=result,
        instruction=instruction(result),
        numbers=_numbers(call, found, submission, result),
        errors=[one for one in issues if one.severity == "error"],
        queries=[one for one in issues if one.severity == "query"],
        open_count=submission.open_query_count or 0,
        repairs=repairs_of(result),
        notes=notes_of(result),
        passed=[one for one in rules if one.id in result.passed],
        shown=SHOWN,
        asks_for_a_column={one.id for one in rules if asks_for_a_column(one)},
        labels=_labels(found),
        around=around_of(call.services.home, submission.submission_id),
        back={"text": "Back to your return", "href": found.path},
    )


def _labels(found: OwnReturn) -> dict[tuple[str, str], str]:
    """Return the heading of each field, by table and field."""
    tables = collection_for(found.quarter).tables.items()
    return {(name, one.name): one.label for name, table in tables for one in table.fields}


def _numbers(
    call: Call, found: OwnReturn, submission: Submission, result: CheckResult
) -> list[dict[str, str]]:
    """Return the large numbers at the top: rows read, cells to fix, what changed since."""
    rows = sum(result.rows.values())
    cells = cells_to_fix(result)
    numbers = [
        {"value": f"{rows:,}", "label": "rows read", "colour": ""},
        {
            "value": f"{cells:,}",
            "label": "cell to fix" if cells == 1 else "cells to fix",
            "colour": "red" if cells else "green",
        },
        {"value": f"{result.queries:,}", "label": "to correct or explain", "colour": ""},
    ]
    earlier = [one for one in found.versions if one.version < submission.version]
    if earlier and earlier[-1].error_count is not None:
        before = cells_to_fix(check_of(call, earlier[-1]))
        sign = "−" if cells < before else "+" if cells > before else ""
        numbers.append(
            {
                "value": f"{sign}{abs(cells - before):,}",
                "label": f"cells to fix since version {earlier[-1].version} ({before:,})",
                "colour": "red" if cells > before else "green",
            }
        )
    return numbers


def _marked(call: Call) -> Response:
    """Give the officer's own workbook back, with each cell marked."""
    found, submission = version_of_path(call)
    result = check_of(call, submission)
    landed = landed_return(submission, Landing(call.services.home.landing), call.services.register)
    name = f"return-{found.borough.short_name}-{found.quarter}-v{submission.version}-marked.xlsx"
    try:
        return file_named(mark_apart(landed.files, result), name)
    except NoMarkedCopy as refused:
        return call.show(
            "sentence.html.jinja",
            status=422,
            heading="There is no marked copy of this file",
            sentence=str(refused),
            back={"text": "Back to the results", "href": found.path_of(submission)},
        )


def _list(call: Call) -> Response:
    """Give the findings as CSV; no cell of it is a formula."""
    found, submission = version_of_path(call)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in check_of(call, submission).findings:
        writer.writerow([no_formula(str(getattr(one, name))) for name in _COLUMNS])
    name = f"findings-{found.borough.short_name}-{found.quarter}-v{submission.version}.csv"
    return file_named(out.getvalue().encode("utf-8-sig"), name, "text/csv; charset=utf-8")


def _json(call: Call) -> Response:
    """Give what the check said as `cohort.check/1`."""
    found, submission = version_of_path(call)
    content = check_of(call, submission).model_dump_json(by_alias=True, indent=2).encode()
    name = f"check-{found.borough.short_name}-{found.quarter}-v{submission.version}.json"
    return file_named(content, name, "application/json")


PAGES = (
    Page("/return/{quarter}/{version:int}", Action.SEE_RETURN, _results),
    Page("/return/{quarter}/{version:int}/marked", Action.SEE_RETURN, _marked),
    Page("/return/{quarter}/{version:int}/findings.csv", Action.SEE_RETURN, _list),
    Page("/return/{quarter}/{version:int}/findings.json", Action.SEE_RETURN, _json),
)
