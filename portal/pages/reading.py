"""What anybody may read: rules, metrics, deadlines, and the two statements.

Here: pages made from the specification. Not here: anything of a borough.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from icalendar import Calendar, Event
from starlette.responses import Response

from portal.access import Action
from portal.page import Call, NotFound, Page
from portal.services import day
from specification.load import load_calendar, load_collection
from specification.metrics import load_catalogue
from specification.model import Table

_EVERY = "*"  # the table of a rule that is about every sheet


def _help(call: Call) -> Response:
    return call.show("help.html.jinja", planned=load_calendar())


def _rules(call: Call) -> Response:
    """List every rule of the collection by table."""
    collection = load_collection()
    labels = {_EVERY: "Every sheet"} | {name: one.label for name, one in collection.tables.items()}
    by_table = {
        label: [one for one in collection.rules if one.table == name]
        for name, label in labels.items()
    }
    return call.show("rules.html.jinja", by_table=by_table, collection=collection)


def _rule(call: Call) -> Response:
    """Show one rule: what it wants, how to fix it, a row that passes and one that does not."""
    try:
        rule = load_collection().rule(call.request.path_params["rule"])
    except KeyError:
        raise NotFound from None
    back = {"text": "Back to all rules", "href": "/rules"}
    table = load_collection().tables.get(rule.accepted.table or rule.table)
    return call.show(
        "rule.html.jinja",
        rule=rule,
        table="Every sheet" if rule.table == _EVERY or table is None else table.label,
        accepted=_labelled(rule.accepted.rows[0], table),
        refused=_labelled(rule.refused.rows[0], table),
        back=back,
    )


def _labelled(row: Mapping[str, str], table: Table | None) -> dict[str, str]:
    """Return a row by the headings that an officer sees."""
    labels = {field.name: field.label for field in table.fields} if table else {}
    return {labels.get(name, name): value for name, value in row.items()}


def _metrics(call: Call) -> Response:
    return call.show("metrics.html.jinja", metrics=load_catalogue().metrics)


def _deadlines(call: Call) -> Response:
    """Give the deadlines as a calendar that can be subscribed to."""
    calendar = Calendar()
    calendar.add("prodid", "-//Cohort//Deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Apprenticeship returns")
    for one in load_calendar():
        event = Event()
        event.add("uid", f"due-{one.quarter}@cohort")
        event.add("dtstamp", datetime.combine(one.quarter.first_day, time()))
        event.add("summary", f"Apprenticeship return due: {one.quarter.label}")
        event.add("description", f"Send and sign by 5pm on {day(one.due_date)}.")
        event.add("dtstart", one.due_date)
        event.add("dtend", one.due_date + timedelta(days=1))
        calendar.add_component(event)
    return Response(calendar.to_ical(), media_type="text/calendar; charset=utf-8")


def _accessibility(call: Call) -> Response:
    return call.show("accessibility.html.jinja")


def _privacy(call: Call) -> Response:
    return call.show("privacy.html.jinja")


PAGES = (
    Page("/help", Action.ANYBODY, _help),
    Page("/rules", Action.ANYBODY, _rules),
    Page("/rules/{rule}", Action.ANYBODY, _rule),
    Page("/metrics", Action.ANYBODY, _metrics),
    Page("/deadlines.ics", Action.ANYBODY, _deadlines),
    Page("/accessibility", Action.ANYBODY, _accessibility),
    Page("/privacy", Action.ANYBODY, _privacy),
)
