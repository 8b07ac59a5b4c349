"""A heading that is nearly one of ours: the officer says what it means, and the file is read again.

Here: the form beside such a finding. Not here: what may stand for what (ingest.confirmed_columns).
"""

from __future__ import annotations

import asyncio

from starlette.responses import Response

from expectations.intake import Sent, landed_return
from ingest.confirmed_columns import CannotConfirm, confirm_column
from ingest.landing import Landing
from ingest.register import State
from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.pages.own import OwnReturn, version_of_path
from portal.pages.waiting import follow
from specification.load import collection_for
from specification.rules import Rule


def asks_for_a_column(rule: Rule) -> bool:
    """Return whether a rule may name a heading that is nearly that of a column."""
    return rule.kind == "readable" and rule.fault in ("heading", "column_missing")


async def _confirm(call: Call) -> Response:
    """Remember what a heading means for this borough, and check the same file again."""
    refused = await asyncio.to_thread(_remember, call)
    found, submission = await asyncio.to_thread(version_of_path, call)
    if refused:
        return call.show(
            "sentence.html.jinja",
            status=422,
            heading="The column was not taken",
            sentence=refused,
            back={"text": "Back to the results", "href": found.path_of(submission)},
        )
    landing, register = Landing(call.services.home.landing), call.services.register
    landed = await asyncio.to_thread(landed_return, submission, landing, register)
    sent = Sent(found.declared, landed.files, call.actor, call.now)
    return await follow(call, found, call.services.desk.hand_in(sent))


def _remember(call: Call) -> str:
    """Return why a heading may not stand for a field, empty where it is remembered."""
    found, submission = version_of_path(call)
    if submission.state not in (State.CHECKED, State.READY):
        raise NotFound
    return _refusal(call, found)


def _refusal(call: Call, found: OwnReturn) -> str:
    try:
        confirm_column(
            call.services.register,
            found.borough.borough_code,
            collection_for(found.quarter),
            call.text("table"),
            call.text("heading"),
            call.text("field"),
            actor=call.actor,
            at=call.now,
        )
    except CannotConfirm as refused:
        return str(refused)
    return ""


PAGES = (Page("/return/{quarter}/{version:int}/column", Action.SEND, _confirm, is_form=True),)
