"""What is checked of every request before a page sees it, and said with every answer.

Here: how large a body may be, how often one address may ask, where a form may come from, and the
headers that keep a browser from doing more than we ask. Not here: who may see what (access).
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_log = logging.getLogger("cohort.portal")

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Said with every answer; what a release brings along is allowed its own inline styles."""

_RELEASES = "/releases"
_BUNDLES = (f"{_RELEASES}/", "/embargoed/")
_OF_BUNDLES = (
    HEADERS["Content-Security-Policy"]
    .replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")
    .replace("font-src 'self'", "font-src 'self' data:")
    .replace("img-src 'self'", "img-src 'self' data:")
)

_READING = frozenset({"GET", "HEAD"})


class TooLarge(Exception):
    """A body is larger than it may be; it was not read to its end."""


class Guard:
    """The outermost middleware.

    Args:
        app: what is guarded.
        own: the portal's own address, from which its forms come.
        most_bytes: how large the body of a request may be.
        most_forms: how many forms a minute may come from one address.
    """

    def __init__(self, app: ASGIApp, *, own: str, most_bytes: int, most_forms: int) -> None:
        self._app, self._most = app, most_bytes
        self._own = urlsplit(own)
        self._often = parse(f"{most_forms}/minute")
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        has_begun = False

        async def answer(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if path.startswith(_BUNDLES):
                    headers["Content-Security-Policy"] = _OF_BUNDLES
                if not path.startswith((_RELEASES, "/static")):
                    headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(scope)
        if refusal is not None:
            _log.warning("refused %s: %s", scope["method"], bytes(refusal.body).decode())
            await refusal(scope, receive, answer)
            return
        try:
            await self._app(scope, self._measured(receive), answer)
        except TooLarge:
            _log.warning("refused %s: the body is too large", scope["method"])
            if not has_begun:
                await self._too_large()(scope, receive, answer)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        size = headers.get("content-length", "0")
        if not size.isdigit() or int(size) > self._most:
            return self._too_large()
        if scope["method"] in _READING:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin)[:2] != self._own[:2]:
            return PlainTextResponse("This form came from another website.", 403)
        client = scope.get("client") or ("", 0)
        if not self._limiter.hit(self._often, client[0]):
            return PlainTextResponse(
                "Too many requests from your address. Wait a minute and try again.", 429
            )
        return None

    def _too_large(self) -> PlainTextResponse:
        most = self._most // 1_000_000
        return PlainTextResponse(
            f"What you sent is larger than {most} MB. A return of 10,000 people is under 3 MB: "
            "copy its rows to a new workbook and send that.",
            413,
        )

    def _measured(self, receive: Receive) -> Receive:
        """Count what comes, whatever its length was said to be."""
        had = 0

        async def measured() -> Message:
            nonlocal had
            message = await receive()
            had += len(message.get("body", b""))
            if had > self._most:
                raise TooLarge
            return message

        return measured
