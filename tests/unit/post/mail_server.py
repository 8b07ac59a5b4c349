"""A real mail server with TLS, which keeps what it is sent.

Here: the server, its certificate, and what it refuses when it is asked to. Not here: any test.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from post.settings import PostSettings

USER, PASSWORD = "cohort", "of-the-tests"


@dataclass(slots=True)
class MailServer:
    """What the server was sent. It refuses the addresses of `refused`, and all while `is_full`."""

    certificate: Path
    port: int = 0
    received: list[EmailMessage] = field(default_factory=list[EmailMessage])
    refused: set[str] = field(default_factory=set[str])
    is_full: bool = False
    was_encrypted: list[bool] = field(default_factory=list[bool])

    def settings(self, **changes: Any) -> PostSettings:
        """Return the settings that lead here."""
        here: dict[str, Any] = {
            "post": "smtp",
            "post_from": "returns@cohort.example",
            "post_reply_to": "help@cohort.example",
            "portal_url": "https://returns.example",
            "smtp_host": "localhost",
            "smtp_port": self.port,
            "smtp_user": USER,
            "smtp_password": SecretStr(PASSWORD),
            "smtp_ca_file": self.certificate,
        }
        return PostSettings(**(here | changes))

    @property
    def to(self) -> list[str]:
        """Who was written to, in order of address."""
        return sorted(str(one["To"].addresses[0].addr_spec) for one in self.received)

    # The names of these are aiosmtpd's.
    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        if address in self.refused:
            return "550 There is nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.is_full:
            return "452 The disk is full"
        assert isinstance(envelope.content, bytes)
        self.received.append(message_from_bytes(envelope.content, policy=default))
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"


def _allow(_server: Any, _session: Any, _envelope: Any, _how: str, who: Any) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=who == known, handled=False)


@contextmanager
def mail_server(folder: Path) -> Generator[MailServer]:
    """Run a server until the block ends: STARTTLS, and letters from those who sign in."""
    certificate, key = _certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    found = MailServer(certificate)
    controller = Controller(
        found,
        hostname="127.0.0.1",
        port=_free_port(),
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=_allow,
    )
    controller.start()
    try:
        found.port = controller.port
        yield found
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate that nobody but these tests believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "server.pem", folder / "server.key"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return paths
