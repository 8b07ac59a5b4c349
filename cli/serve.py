"""`cohort serve`: the portal on this machine, with Dagster's servers beside it.

Here: the command, and where people of a synthetic London sign in. Not here: the portal, or what
Dagster runs.

A synthetic London has no council with accounts, so a small OpenID Connect provider runs beside the
portal: people sign in there as they would at their council's, by the same code.
"""

from __future__ import annotations

import logging
import signal
import warnings
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from pydantic import SecretStr

from cli.speak import Exit, stop, talk
from ingest.home import Home

if TYPE_CHECKING:
    from portal.settings import PortalSettings

DEMO = {
    "uploading officer": ("upload", "E09000012"),
    "signing officer": ("sign", "E09000012"),
    "analyst": ("analyse", ""),
    "publisher": ("publish", ""),
    "second publisher": ("publish", ""),
    "administrator": ("administer", ""),
}
"""Who can sign in to a synthetic London, with the role and the borough of each."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(serve)


def serve(
    port: Annotated[int, typer.Option(help="Where it answers.")] = 8033,
    only_portal: Annotated[
        bool, typer.Option("--only-portal", help="Dagster runs elsewhere, or not at all.")
    ] = False,
) -> None:
    """Run the portal and Dagster, on this machine only, until stopped."""
    from portal.settings import PortalSettings

    home = Home.from_environment()
    settings = PortalSettings()
    if "portal_url" not in settings.model_fields_set:
        settings = settings.model_copy(update={"portal_url": f"http://localhost:{port}"})
    if not settings.oidc_issuer and not home.is_synthetic:
        stop(
            "Nobody could sign in: set COHORT_OIDC_ISSUER, COHORT_OIDC_CLIENT_ID and "
            "COHORT_OIDC_CLIENT_SECRET to what your identity provider gave you.",
            Exit.WRONG_USE,
        )
    signal.signal(signal.SIGTERM, _leave)
    with ExitStack() as running:
        if not settings.oidc_issuer:
            issuer = running.enter_context(_provider(home, port + 1))
            secret = SecretStr("of a synthetic London")
            given = {"oidc_issuer": issuer, "oidc_client_secret": secret}
            settings = settings.model_copy(update=given)
            _say_what_is_posted()
            talk.print(f"Sign in as one of: {', '.join(DEMO)}.", markup=False)
        if not only_portal:
            _start_dagster(running, home, port + 2)
        _serve(home, settings, port)


def _leave(*_: object) -> NoReturn:
    """Leave by way of every `finally`, so that nothing that was started stays behind."""
    raise SystemExit(128 + signal.SIGTERM)


def _start_dagster(running: ExitStack, home: Home, port: int) -> None:
    from orchestration.servers import dagster_servers

    logs = running.enter_context(dagster_servers(home, port))
    talk.print(f"Dagster's pages are at http://localhost:{port}, its logs in {logs}", markup=False)


def _serve(home: Home, settings: PortalSettings, port: int) -> None:
    from portal.site import serve_site

    talk.print(f"The portal is at {settings.portal_url}", markup=False)
    serve_site(home, settings, port=port)


def _say_what_is_posted() -> None:
    """Print the letters that a synthetic London keeps instead of sending them."""
    log = logging.getLogger("cohort.post")
    log.setLevel(logging.INFO)
    log.addHandler(logging.StreamHandler())


@contextmanager
def _provider(home: Home, port: int) -> Generator[str]:
    """Run a provider with the people of a synthetic London, and give its address."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it says that a library of its own grows old
            from oidc_provider_mock import User, run_server_in_thread
    except ImportError:
        stop("The provider of a synthetic London is missing: run make setup.", Exit.WRONG_USE)
    from ingest.people import Grant, Identity, People, Role

    logging.getLogger("werkzeug").setLevel(logging.ERROR)

    users = [User(sub=one, claims={"name": _name(one), "email": _address(one)}) for one in DEMO]
    with run_server_in_thread(port, user_claims=users):
        issuer = f"http://localhost:{port}"
        people, now = People(home.register_url), datetime.now(UTC)
        for subject, (role, borough) in DEMO.items():
            person = people.signed_in(
                Identity(issuer, subject), name=_name(subject), email=_address(subject), at=now
            )
            grant = Grant(Role(role), borough)
            people.give(person.person_id, grant, actor="synthetic London", at=now)
        yield issuer


def _address(subject: str) -> str:
    return f"{subject.replace(' ', '.')}@synthetic.example"


def _name(subject: str) -> str:
    return f"{subject.capitalize()} (synthetic)"
