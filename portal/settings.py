"""Settings of the portal.

Here: what the environment says. Not here: the folders of the installation (ingest.home).
"""

from __future__ import annotations

import secrets
from pathlib import Path

from pydantic import Field, SecretStr

from ingest.home import Home, write_durably
from post.settings import PostSettings


class PortalSettings(PostSettings):
    """Settings from the environment, prefix `COHORT_`; those of the post are among them.

    With an https `portal_url` the cookies are secure. `oidc_issuer`,
    `oidc_client_id` and `oidc_client_secret` are what the identity provider gave; `oidc_tenants`
    the tenants who may sign in at a provider that has many. `most_upload_mb` is how much one upload
    may hold, in megabytes, `most_forms` how many forms a minute may come from one address; a whole
    council often has one.
    """

    oidc_issuer: str = ""
    oidc_client_id: str = "cohort"
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_tenants: tuple[str, ...] = ()
    most_upload_mb: int = Field(default=25, ge=1)
    most_forms: int = Field(default=120, ge=1)
    session_key_file: Path | None = None

    @property
    def is_secure(self) -> bool:
        """Whether people come by https."""
        return self.portal_url.startswith("https://")


def session_key(home: Home, settings: PortalSettings) -> str:
    """Return the key that signs sessions; the first call makes one.

    Everybody is signed out where it changes.
    """
    path = settings.session_key_file or home.root / "keys" / "session.key"
    if not path.is_file():
        write_durably(path, secrets.token_urlsafe(48).encode("ascii"), mode=0o600)
    return path.read_text("ascii")
