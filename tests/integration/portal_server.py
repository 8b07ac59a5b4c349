"""A real portal with a real OpenID Connect provider, for the tests of the portal.

Here: both servers, and somebody who signs in as a browser does. Not here: any test.
"""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx2
import oidc_provider_mock
import uvicorn
from pydantic import SecretStr

from ingest.home import Home
from ingest.people import Grant, Identity, People, Person
from portal.settings import PortalSettings
from portal.site import build_site


def address(subject: str) -> str:
    """Return the e-mail address of somebody at the provider."""
    return f"{subject.replace(' ', '.')}@council.example"


_TOKEN = re.compile(r'name="csrf" value="([^"]+)"')
SUBJECTS = (
    "uploading officer",
    "signing officer",
    "administrator",
    "publisher",
    "second publisher",
)
KNOWN = [
    oidc_provider_mock.User(sub=one, claims={"name": f"The {one}", "email": address(one)})
    for one in SUBJECTS
]
NOW = datetime(2026, 10, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Portal:
    """A portal that answers. `issuer` is its provider."""

    home: Home
    url: str
    issuer: str

    @property
    def people(self) -> People:
        """The people of its register."""
        return People(self.home.register_url)

    def known(self, subject: str, *grants: Grant) -> Person:
        """Return a person of the provider who has these roles."""
        identity = Identity(self.issuer, subject)
        person = self.people.signed_in(
            identity, name=f"The {subject}", email=address(subject), at=NOW
        )
        for grant in grants:
            person = self.people.give(person.person_id, grant, actor="tests", at=NOW)
        return person

    def visitor(self) -> httpx2.Client:
        """Return somebody who has not signed in."""
        return httpx2.Client(base_url=self.url, follow_redirects=True, timeout=60)

    def signed_in(self, subject: str, *grants: Grant) -> httpx2.Client:
        """Return somebody who has signed in at the provider, with these roles."""
        self.known(subject, *grants)
        client = self.visitor()
        sign_in(client, subject)
        return client


def sign_in(client: httpx2.Client, subject: str) -> httpx2.Response:
    """Go to the provider, say who one is there, and come back."""
    there = client.get("/sign-in")
    return client.post(str(there.url), data={"sub": subject})


def token_of(page: httpx2.Response) -> str:
    """Return the token of the forms of a page."""
    found = _TOKEN.search(page.text)
    assert found is not None, page.text[:500]
    return found[1]


def send(client: httpx2.Client, path: str, page: str, **fields: str) -> httpx2.Response:
    """Send a form as its page would: with the page's token."""
    return client.post(path, data={"csrf": token_of(client.get(page)), **fields})


def when_checked(client: httpx2.Client, page: httpx2.Response) -> httpx2.Response:
    """Return the page of the result, asking again where the check takes long."""
    while "/checking/" in page.url.path:
        page = client.get(page.url.path)
    return page


@contextmanager
def portal_of(home: Home, *, most_forms: int = 100_000) -> Generator[Portal]:
    """Serve a home, beside a provider, until the block ends."""
    with oidc_provider_mock.run_server_in_thread(user_claims=KNOWN) as provider:
        issuer = f"http://localhost:{provider.server_port}"
        port = _free_port()
        url = f"http://localhost:{port}"
        settings = PortalSettings(
            portal_url=url,
            oidc_issuer=issuer,
            oidc_client_secret=SecretStr("of-the-tests"),
            most_forms=most_forms,
        )
        config = uvicorn.Config(
            build_site(home, settings), host="127.0.0.1", port=port, log_level="warning"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive()
                threading.Event().wait(0.05)
            yield Portal(home, url, issuer)
        finally:
            server.should_exit = True
            thread.join()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
