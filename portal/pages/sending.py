"""Your return: the list of what is left to do, the template, and the upload.

Here: the pages on the way to a checked version. Not here: what the check found (results).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from expectations.intake import Sent, landed_return
from feedback.filling import still_to_report
from feedback.issues import cells_to_fix
from feedback.template import template_workbook
from ingest.grid import UploadedFile
from ingest.landing import Landing
from ingest.parse import ParsedReturn
from ingest.register import NotAllowed, State
from ingest.workers import ReadingPool
from portal.access import Action, authorise, boroughs_of
from portal.page import Call, Page
from portal.pages.answering import draft_tasks
from portal.pages.own import (
    OwnReturn,
    check_of,
    quarter_now,
    return_of_path,
    version_of_path,
)
from portal.pages.waiting import follow, upload_page
from specification.load import collection_for, find_borough, load_calendar
from specification.periods import Quarter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CHOOSE = "Choose the file of your return, an Excel workbook or CSV files."
_COUNTED = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth"}


def _current(_: Call) -> Response:
    return RedirectResponse(f"/return/{quarter_now(_.now.date())}", 307)


def _tasks(call: Call) -> Response:
    """Show what is left to do for a return."""
    found = return_of_path(call)
    signed = {one.borough_code for one in _signed(call, found.quarter)}
    planned = [one for one in load_calendar() if one.due_date >= call.now.date()]
    not_shared = call.services.agreements.why_not_shared(call.here.borough_code, call.now)
    return call.show(
        "return.html.jinja",
        own=found,
        tasks=[*_task_rows(call, found, not_shared), *draft_tasks(call)],
        days=(found.calendar.due_date - call.now.date()).days if found.calendar else None,
        signed_count=len(signed),
        next_returns=planned[:3],
        note=_note(call, found),
        not_shared=not_shared,
        places=[find_borough(code) for code in boroughs_of(call.here.person)],
    )


def _note(call: Call, found: OwnReturn) -> str:
    """Return what a signing officer wrote who sent the newest version back, empty for nothing."""
    newest = found.newest
    if newest is None or not newest.is_sent_back:
        return ""
    return call.services.register.notes(newest.submission_id)[-1].note


def _ready_again(call: Call) -> Response:
    """Say that what was sent back is right as it is."""
    found, submission = version_of_path(call)
    with suppress(NotAllowed):  # somebody else was quicker: the page says how it stands
        call.services.register.ready_again(submission.submission_id, actor=call.actor, at=call.now)
    return RedirectResponse(found.path, 303)


def _signed(call: Call, quarter: Quarter) -> Sequence[Any]:
    every = call.services.register.submissions(state=State.SIGNED)
    return [one for one in every if one.quarter == quarter]


def _task_rows(call: Call, found: OwnReturn, not_shared: str) -> list[dict[str, str]]:
    """Return the rows of the task list, each with its state in words."""
    newest = found.newest
    person, borough = call.here.person, found.borough.borough_code
    may_send = authorise(person, Action.SEND, borough)
    rows = [
        _row("Download the template", f"{found.path}/template" if may_send else "", "Optional"),
        _row(
            "Upload your return",
            f"{found.path}/upload" if may_send else "",
            "Completed" if newest else "Not started",
            kind="" if newest else "blue",
            hint=f"Your {_nth(newest.version)} version is here" if newest else "",
        ),
    ]
    if newest is None:
        waiting = [_row(text, "", "Cannot start yet") for text in ("Fix what we found", "Sign off")]
        return rows + waiting
    path = found.path_of(newest)
    errors = cells_to_fix(check_of(call, newest)) if newest.error_count else 0
    words = f"{errors} to fix" if errors else "Completed"
    rows.append(_row("Fix what we found", path, words, kind="red" if errors else ""))
    if newest.query_count:
        left = newest.open_query_count or 0
        words = f"{left} to explain" if left else "Completed"
        rows.append(
            _row("Explain what changed", f"{path}/explain", words, kind="blue" if left else "")
        )
    rows.append(_sign_row(call, found, path, not_shared))
    return rows


def _sign_row(call: Call, found: OwnReturn, path: str, not_shared: str) -> dict[str, str]:
    newest = found.newest
    may_sign = authorise(call.here.person, Action.SIGN, found.borough.borough_code)
    if newest is not None and newest.state is State.SIGNED:
        return _row("Sign off", f"{path}/receipt", "Signed", kind="green")
    if newest is not None and newest.state is State.READY:
        hint = "" if may_sign else "By a signing officer of your borough"
        words, kind = ("Needs an agreement", "red") if not_shared else ("Ready", "green")
        return _row("Sign off", f"{path}/sign" if may_sign else "", words, kind=kind, hint=hint)
    hint = "By the signing officer, once nothing is left to fix or explain"
    return _row("Sign off", "", "Cannot start yet", hint=hint)


def _row(text: str, href: str, status: str, *, kind: str = "", hint: str = "") -> dict[str, str]:
    return {"text": text, "href": href, "hint": hint, "status": status, "kind": kind}


def _nth(number: int) -> str:
    return _COUNTED.get(number, f"{number}th")


def _template(call: Call) -> Response:
    """Give the workbook to fill in, with what is still open in the last signed return."""
    found = return_of_path(call)
    collection = collection_for(found.quarter)
    last = _last_signed(call, found)
    filling = still_to_report(last, collection) if last is not None else None
    content = template_workbook(collection, found.borough, found.quarter, prefill=filling)
    return file_named(content, f"return-{found.borough.short_name}-{found.quarter}.xlsx")


def _last_signed(call: Call, found: OwnReturn) -> ParsedReturn | None:
    register, home = call.services.register, call.services.home
    mine = [
        one
        for one in register.submissions(state=State.SIGNED)
        if one.borough_code == found.borough.borough_code and one.quarter < found.quarter
    ]
    if not mine:
        return None
    last = landed_return(max(mine, key=lambda one: one.quarter), Landing(home.landing), register)
    with ReadingPool(workers=1) as pool:
        read = next(iter(pool.read([last])))
    return read if isinstance(read, ParsedReturn) else None


def file_named(content: bytes, name: str, kind: str = XLSX) -> Response:
    """Return a file to keep, under a name of ours."""
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=told)


def _upload_page(call: Call) -> Response:
    return upload_page(call, return_of_path(call))


async def _upload(call: Call) -> Response:
    """Hand a return in at the desk, and lead to what the check said."""
    found = await asyncio.to_thread(return_of_path, call)
    sent_files = [one for one in call.form.getlist("files") if isinstance(one, UploadFile)]
    files = [UploadedFile(one.filename, await one.read()) for one in sent_files if one.filename]
    if not files:
        return upload_page(call, found, _CHOOSE)
    sent = Sent(found.declared, tuple(files), call.actor, call.now)
    return await follow(call, found, call.services.desk.hand_in(sent))


PAGES = (
    Page("/return", Action.SEE_RETURN, _current),
    Page("/return/{quarter}", Action.SEE_RETURN, _tasks),
    Page("/return/{quarter}/template", Action.SEND, _template),
    Page("/return/{quarter}/upload", Action.SEND, _upload_page),
    Page("/return/{quarter}/upload", Action.SEND, _upload, is_form=True),
    Page("/return/{quarter}/{version:int}/ready-again", Action.SEND, _ready_again, is_form=True),
)
