"""A home whose officers are told, and where a mail server takes their letters.

Here: fixtures. Not here: any test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.home import Home
from tests.unit.post.mail_server import MailServer, mail_server
from tests.unit.post.office_scene import Scene


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(Home(tmp_path / "home"))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MailServer]:
    with mail_server(tmp_path) as found:
        yield found
