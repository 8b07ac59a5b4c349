"""The files of a draft, for those who check and publish it, and for nobody else.

Here: one bundle that is not public yet, below an address of its own so that its links work. Not
here: published bundles (`portal.releases`), or what one borough sees of a draft (drafts).
"""

from __future__ import annotations

from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from portal.access import Action
from portal.page import Call, NotFound, Page
from publisher.editions import folder_of
from specification.periods import Quarter


async def _file(call: Call) -> Response:
    """Give a file of the draft or checked edition that the address names; of no other."""
    asked = call.request.path_params
    try:
        quarter = Quarter.parse(asked["quarter"])
    except ValueError:
        raise NotFound from None
    pending = call.services.releases.now().pending(quarter)
    if pending is None or pending.number != asked["number"]:
        raise NotFound
    # Starlette's own file server keeps to the folder; the page before it keeps to the person.
    files = StaticFiles(directory=folder_of(call.services.home, pending), html=True)
    return await files.get_response(asked["path"] or ".", call.request.scope)


PAGES = (Page("/embargoed/{quarter}/{number:int}/{path:path}", Action.PUBLISH, _file),)
