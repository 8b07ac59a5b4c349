"""The report as a tagged PDF on A4, set by WeasyPrint from the page's own template.

Here: the one place that imports WeasyPrint, which needs Pango from the system, and what is said
where that is missing. Not here: what the report says (page), or mending its tags (pdf_tags).
"""

from __future__ import annotations

import contextlib
import io
import os
import threading
import warnings
from collections.abc import Generator
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

from publisher.pdf_tags import mend_tags

NO_TYPESETTER = (
    "This release has no PDF: the machine that made it lacks Pango, the library that sets its type."
)
_HEADINGS = ("h1", "h2", "h3")
_DATE_OF_FONTS = "SOURCE_DATE_EPOCH"
_ONE_AT_A_TIME = threading.Lock()
"""The date of the fonts is a variable of the whole process."""


class NoTypesetter(Exception):
    """The machine lacks a library that sets type; the message is a sentence for a reader."""


def write_pdf(page: str, path: Path, *, dated: date) -> None:
    """Write the PDF of a page; the same page and day give the same bytes.

    Args:
        page: HTML as `render_page` gives it for paper. It brings its own type: what fonts the
            machine has makes no difference.
        path: the file to write.
        dated: the day written into the fonts inside the file.

    Raises:
        NoTypesetter: Pango or a library beside it is missing; nothing was written.
    """
    weasyprint = _weasyprint()
    html = weasyprint.HTML(string=page)
    titles = _titles(html.etree_element)

    def finish(_: object, pdf: Any) -> None:
        mend_tags(pdf, titles)

    with _ONE_AT_A_TIME, _as_of(dated):
        html.write_pdf(path, finisher=finish, pdf_variant="pdf/ua-1", pdf_identifier=True)


@cache
def has_typesetter() -> bool:
    """Return whether this machine can set a PDF. The first call takes a second."""
    try:
        _weasyprint()
    except NoTypesetter:
        return False
    return True


def _weasyprint() -> Any:
    """Return WeasyPrint, which looks for its libraries while it is imported."""
    try:
        # It prints advice where one is missing: what a command prints is its result. It warns
        # where the machine has no fonts: the page brings its own.
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="No fonts configured in FontConfig")
            import weasyprint
    except OSError as missing:
        raise NoTypesetter(NO_TYPESETTER) from missing
    return weasyprint


def _titles(root: Element) -> dict[str, str]:
    """Return the first heading inside each part of a page, by the part's id."""
    found: dict[str, str] = {}
    for part in root.iter():
        heading = next((one for one in part.iter() if one.tag in _HEADINGS), None)
        if heading is not None and "id" in part.attrib:
            found[part.attrib["id"]] = "".join(heading.itertext())
    return found


@contextlib.contextmanager
def _as_of(day: date) -> Generator[None]:
    """Date what fontTools writes: it puts the time of the clock into a font, or this variable's."""
    before = os.environ.get(_DATE_OF_FONTS)
    midnight = datetime.combine(day, time(), UTC)
    os.environ[_DATE_OF_FONTS] = str(int(midnight.timestamp()))
    try:
        yield
    finally:
        if before is None:
            del os.environ[_DATE_OF_FONTS]
        else:
            os.environ[_DATE_OF_FONTS] = before
