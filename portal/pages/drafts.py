"""The draft of a release as one borough sees it, and the borough's answer.

Here: a borough's own figures beside London's under embargo, its rows as files, and the form of its
reply. Not here: who may answer until when (`ingest.release_stages`), or the whole draft
(embargoed).

Whoever uploads or signs for a borough reads its draft. A note is printed in the borough's name, so
who signs for the borough answers for it.
"""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from ingest.published_words import LONGEST, SHORTEST, UnfitWords
from ingest.release_events import BoroughReplied
from ingest.release_stages import StepRefused
from portal.access import Action, authorise
from portal.page import Call, NotFound, Page
from portal.pages.answering import answer_of, pending_drafts, why_not_answer
from portal.pages.sending import file_named
from publisher.asked import read_draft, read_rows
from publisher.figures import SYMBOL_MEANINGS
from publisher.preview import OwnDraft, OwnTable, embargo_of
from publisher.steps import reply
from specification.load import find_borough
from specification.periods import Quarter

_NOTHING_SAID = "Write a note, or choose “We have no objection”."
_BOTH_SAID = "You wrote a note. Send it, or clear it to say that you have no objection."


def _current(call: Call) -> Response:
    """Lead to the draft that waits, where one does."""
    found = pending_drafts(call)
    if not found:
        return call.show("no_draft.html.jinja", back=_BACK)
    return RedirectResponse(f"/draft/{found[0].quarter}", 307)


def _quarter(call: Call) -> Quarter:
    try:
        return Quarter.parse(call.request.path_params["quarter"])
    except ValueError:
        raise NotFound from None


def _draft(call: Call) -> Response:
    return _page(call)


def _page(call: Call, sentence: str = "") -> Response:
    """Show the borough's figures in the draft, and the form of its answer."""
    quarter, here = _quarter(call), call.here
    releases, borough = call.services.releases.now(), find_borough(here.borough_code)
    pending = releases.pending(quarter)
    if pending is None:
        return call.show("no_draft.html.jinja", status=404, back=_BACK)
    home = call.services.home
    draft = read_draft(home, quarter, here.borough_code, actor=call.actor, at=call.now)
    names = {one.person_id: one.name for one in call.services.people.everyone()}
    answer = answer_of(call, quarter)
    return call.show(
        "draft.html.jinja",
        status=422 if sentence else 200,
        borough=borough,
        quarter=quarter,
        edition=pending,
        draft=draft,
        embargo=embargo_of(pending),
        symbols=_symbols(draft.tables),
        answer=answer,
        answered_by=names.get(answer.actor, answer.actor) if answer else "",
        is_printed=borough.borough_name not in releases.without(pending),
        may_answer=authorise(here.person, Action.SIGN, here.borough_code),
        why_not=why_not_answer(call, quarter),
        written=call.text("note") if sentence else _said(answer, draft),
        shortest=SHORTEST,
        longest=LONGEST,
        sentence=sentence,
        has_errors=bool(sentence),
        back=_BACK,
    )


def _said(answer: BoroughReplied | None, draft: OwnDraft) -> str:
    """Return the borough's words that stand: a note of an earlier edition does until it is gone."""
    return answer.note if answer else next((one.note for one in draft.notes), "")


def _symbols(tables: tuple[OwnTable, ...]) -> dict[str, str]:
    """Return the symbols in the tables with what each says: a key for who cannot point at them."""
    cells = (cell for table in tables for _, *both in table.lines for cell in both)
    found = {cell.words for cell in cells if cell.kind == "symbol"}
    return {symbol: words for symbol, words in SYMBOL_MEANINGS.items() if symbol in found}


def _rows(call: Call) -> Response:
    """Give the borough's rows of one table, and London's, as CSV."""
    quarter, table_id = _quarter(call), call.request.path_params["table"]
    code = call.here.borough_code
    try:
        text = read_rows(call.services.home, quarter, code, table_id, actor=call.actor, at=call.now)
    except StepRefused:
        raise NotFound from None
    if not text:
        raise NotFound
    name = f"embargoed-{find_borough(code).short_name}-{quarter}-{table_id}.csv"
    return file_named(text.encode(), name, "text/csv; charset=utf-8")


def _reply(call: Call) -> Response:
    """Keep what the borough says: a note, or that it has no objection."""
    quarter, note = _quarter(call), call.text("note")
    has_objection = call.text("answer") != "none"
    if has_objection and not note:
        return _page(call, _NOTHING_SAID)
    if not has_objection and note:
        return _page(call, _BOTH_SAID)
    code = call.here.borough_code
    try:
        reply(call.services.home, quarter, code, note=note, actor=call.actor, at=call.now)
    except UnfitWords as refused:
        return _page(call, str(refused))
    except StepRefused as refused:
        return _page(call, refused.sentence)
    return RedirectResponse(f"/draft/{quarter}", 303)


_BACK = {"text": "Back to your return", "href": "/return"}
_PATH = "/draft/{quarter}"
PAGES = (
    Page("/draft", Action.SEE_RETURN, _current),
    Page(_PATH, Action.SEE_RETURN, _draft),
    Page(f"{_PATH}/rows/{{table}}", Action.SEE_RETURN, _rows),
    Page(_PATH, Action.SIGN, _reply, is_form=True),
)
