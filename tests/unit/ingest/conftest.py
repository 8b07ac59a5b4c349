"""The register's tests run in both databases: in SQLite, and in a real PostgreSQL.

Here: the fixtures `database` and `url`. Not here: the server (`tests.databases`), any test.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.databases import (
    NO_POSTGRESQL,
    Database,
    PostgreSQL,
    postgresql_programs,
    postgresql_server,
)

# One worker runs all that need the server, so that it is started once.
_IN_POSTGRESQL = pytest.mark.xdist_group("postgresql")


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    programs = postgresql_programs()
    if programs is None:
        pytest.skip(NO_POSTGRESQL)
    with postgresql_server(programs) as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=_IN_POSTGRESQL)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'state' / 'register.sqlite'}")
    server: PostgreSQL = request.getfixturevalue("postgresql")
    return server.database()


@pytest.fixture
def url(database: Database) -> str:
    return database.url
