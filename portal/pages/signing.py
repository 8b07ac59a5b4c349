"""Sign off, the receipt, and what anybody can verify of it.

Here: the page before a signature, and what is given for it. Not here: what may be signed (the
register).
"""

from __future__ import annotations

import json

from starlette.responses import RedirectResponse, Response

from ingest.explanations import explained
from ingest.register import NotAllowed, State, Submission
from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.pages.figures import metrics_of, rows_of
from portal.pages.own import OwnReturn, check_of, version_of_path
from portal.pages.sending import file_named
from publisher.pdf import has_typesetter

_CONFIRM = "Confirm that the figures are complete and accurate."


def _sign_page(call: Call) -> Response:
    return _page(call)


def _page(call: Call, sentence: str = "", *, at: str = "confirm") -> Response:
    """Show exactly what is signed: figures beside those of before, reasons, checks passed."""
    found, submission = version_of_path(call)
    if submission.state not in (State.READY, State.SIGNED):
        raise NotFound
    register, home = call.services.register, call.services.home
    result = check_of(call, submission)
    prepared = register.prepared_by(submission.submission_id)
    return call.show(
        "sign.html.jinja",
        status=422 if sentence else 200,
        own=found,
        submission=submission,
        metrics=metrics_of(call, submission),
        rows=rows_of(call, found, submission),
        passed_count=len(result.passed),
        kept=explained(register, home, submission.submission_id, at=call.now),
        is_preparer=call.actor in prepared,
        not_shared=call.services.agreements.why_not_shared(call.here.borough_code, call.now),
        sentence=sentence,
        sentence_at=at,
        has_errors=bool(sentence),
        back={"text": "Back to your return", "href": found.path},
    )


def _sign(call: Call) -> Response:
    """Sign; whoever prepared the version may not."""
    found, submission = version_of_path(call)
    if call.text("confirm") != "yes":
        return _page(call, _CONFIRM)
    try:
        call.services.register.sign(
            submission.submission_id, actor=call.actor, at=call.now, apart=True
        )
    except NotAllowed as refused:
        return _page(call, str(refused))
    return RedirectResponse(f"{found.path_of(submission)}/receipt", 303)


def _send_back(call: Call) -> Response:
    """Return a version to whoever prepared it, with a note."""
    found, submission = version_of_path(call)
    try:
        call.services.register.send_back(
            submission.submission_id, note=call.text("note"), actor=call.actor, at=call.now
        )
    except NotAllowed as refused:
        return _page(call, str(refused), at="note")
    return RedirectResponse(found.path, 303)


def _signed_version(call: Call) -> tuple[OwnReturn, Submission]:
    found, submission = version_of_path(call)
    if submission.signed_at is None:
        raise NotFound
    return found, submission


def _receipt(call: Call) -> Response:
    """Show what was signed, with everything that an auditor asks for."""
    found, submission = _signed_version(call)
    return call.show(
        "receipt.html.jinja",
        own=found,
        submission=submission,
        rows=check_of(call, submission).rows,
        has_pdf=has_typesetter(),
        verify=f"{call.services.settings.portal_url}/verify/{submission.sha256}",
        back={"text": "Back to your return", "href": found.path},
    )


def _receipt_json(call: Call) -> Response:
    """Give the receipt as JSON."""
    found, submission = _signed_version(call)
    content = {"schema": "cohort.receipt/1", **_proof(submission)}
    content["rows"] = check_of(call, submission).rows
    content["verify"] = f"{call.services.settings.portal_url}/verify/{submission.sha256}"
    name = f"receipt-{found.borough.short_name}-{found.quarter}-v{submission.version}.json"
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    return file_named(text.encode(), name, "application/json")


def _proof(submission: Submission) -> dict[str, object]:
    return {
        "reference": submission.submission_id,
        "borough": submission.borough_code,
        "quarter": str(submission.quarter),
        "version": submission.version,
        "sha256": submission.sha256,
        "received_at": submission.received_at.isoformat(),
        "signed_at": submission.signed_at.isoformat() if submission.signed_at else None,
        "files": [{"name": one.name, "sha256": one.sha256} for one in submission.files],
    }


def _verify(call: Call) -> Response:
    """Tell anybody who has a file's SHA-256 whether a return with it was signed, and no more."""
    wanted = call.request.path_params.get("sha256", "").strip().lower()
    wanted = wanted or call.request.query_params.get("sha256", "").strip().lower()
    every = call.services.register.submissions() if wanted else ()
    found = [one for one in every if one.sha256 == wanted and one.signed_at is not None]
    return call.show("verify.html.jinja", wanted=wanted, found=found)


_VERSION = "/return/{quarter}/{version:int}"
PAGES = (
    Page(f"{_VERSION}/sign", Action.SIGN, _sign_page),
    Page(f"{_VERSION}/sign", Action.SIGN, _sign, is_form=True),
    Page(f"{_VERSION}/send-back", Action.SIGN, _send_back, is_form=True),
    Page(f"{_VERSION}/receipt", Action.SEE_RETURN, _receipt),
    Page(f"{_VERSION}/receipt.json", Action.SEE_RETURN, _receipt_json),
    Page("/verify", Action.ANYBODY, _verify),
    Page("/verify/{sha256}", Action.ANYBODY, _verify),
)
