"""The files of published releases, and of nothing else that lies beside them.

Here: which bundle an address means, and that a draft is not found. Not here: the pages around them
(`site`), or what is published (the register).
"""

from __future__ import annotations

from os import stat_result
from pathlib import Path

from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ingest.home import Home
from ingest.register import Register
from ingest.release_register import ReleaseRegister
from ingest.release_stages import RegisteredEdition


class PublishedFiles(StaticFiles):
    """`2026-27Q2/` leads to the newest edition; `2026-27Q2/1/…` is the edition's own file.

    The register is asked at each request, because drafts lie in the same folder; its events are
    read again only where there is a new one.
    """

    def __init__(self, home: Home) -> None:
        self._home, self._events = home, Register(home.register_url)
        self._register = ReleaseRegister(home.register_url)
        self._known: tuple[int, tuple[RegisteredEdition, ...]] = (0, ())
        home.releases.mkdir(parents=True, exist_ok=True)
        super().__init__(directory=home.releases, html=True)

    def editions(self) -> tuple[RegisteredEdition, ...]:
        """Return every edition that readers may see."""
        newest = self._events.last_event()
        if newest != self._known[0]:
            self._known = newest, tuple(self._register.releases().public())
        return self._known[1]

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file of a published edition, or lead to the newest one of a quarter."""
        quarter = path.strip("/")
        live = [
            one.number
            for one in self.editions()
            if str(one.quarter) == quarter and one.superseded_by is None
        ]
        if live:
            base = f"{scope.get('root_path', '')}/{quarter}/{live[-1]}/"
            return RedirectResponse(base, status_code=307)
        return await super().get_response(path, scope)

    def lookup_path(self, path: str) -> tuple[str, stat_result | None]:
        """Find a file only below the folder of a published edition."""
        full, found = super().lookup_path(path)
        public = {self._home.edition(one.quarter, one.number).resolve() for one in self.editions()}
        if found is None or public.isdisjoint((Path(full), *Path(full).parents)):
            return "", None
        return full, found
