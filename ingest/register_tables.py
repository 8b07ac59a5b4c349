"""The tables of the register's database.

Here: what is stored, and bringing a database of an earlier version up to date. Not here: what the
rows mean (`register_entries`), who writes them (`register`, `people`,
`agreements`).
"""

from __future__ import annotations

import sqlalchemy as sql

_METADATA = sql.MetaData()
_PREPARING = 8033
"""The lock of whoever makes the tables in PostgreSQL: any number that stays the same."""


def _text(name: str, *, required: bool = True) -> sql.Column[str]:
    return sql.Column(name, sql.String, nullable=not required)


def _hash(name: str, *, required: bool = True, unique: bool = False) -> sql.Column[str]:
    return sql.Column(name, sql.String(64), nullable=not required, unique=unique or None)


EVENTS = sql.Table(
    "events",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True),
    _text("at"),
    _text("actor"),
    _text("action"),
    _text("submission_id"),
    _text("details"),
    _hash("previous_hash"),
    _hash("hash", unique=True),
)
SUBMISSIONS = sql.Table(
    "submissions",
    _METADATA,
    sql.Column("submission_id", sql.String, primary_key=True),
    _text("borough_code"),
    _text("quarter"),
    sql.Column("version", sql.Integer, nullable=False),
    _text("state"),
    _hash("sha256"),
    _text("files"),
    _text("received_at"),
    _text("signed_at", required=False),
    sql.Column("error_count", sql.Integer),
    sql.Column("query_count", sql.Integer),
    sql.Column("open_query_count", sql.Integer),
    _hash("content_sha256", required=False),
    sql.Column("sent_back", sql.Boolean, nullable=False, default=False),
    sql.UniqueConstraint("borough_code", "quarter", "version"),
)
# Append-only, like the events: the newest row of a key is the one that counts.
EXPLANATIONS = sql.Table(
    "explanations",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("borough_code", sql.String, nullable=False, index=True),
    _text("quarter"),
    _text("submission_id"),
    _text("rule"),
    _text("reference"),
    _hash("value_sha256"),
    _text("reason"),
    _text("actor"),
    _text("at"),
)
CONFIRMED_COLUMNS = sql.Table(
    "confirmed_columns",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("borough_code", sql.String, nullable=False, index=True),
    _text("table_name"),
    _text("heading"),
    _text("field", required=False),
    _text("actor"),
    _text("at"),
)
# The only place with a name or an e-mail address: the events hold neither.
PEOPLE = sql.Table(
    "people",
    _METADATA,
    sql.Column("person_id", sql.String, primary_key=True),
    _text("issuer"),
    _text("subject"),
    _text("name"),
    _text("email"),
    sql.UniqueConstraint("issuer", "subject"),
)
# The roles that people hold now; the events say who gave and took them.
GRANTS = sql.Table(
    "grants",
    _METADATA,
    sql.Column("person_id", sql.ForeignKey(PEOPLE.c.person_id), primary_key=True),
    sql.Column("role", sql.String, primary_key=True),
    sql.Column("borough_code", sql.String, primary_key=True),
)
# Data sharing agreements as they are now, without the documents; the events say what was done.
AGREEMENTS = sql.Table(
    "agreements",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True, autoincrement=False),
    _text("title"),
    _text("held_at"),
    _text("in_force_from"),
    _text("review_by"),
    _text("ended_on", required=False),
)
AGREEMENT_PARTIES = sql.Table(
    "agreement_parties",
    _METADATA,
    sql.Column("number", sql.ForeignKey(AGREEMENTS.c.number), primary_key=True),
    sql.Column("borough_code", sql.String, primary_key=True),
    sql.Column("signed_on", sql.String, primary_key=True),
    _text("left_on", required=False),
)
# What analysts asked of the warehouse; rows are only added.
QUERIES = sql.Table(
    "queries",
    _METADATA,
    sql.Column("number", sql.Integer, primary_key=True),
    sql.Column("query_id", sql.String(32), nullable=False, index=True),
    sql.Column("person_id", sql.String, nullable=False, index=True),
    _text("at"),
    _text("build"),
    _hash("snapshot_sha256"),
    _text("query"),
    _text("form"),
    _text("outcome"),
    sql.Column("seconds", sql.Float, nullable=False),
    sql.Column("row_count", sql.Integer),
)
# Which letters were sent: not in the chain, which is about what happened and not who was told.
LETTERS = sql.Table(
    "letters",
    _METADATA,
    sql.Column("letter", sql.String, primary_key=True),
    _text("claimed_at", required=False),
    _text("sent_at", required=False),
)


def prepare(engine: sql.Engine) -> None:
    """Make the tables that are not there, and bring those of an earlier version up to date."""
    if _is_current(sql.inspect(engine)):
        return
    with engine.begin() as connection:
        # Of two that open a new register at once, the second finds it made.
        if connection.dialect.name == "sqlite":
            # Python's driver would commit each statement that changes a table by itself.
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif connection.dialect.name == "postgresql":
            connection.execute(sql.select(sql.func.pg_advisory_xact_lock(_PREPARING)))
        _METADATA.create_all(connection)
        if not _is_current(sql.inspect(connection)):
            _rebuild_submissions(connection)


def _is_current(found: sql.Inspector) -> bool:
    if not set(_METADATA.tables) <= set(found.get_table_names()):
        return False
    names = {column["name"] for column in found.get_columns(SUBMISSIONS.name)}
    return names >= {column.name for column in SUBMISSIONS.columns}


def _rebuild_submissions(connection: sql.Connection) -> None:
    """Give the submissions their new columns, and lose the rule that bytes may come only once."""
    kept = connection.execute(sql.text("select * from submissions")).mappings().all()
    SUBMISSIONS.drop(connection)
    SUBMISSIONS.create(connection)
    if kept:
        connection.execute(sql.insert(SUBMISSIONS), [dict(row) for row in kept])
