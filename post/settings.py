"""Settings of the post: which way letters go out, and from whom.

Here: what the environment says. Not here: the sending (`carriers`, `notify`).
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class PostSettings(BaseSettings):
    """Settings from the environment, prefix `COHORT_`.

    `post` is the way: `files` keeps letters in the home and sends none, `smtp` sends to a mail
    server, `notify` through GOV.UK Notify. `post_from` is the address they come from, and
    `post_reply_to` where answers go. `smtp_security` is `starttls`, `tls` from the first byte, or
    `none`, for a server on this machine only; `smtp_ca_file` holds the certificates that are
    believed beside the system's. `notify_template_id` is a template whose subject is `((subject))`
    and whose message is `((body))`. `portal_url` is the address that people type.
    """

    model_config = SettingsConfigDict(env_prefix="COHORT_")

    portal_url: str = "http://localhost:8033"
    service_name: str = "London borough data returns"
    post: Literal["files", "smtp", "notify"] = "files"
    post_from: str = ""
    post_reply_to: str = ""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_ca_file: Path | None = None
    notify_api_key: SecretStr = SecretStr("")
    notify_template_id: str = ""
    notify_reply_to_id: str = ""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Refuse a way that lacks what it needs, when it is set and not at the first letter."""
        if self.post == "smtp" and not (self.smtp_host and self.post_from):
            raise ValueError("COHORT_POST=smtp needs COHORT_SMTP_HOST and COHORT_POST_FROM.")
        if self.post == "notify" and not (
            self.notify_api_key.get_secret_value() and self.notify_template_id
        ):
            raise ValueError(
                "COHORT_POST=notify needs COHORT_NOTIFY_API_KEY and COHORT_NOTIFY_TEMPLATE_ID."
            )
        if self.smtp_security == "none" and self.smtp_host not in ("", *_THIS_MACHINE):
            raise ValueError(
                "COHORT_SMTP_SECURITY=none is for a server on this machine: use starttls or tls."
            )
        return self
