"""The databases that a register is tested in: SQLite, and a real PostgreSQL of these tests.

Here: starting a PostgreSQL in a folder of its own, an empty database for a test, and changing one
behind the register's back. Not here: any test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sql

NO_POSTGRESQL = "No PostgreSQL here (Debian: postgresql): the register is tested in SQLite alone."
_DEBIAN = Path("/usr/lib/postgresql")
_OWNER = "postgres"
_CONFIGURATION = "-c listen_addresses='' -c fsync=off -c max_connections=300"


@dataclass(frozen=True, slots=True)
class Database:
    """An empty database, and the way past the register into it. `url` is SQLAlchemy's."""

    url: str

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file."""
        return self.url.startswith("sqlite")

    def edit(self, statement: str, *values: object) -> None:
        """Change what is there, as somebody with the database's password could."""
        with self._engine().begin() as connection:
            assert connection.exec_driver_sql(self._in_its_words(statement), values).rowcount > 0

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Return what is there."""
        with self._engine().connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(query)]

    def _engine(self) -> sql.Engine:
        return sql.create_engine(self.url, poolclass=sql.NullPool)

    def _in_its_words(self, statement: str) -> str:
        return statement if self.is_sqlite else statement.replace("?", "%s")


@dataclass(slots=True)
class PostgreSQL:
    """A server that answers at a socket in its folder."""

    folder: Path
    count: int = 0

    def database(self) -> Database:
        """Return an empty schema of its own, as the only one that its address shows."""
        self.count += 1
        base = f"postgresql+psycopg://{_OWNER}@/postgres?host={self.folder}"
        name = f"test_{self.count}"
        engine = sql.create_engine(base, poolclass=sql.NullPool)
        with engine.begin() as connection:
            connection.exec_driver_sql(f"create schema {name}")
        return Database(f"{base}&options=-csearch_path%3D{name}")


def postgresql_programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where it is not installed."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda one: int(one.parts[-3]))
    return versions[-1].parent if versions else None


@contextmanager
def postgresql_server(programs: Path) -> Generator[PostgreSQL]:
    """Run a server in a new folder until the block ends. PostgreSQL refuses to be run by root."""
    folder = Path(tempfile.mkdtemp(prefix="cohort-postgresql-"))
    who: dict[str, Any] = {}
    if os.geteuid() == 0:
        shutil.chown(folder, _OWNER, _OWNER)
        who = {"user": _OWNER, "group": _OWNER, "extra_groups": []}

    def run(program: str, *options: str) -> None:
        command = [str(programs / program), *options]
        with (folder / f"{program}.log").open("ab") as log:
            subprocess.run(command, cwd=folder, stdout=log, stderr=log, check=True, **who)

    place = str(folder / "data")
    try:
        run("initdb", "-D", place, "-U", _OWNER, "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
        options = f"{_CONFIGURATION} -c unix_socket_directories='{folder}'"
        run("pg_ctl", "start", "-w", "-D", place, "-o", options, "-l", str(folder / "server.log"))
        try:
            yield PostgreSQL(folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate", "-D", place)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
