"""The register's database: opened durably, and written by one writer at a time.

Here: the engine, a transaction that writes and one that sees a single moment. Not here: its tables
(`register_tables`), or what is written (`register`, `people`, `release_register`).
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from sqlalchemy import event as sql_event

from ingest.register_tables import EVENTS, prepare


def open_database(url: str) -> sql.Engine:
    """Return the engine of a register that SQLAlchemy can reach, its tables up to date."""
    place = sql.make_url(url)
    if place.drivername.startswith("sqlite") and place.database:
        Path(place.database).parent.mkdir(parents=True, exist_ok=True)
    engine = sql.create_engine(url)
    if engine.dialect.name == "sqlite":
        sql_event.listen(engine, "connect", _durable_sqlite)
    prepare(engine)
    return engine


@contextmanager
def writing(engine: sql.Engine) -> Generator[sql.Connection]:
    """Give a transaction that no other writer comes between."""
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            # Before anything is read: versions and events are numbered by one writer at a time.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif connection.dialect.name == "postgresql":
            # Readers go on; the lock is given back at the end of the transaction.
            connection.execute(sql.text(f"lock table {EVENTS.name} in exclusive mode"))
        yield connection


@contextmanager
def reading(engine: sql.Engine) -> Generator[sql.Connection]:
    """Give a transaction that sees one moment, whatever others write meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("BEGIN")
        elif connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def _durable_sqlite(connection: Any, _record: Any) -> None:
    # WAL with synchronous=FULL: an acknowledged event survives a power cut.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
