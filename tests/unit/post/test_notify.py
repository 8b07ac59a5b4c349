"""Letters by GOV.UK Notify: its own client, and a server that answers as its documents say.

The service itself cannot be run here. What stands in for it checks the signature as Notify does,
with the client's own code for that, and answers with the statuses of its documents.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer
from pydantic import SecretStr

from post.carriers import NotSent
from post.letters import Letter
from post.notify import Notify
from post.settings import PostSettings
from tests.unit.post.office_scene import NOON

SERVICE, SECRET = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
TEMPLATE = "33333333-3333-4333-8333-333333333333"
SETTINGS = PostSettings(
    post="notify",
    notify_api_key=SecretStr(f"tests-{SERVICE}-{SECRET}"),
    notify_template_id=TEMPLATE,
)
LETTER = Letter("event-7/p-1", "Ada", "ada@council.example", "Ready to sign", "Hello\n")


@dataclass(slots=True)
class StandIn:
    """What it was sent, and the status that it answers with."""

    address: str = ""
    status: int = 201
    received: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])


@pytest.fixture
def notify() -> Iterator[StandIn]:
    found = StandIn()

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            token = self.headers["Authorization"].removeprefix("Bearer ")
            assert get_token_issuer(token) == SERVICE and decode_jwt_token(token, SECRET)
            assert self.path == "/v2/notifications/email"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.received.append(json.loads(body))
            answer = json.dumps({"id": "1", "errors": []}).encode()
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # its name there
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    found.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


def test_a_letter_is_sent_in_our_words(notify: StandIn) -> None:
    Notify(SETTINGS, address=notify.address).send(LETTER, NOON)
    assert notify.received == [
        {
            "email_address": "ada@council.example",
            "template_id": TEMPLATE,
            "personalisation": {"subject": "Ready to sign", "body": "Hello\n"},
            "reference": "event-7/p-1",
        }
    ]


@pytest.mark.parametrize(
    ("status", "is_for_all"), [(400, False), (403, True), (429, True), (500, True)]
)
def test_what_it_refuses_waits(notify: StandIn, status: int, is_for_all: bool) -> None:
    notify.status = status
    with pytest.raises(NotSent, match=f"GOV.UK Notify: {status}") as refused:
        Notify(SETTINGS, address=notify.address).send(LETTER, NOON)
    assert refused.value.is_for_all == is_for_all


def test_where_it_does_not_answer_everything_waits() -> None:
    with pytest.raises(NotSent) as refused:
        Notify(SETTINGS, address="http://127.0.0.1:1").send(LETTER, NOON)
    assert refused.value.is_for_all
