"""What follows a signature: the receipt as a PDF, and the letters about it.

Here: what is looked at after a return was signed in a portal. Not here: any test.
"""

from __future__ import annotations

import time
from ctypes.util import find_library
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2

from tests.integration.portal_server import Portal
from tests.unit.publisher.tagged_pdf import TaggedPdf

HAS_PANGO = find_library("pango-1.0") is not None
_SECONDS = 20


def check_receipt_pdf(client: httpx2.Client, path: str, folder: Path) -> None:
    """Download the PDF of a receipt: tagged, whole, and the same bytes each time."""
    page, proof = client.get(path).text, client.get(f"{path}.json").json()
    answer = client.get(f"{path}.pdf")
    if not HAS_PANGO:
        assert answer.status_code == 404 and "lacks Pango" in page
        return
    assert f'href="{path}.pdf"' in page
    assert answer.headers["content-type"] == "application/pdf"
    assert client.get(f"{path}.pdf").content == answer.content
    (folder / "receipt.pdf").write_bytes(answer.content)
    found = TaggedPdf(folder / "receipt.pdf")
    assert str(found.pdf.Root.Lang) == "en-GB" and bool(found.pdf.Root.MarkInfo.Marked)
    assert str(found.pdf.docinfo.Title) == f"Receipt {proof['reference']}"
    with found.pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        assert metadata["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert len(found.pdf.pages) == 1
    assert [one.lost for one in found.pages] == [[]]
    cells = [tag.words.strip() for tag in found.tags.named("TH", "TD")]
    for told in (proof["reference"], proof["sha256"], proof["files"][0]["name"]):
        assert told in cells
    assert cells[-2 * len(proof["rows"]) + 1 :: 2] == [f"{one:,}" for one in proof["rows"].values()]
    assert proof["verify"] in found.tags.words


def letters_about(portal: Portal, subject: str, *, count: int) -> list[str]:
    """Return who got a letter, once there are so many of this subject, in order of address."""
    until = time.monotonic() + _SECONDS
    while True:
        kept = [
            message_from_bytes(path.read_bytes(), policy=default)
            for path in portal.home.post.glob("*.eml")
        ]
        found = sorted(
            str(one["To"].addresses[0].addr_spec) for one in kept if subject in str(one["Subject"])
        )
        if len(found) >= count:
            return found
        assert time.monotonic() < until, [str(one["Subject"]) for one in kept]
        time.sleep(0.1)
