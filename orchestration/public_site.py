"""The static site of what is published, from the register and the specification.

Here: what the site is told. Not here: its pages (`publisher.site`), or any draft.
"""

from __future__ import annotations

from pathlib import Path

from ingest.home import Home
from ingest.release_register import ReleaseRegister
from publisher.editions import published_editions
from publisher.site import write_site
from specification.publication import load_publication


def write_public_site(home: Home, folder: Path) -> Path:
    """Write the site of every published edition into a folder, and return its first page.

    Raises:
        UnreadableEdition: the bundle of an edition is not one that a site can show.
    """
    publication = load_publication()
    return write_site(
        published_editions(home, ReleaseRegister(home.register_url).releases()),
        folder,
        contact=publication.contact.words,
        pre_release=[one.words for one in publication.pre_release_access],
    )
