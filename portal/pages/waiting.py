"""While a return is checked: the answer soon, or a page that says how far it is.

Here: what follows an upload. Not here: the upload (sending), or the check (desk). Nothing reloads
by itself, which a screen reader would lose its place by: the page is asked again with a link, and
answers as soon as the check does.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta

from starlette.responses import RedirectResponse, Response

from portal.access import Action
from portal.desk import Answer, Job, Stage
from portal.page import Call, Page
from portal.pages.own import OwnReturn, own_return, return_of_path

PATIENCE = 8.0
"""Seconds that a page waits for the check before it says how far it is."""


async def follow(call: Call, found: OwnReturn, job: Job) -> Response:
    """Lead to what the check said, or to the page that waits for it."""
    answer = await _soon(job)
    if answer is None:
        return RedirectResponse(f"{found.path}/checking/{job.ticket}", 303)
    return await asyncio.to_thread(_answered, call, found, answer)


async def _soon(job: Job) -> Answer | None:
    await asyncio.wait([job.answer], timeout=PATIENCE)
    return job.answer.result() if job.answer.done() else None


def _answered(call: Call, found: OwnReturn, answer: Answer) -> Response:
    if not answer.submission_id:
        return upload_page(call, found, answer.sentence)
    after = own_return(call, found.quarter)
    submission = next(one for one in after.versions if one.submission_id == answer.submission_id)
    return RedirectResponse(after.path_of(submission), 303)


def upload_page(call: Call, found: OwnReturn, sentence: str = "") -> Response:
    """Return the page that asks for a file, with what was wrong with the last one."""
    return call.show(
        "upload.html.jinja",
        status=422 if sentence else 200,
        own=found,
        sentence=sentence,
        has_errors=bool(sentence),
        most_mb=call.services.settings.most_upload_mb,
        back={"text": "Back to your return", "href": found.path},
    )


async def _checking(call: Call) -> Response:
    """Say how far a return is, or lead to what the check said."""
    found = await asyncio.to_thread(return_of_path, call)
    job = call.services.desk.job(call.request.path_params["ticket"])
    if job is None or job.sent.declared != found.declared:
        return call.show(
            "sentence.html.jinja",
            status=404,
            heading="This upload is not being checked",
            sentence="It was checked a while ago, or it was cut off before its end. Your return "
            "shows what arrived; if your file is not there, upload it again.",
            back={"text": "Back to your return", "href": found.path},
        )
    answer = await _soon(job)
    if answer is not None:
        return await asyncio.to_thread(_answered, call, found, answer)
    return call.show(
        "checking.html.jinja",
        own=found,
        job=job,
        stages=[one for one in Stage if one is not Stage.DONE],
        minutes=(call.now - job.began) // timedelta(minutes=1),
        back=None,
    )


PAGES = (Page("/return/{quarter}/checking/{ticket}", Action.SEND, _checking),)
