"""The ways a letter goes out: to a mail server, or into a folder of the home.

Here: SMTP with TLS, letters kept as files, and choosing between them. Not here: GOV.UK Notify
(`notify`), or which letters there are (`office`).
"""

from __future__ import annotations

import hashlib
import logging
import re
import smtplib
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Protocol
from urllib.parse import urlsplit

from ingest.home import Home, write_durably
from post.letters import Letter
from post.settings import PostSettings

_log = logging.getLogger("cohort.post")
_NOWHERE = "no-reply@cohort.example"
_SECONDS = 30
# A subject a little over 78 characters would begin on a line of its own, with a space before it.
_UNFOLDED = SMTP.clone(max_line_length=200)
_OF_EVERY_LETTER = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused)


class NotSent(Exception):
    """A letter did not go out; the message says why and holds no address.

    `is_for_all` says that no other would either.
    """

    def __init__(self, why: str, *, is_for_all: bool = False) -> None:
        super().__init__(why)
        self.is_for_all = is_for_all


class Carrier(Protocol):
    """What takes letters away."""

    def send(self, letter: Letter, at: datetime) -> None:
        """Send one letter. Raises NotSent: it did not go out."""
        ...


@contextmanager
def carrier_of(home: Home, settings: PostSettings) -> Generator[Carrier]:
    """Give the way that is set. A synthetic London has no other than the folder.

    Raises:
        NotSent: the server does not answer, or does not let us in.
    """
    if home.is_synthetic or settings.post == "files":
        yield Kept(home, settings)
    elif settings.post == "notify":
        from post.notify import Notify

        yield Notify(settings)
    else:
        with _server(settings) as server:
            yield Server(server, settings)


class Kept:
    """Letters kept as files that a mail program opens."""

    def __init__(self, home: Home, settings: PostSettings) -> None:
        self._folder, self._settings = home.post, settings

    def send(self, letter: Letter, at: datetime) -> None:
        """Keep a letter; the same letter is one file. Nobody else on the machine may read it."""
        name = f"{at:%Y-%m-%d}-{re.sub(r'[^A-Za-z0-9-]+', '-', letter.name)}.eml"
        message = as_message(letter, self._settings, at)
        write_durably(self._folder / name, message.as_bytes(), mode=0o600)
        _log.info("kept %s: %s", name, letter.subject)


class Server:
    """A mail server that takes letters, over one connection."""

    def __init__(self, server: smtplib.SMTP, settings: PostSettings) -> None:
        self._server, self._settings = server, settings

    def send(self, letter: Letter, at: datetime) -> None:
        """Send a letter. Raises NotSent: the server refused it, or went away."""
        message = as_message(letter, self._settings, at)
        try:
            self._server.send_message(message)
        except OSError as problem:  # what smtplib raises is one too
            is_of_this = isinstance(problem, smtplib.SMTPException) and not isinstance(
                problem, _OF_EVERY_LETTER
            )
            raise NotSent(
                f"the mail server: {type(problem).__name__}", is_for_all=not is_of_this
            ) from problem


@contextmanager
def _server(settings: PostSettings) -> Generator[smtplib.SMTP]:
    """Open a connection that nobody can listen to, unless the server is on this machine."""
    context = ssl.create_default_context()
    if settings.smtp_ca_file is not None:
        context.load_verify_locations(settings.smtp_ca_file)
    host, port = settings.smtp_host, settings.smtp_port
    try:
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=context)
        else:
            server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    except (smtplib.SMTPException, OSError) as problem:
        raise NotSent(f"the mail server: {type(problem).__name__}", is_for_all=True) from problem
    try:
        yield server
    finally:
        with suppress(OSError):  # what is said at the end changes nothing of what was sent
            server.quit()


def as_message(letter: Letter, settings: PostSettings, at: datetime) -> EmailMessage:
    """Return a letter as a message. A letter sent twice has one id: mail programs show it once.

    Raises:
        NotSent: the address is not one.
    """
    message = EmailMessage(policy=SMTP)
    try:
        message["From"] = Address(settings.service_name, addr_spec=settings.post_from or _NOWHERE)
        message["To"] = Address(letter.to_name, addr_spec=letter.to_address)
        if settings.post_reply_to:
            message["Reply-To"] = Address(addr_spec=settings.post_reply_to)
        message["Subject"] = letter.subject
    except (ValueError, MessageError) as problem:
        raise NotSent("an address is not an e-mail address") from problem
    message["Date"] = format_datetime(at)
    host = urlsplit(settings.portal_url).hostname or "localhost"
    once = hashlib.sha256(f"{letter.name}/{letter.to_address}".encode()).hexdigest()[:32]
    message["Message-ID"] = f"<{once}@{host}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body, cte="quoted-printable")
    message.policy = _UNFOLDED
    return message


def is_address(text: str) -> bool:
    """Return whether a text can be an e-mail address."""
    try:
        address = Address(addr_spec=text)
    except (ValueError, MessageError, IndexError):
        return False
    return bool(address.username and address.domain)
