"""Signing in at an OpenID Connect provider, and what is believed of its answer.

Here: the way there and back, through Authlib, and the check of the issuer. Not here: what somebody
may do (access), or how long a visit lasts (visits).

A person is an issuer and a subject, never an e-mail address: addresses are given to others in time.
A provider with many tenants writes `{tenantid}` into its issuer; each token then names its own
tenant, and only the tenants of the settings are believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.integrations.base_client import OAuthError
from authlib.integrations.starlette_client import OAuth
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import Response

from ingest.people import Identity
from portal.settings import PortalSettings

_TENANT = "{tenantid}"


class NotSignedIn(Exception):
    """The provider's answer is not believed; the message is for the log."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came back from the provider. Name and address are for people to read."""

    identity: Identity
    name: str
    email: str


class Provider:
    """The identity provider of the settings."""

    def __init__(self, settings: PortalSettings) -> None:
        self._settings = settings
        # Authlib ships no types.
        self._client: Any = OAuth().register(
            "provider",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value() or None,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
        )

    async def send_there(self, request: Request) -> Response:
        """Return the way to the provider."""
        back = f"{self._settings.portal_url.rstrip('/')}/signed-in"
        return await self._client.authorize_redirect(request, back)

    async def believe(self, request: Request) -> SignedIn:
        """Return who came back.

        Raises:
            NotSignedIn: the answer is forged, expired, for somebody else, or of another tenant.
        """
        issuer = (await self._client.load_server_metadata())["issuer"]
        options = {
            "iss": {"essential": True, "validate": _is_named},
            "aud": {"essential": True, "values": [self._settings.oidc_client_id]},
        }
        try:
            token = await self._client.authorize_access_token(request, claims_options=options)
        except (OAuthError, JoseError, ValueError) as refused:
            raise NotSignedIn(type(refused).__name__) from refused
        claims = token.get("userinfo")
        if not claims:
            raise NotSignedIn("the answer has no identity token")
        check_issuer(claims, issuer, self._settings.oidc_tenants)
        name = str(claims.get("name") or claims.get("preferred_username") or "No name given")
        identity = Identity(str(claims["iss"]), str(claims["sub"]))
        return SignedIn(identity, name, str(claims.get("email") or ""))


def _is_named(_: object, value: object) -> bool:
    """Accept any issuer here: `check_issuer` compares it with what the provider says."""
    return bool(value)


def check_issuer(claims: Mapping[str, Any], issuer: str, tenants: tuple[str, ...]) -> None:
    """Check who issued a token against what the provider says of itself.

    Raises:
        NotSignedIn: it was another issuer, or a tenant that nobody agreed to.
    """
    tenant = str(claims.get("tid", ""))
    if _TENANT in issuer:
        if tenant not in tenants:
            raise NotSignedIn("the tenant is not one of the settings")
        issuer = issuer.replace(_TENANT, tenant)
    elif tenants and tenant not in tenants:
        raise NotSignedIn("the tenant is not one of the settings")
    if claims.get("iss") != issuer:
        raise NotSignedIn("the token is of another issuer")
