"""What the register says of releases now, and the files of those that are published.

Here: which bundle an address means, and that a draft is not found. Not here: the pages around them
(`site`), drafts (`pages.drafts`, `pages.embargoed`), or what is published (the register).
"""

from __future__ import annotations

from os import stat_result
from pathlib import Path

from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ingest.home import Home
from ingest.release_register import ReleaseRegister
from ingest.release_stages import RegisteredEdition, Releases


class KnownReleases:
    """What the register says of releases; its events are read again only where one is new."""

    def __init__(self, home: Home) -> None:
        self._register = ReleaseRegister(home.register_url)
        self._known = (0, Releases())

    def now(self) -> Releases:
        """Return what is so now, to be read and not to be added to.

        Raises:
            BrokenChain: the register was changed.
        """
        newest, known = self._register.newest(), self._known
        if newest != known[0]:
            known = self._known = newest, self._register.releases()
        return known[1]


class PublishedFiles(StaticFiles):
    """`2026-27Q2/` leads to the newest edition; `2026-27Q2/1/…` is the edition's own file.

    The register is asked at each request, because drafts lie in the same folder.
    """

    def __init__(self, home: Home, known: KnownReleases) -> None:
        self._home, self._releases = home, known
        home.releases.mkdir(parents=True, exist_ok=True)
        super().__init__(directory=home.releases, html=True)

    def editions(self) -> tuple[RegisteredEdition, ...]:
        """Return every edition that readers may see."""
        return tuple(self._releases.now().public())

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
