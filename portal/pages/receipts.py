"""The receipt as a PDF to keep: tagged, on A4, and the same bytes each time.

Here: the paper, where this machine can set it. Not here: the receipt on the screen and as JSON
(signing), or setting type (publisher.pdf).
"""

from __future__ import annotations

import base64
from functools import cache
from pathlib import Path

from markupsafe import Markup
from starlette.responses import Response

from ingest.register import Submission
from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.pages.own import OwnReturn, check_of, version_of_path
from portal.pages.sending import file_named
from publisher.pdf import NoTypesetter, write_pdf
from specification.load import collection_for

_TYPE = Path(__file__).parents[1] / "static" / "inter-latin-wght-normal.woff2"


def _receipt_pdf(call: Call) -> Response:
    """Give the receipt as a PDF. Raises NotFound: nothing is signed, or nothing can be set here."""
    found, submission = version_of_path(call)
    if submission.signed_at is None:
        raise NotFound
    paper = receipt_paper(call, found, submission)
    with call.services.home.temporary_folder() as folder:
        path = folder / "receipt.pdf"
        try:
            write_pdf(paper, path, dated=submission.signed_at.date())
        except NoTypesetter:
            raise NotFound from None
        content = path.read_bytes()
    name = f"receipt-{found.borough.short_name}-{found.quarter}-v{submission.version}.pdf"
    return file_named(content, name, "application/pdf")


def receipt_paper(call: Call, found: OwnReturn, submission: Submission) -> str:
    """Return the HTML of the paper. Raises NotFound: the version was never checked."""
    services = call.services
    labels = {name: one.label for name, one in collection_for(found.quarter).tables.items()}
    rows = check_of(call, submission).rows.items()
    return services.templates.get_template("receipt_paper.html.jinja").render(
        own=found,
        submission=submission,
        rows=[(labels.get(table, table), count) for table, count in rows],
        verify=f"{services.settings.portal_url}/verify/{submission.sha256}",
        service_name=services.settings.service_name,
        is_synthetic=services.home.is_synthetic,
        font=_font(),
    )


@cache
def _font() -> Markup:
    return Markup(base64.b64encode(_TYPE.read_bytes()).decode("ascii"))  # noqa: S704 # our own file


PAGES = (Page("/return/{quarter}/{version:int}/receipt.pdf", Action.SEE_RETURN, _receipt_pdf),)
