"""Explain what changed: a reason for each query, kept and published.

Here: the form of one rule's queries. Not here: which reason counts (ingest.explanations).
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ingest.explanations import CannotExplain, explain, explained, open_queries
from portal.access import Action
from portal.page import Call, Page
from portal.pages.own import version_of_path
from specification.load import collection_for

_EVERY = ""


def _explain_page(call: Call) -> Response:
    return _page(call)


def _page(call: Call, sentence: str = "", rule: str = "", written: str = "") -> Response:
    """Show the queries without a reason, rule by rule, and those that have one."""
    found, submission = version_of_path(call)
    register, home = call.services.register, call.services.home
    collection = collection_for(found.quarter)
    try:
        left = open_queries(register, home, submission.submission_id, at=call.now)
        kept = explained(register, home, submission.submission_id, at=call.now)
    except CannotExplain as refused:
        left, kept, sentence = (), (), str(refused)
    rules = [collection.rule(name) for name in dict.fromkeys(one.rule for one in left)]
    return call.show(
        "explain.html.jinja",
        status=422 if sentence else 200,
        own=found,
        submission=submission,
        open=[(asked, [one for one in left if one.rule == asked.id]) for asked in rules],
        kept=kept,
        sentence=sentence,
        failed_rule=rule,
        written=written,
        has_errors=bool(sentence),
        back={"text": "Back to your return", "href": found.path},
    )


def _explain(call: Call) -> Response:
    """Keep a reason for one row of a rule, or for all of them."""
    found, submission = version_of_path(call)
    rule, reference, reason = call.text("rule"), call.text("reference"), call.text("reason")
    try:
        explain(
            call.services.register,
            call.services.home,
            submission.submission_id,
            rule,
            reason=reason,
            actor=call.actor,
            at=call.now,
            reference=reference or None,
            every=reference == _EVERY,
        )
    except CannotExplain as refused:
        return _page(call, str(refused), rule, reason)
    return RedirectResponse(f"{found.path_of(submission)}/explain", 303)


PAGES = (
    Page("/return/{quarter}/{version:int}/explain", Action.SEE_RETURN, _explain_page),
    Page("/return/{quarter}/{version:int}/explain", Action.SEND, _explain, is_form=True),
)
