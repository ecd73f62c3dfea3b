"""Every difference between SQLite and PostgreSQL, in one place: how each is opened, and how values are kept."""

import json
import sqlite3
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from app.domain.errors import DatabaseGone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STALLED_AFTER_SECONDS = 60
DAY_SECONDS = 86_400
SQLITE_PRAGMAS: Mapping[str, str | int] = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "temp_store": "MEMORY",
    "cache_size": -512,  # for each of several connections; behind it the system's own cache is nearly as fast
    "journal_size_limit": 64 * 1024 * 1024,
}


class UtcTime(sa.TypeDecorator[datetime]):
    """An instant in UTC: TIMESTAMPTZ on PostgreSQL, microseconds since 1970 on SQLite; always aware in Python."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Integers where the database has no type for instants."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(sa.BigInteger())
        return dialect.type_descriptor(sa.DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuses an instant without a zone: it would mean something else on another machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"{value!r} has no time zone"
            raise ValueError(msg)
        return (value - EPOCH) // timedelta(microseconds=1) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Back to an aware instant in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return EPOCH + timedelta(microseconds=value)
        instant: datetime = value
        return instant.astimezone(UTC)


class Sha256(sa.TypeDecorator[str]):
    """A SHA-256: 64 hexadecimal digits in Python, its 32 bytes in the database."""

    impl = sa.LargeBinary(32)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002  (as every type)
        """Refuses what is not hexadecimal."""
        return None if value is None else bytes.fromhex(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:  # noqa: ARG002  (as every type)
        """Small letters, as everywhere."""
        return None if value is None else bytes(value).hex()


class UuidAsBytes(sa.Uuid[uuid.UUID]):
    """How SQLite keeps an id: as its 16 bytes. (It has no type for that, and SQLAlchemy's way are 32 digits.)"""

    def bind_processor(self, dialect: Dialect) -> Callable[[uuid.UUID | None], bytes | None]:  # noqa: ARG002  (as every type)
        """To the driver."""
        return lambda value: None if value is None else value.bytes

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002  (as every type)
        coltype: object,  # noqa: ARG002
    ) -> Callable[[bytes | None], uuid.UUID | None]:
        """And back."""
        return lambda value: None if value is None else uuid.UUID(bytes=value)


@compiles(sa.Uuid, "sqlite")
def _bytes(_element: sa.Uuid[uuid.UUID], _compiler: SQLCompiler, **_how: Any) -> str:
    return "BLOB"


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
"""A JSON value; binary on PostgreSQL."""
OptionalJson = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
"""The same, where None is no value."""


def later_of(one: sa.ColumnElement[datetime], other: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    """The later of two instants, neither of them null."""
    return _Later(one, other)


class _Later(sa.sql.functions.GenericFunction[datetime]):
    """``greatest`` on PostgreSQL; SQLite calls it ``max``."""

    type = UtcTime()
    inherit_cache = True
    name = "greatest"


@compiles(_Later, "sqlite")
def _max(element: _Later, compiler: SQLCompiler, **how: Any) -> str:
    return f"max({compiler.process(element.clauses, **how)})"


def day_of(conn: sa.Connection, at: sa.ColumnElement[datetime]) -> sa.ColumnElement[int]:
    """The number of the day of an instant, in UTC and since 1970."""
    if conn.dialect.name == "sqlite":
        return sa.type_coerce(at, sa.BigInteger) // (DAY_SECONDS * 1_000_000)
    return sa.cast(sa.func.floor(sa.extract("epoch", at) / DAY_SECONDS), sa.BigInteger)


def date_of_day(day: int) -> date:
    """The day of a number that :func:`day_of` gave."""
    return (EPOCH + timedelta(days=int(day))).date()


def insert_or_skip(conn: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that leaves alone a row whose key is already there."""
    return _insert_or_skip(conn.dialect.name, table)


@lru_cache
def _insert_or_skip(dialect: str, table: sa.Table) -> Any:
    """Made once: a statement that is made anew is worked out anew before it can be sent."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


def insert_or_replace(conn: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that gives a row whose key is already there all its other values."""
    return _insert_or_replace(conn.dialect.name, table)


@lru_cache
def _insert_or_replace(dialect: str, table: sa.Table) -> Any:
    insert = (postgresql.insert if dialect == "postgresql" else sqlite.insert)(table)
    keys = [column.name for column in table.primary_key]
    others = {column.name: insert.excluded[column.name] for column in table.columns if column.name not in keys}
    return insert.on_conflict_do_update(index_elements=keys, set_=others)


def alone(conn: sa.Connection, lock: int) -> None:
    """Wait until nobody else holds this lock, and hold it until the transaction ends. SQLite has one writer anyway."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_advisory_xact_lock(%(lock)s)", {"lock": lock})


def digits_of(conn: sa.Connection, key: sa.ColumnElement[uuid.UUID]) -> sa.ColumnElement[str]:
    """The 32 hexadecimal digits of an id."""
    if conn.dialect.name == "sqlite":
        return sa.func.lower(sa.func.hex(key))
    return sa.func.replace(sa.cast(key, sa.Text), "-", "")


def numbers_named(dialect: str, name: str) -> str:
    """SQL for a table of the numbers bound under this name (:func:`numbers_bound`), with a column ``value``."""
    is_sqlite = dialect == "sqlite"
    return f"json_each(:{name}) AS {name}" if is_sqlite else f"unnest(CAST(:{name} AS BIGINT[])) AS {name}(value)"


def numbers_bound(conn: sa.Connection, numbers: Iterable[int]) -> Any:
    """Any number of whole numbers as one bound value."""
    return json.dumps(list(numbers)) if conn.dialect.name == "sqlite" else list(numbers)


def estimate_rows(conn: sa.Connection, table: sa.Table) -> int | None:
    """About how many rows a table has, without counting them; None where nothing is known.

    PostgreSQL keeps an estimate since the last analysis of the table; on SQLite it is the number of the newest row,
    which is too high where rows were removed.
    """
    if conn.dialect.name == "postgresql":
        known = sa.text("SELECT reltuples FROM pg_class WHERE oid = CAST(CAST(:name AS text) AS regclass)")
        found = conn.execute(known, {"name": table.name}).scalar_one_or_none()
        return None if found is None or found < 0 else int(found)
    newest: sa.Select[Any] = sa.select(sa.func.max(sa.literal_column("rowid"))).select_from(table)
    return conn.execute(newest).scalar_one_or_none()


def reading_options(engine: sa.Engine) -> dict[str, Any]:
    """Options of a transaction in which every reading sees the record as it was at the first of them."""
    is_postgres = engine.dialect.name == "postgresql"
    return {"is_reading": True} | ({"isolation_level": "REPEATABLE READ"} if is_postgres else {})


def tune(engine: sa.Engine, *, busy_timeout_seconds: float) -> None:
    """Open SQLite the safe way: WAL, FULL, foreign keys, and BEGIN IMMEDIATE for every writing transaction.

    With a plain BEGIN 900 of 1,200 contended writes failed; with IMMEDIATE none (docs/decisions). A file that was
    taken away or replaced while the program runs is noticed: without that a connection would go on writing into a
    file that has no name any more.
    """
    if engine.dialect.name != "sqlite":
        _end_stalled_transactions(engine)
        return
    engine.dialect.colspecs = {**engine.dialect.colspecs, sa.Uuid: UuidAsBytes}
    opened = _OpenedFile(Path(engine.url.database or ""))

    @event.listens_for(engine, "do_connect")
    def _before_connect(*_: object) -> None:
        opened.check()

    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={int(busy_timeout_seconds * 1000)}")
        for name, value in SQLITE_PRAGMAS.items():
            connection.execute(f"PRAGMA {name}={value}")
        record.info["file"] = opened.note()

    @event.listens_for(engine, "checkout")
    def _on_checkout(_connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if opened.check() != record.info["file"]:
            raise exc.DisconnectionError("The database file was replaced.")

    @event.listens_for(engine, "begin")
    def _on_begin(conn: sa.Connection) -> None:
        is_reading = conn.get_execution_options().get("is_reading", False)
        conn.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _end_stalled_transactions(engine: sa.Engine) -> None:
    """Let PostgreSQL undo a transaction whose process says nothing for so long: it may hold what all others wait for.

    A worker that is stopped in the middle of one, or whose machine is lost, would hold the feed until its connection
    is given up, which may be hours.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.autocommit = True
        with closing(connection.cursor()) as cursor:
            cursor.execute(f"SET idle_in_transaction_session_timeout = '{STALLED_AFTER_SECONDS}s'")
        connection.autocommit = False


class _OpenedFile:
    """Which file stands under the name of a SQLite database; None for one in memory."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._has_stood = False

    def check(self) -> tuple[int, int] | None:
        """Device and number of the file.

        Raises:
            DatabaseGone: it was there before, and is not now.
        """
        try:
            known = self._path.stat()
        except OSError as error:
            if self._has_stood:
                raise DatabaseGone(f"{self._path.name} is not there any more.") from error
            return None
        return known.st_dev, known.st_ino

    def note(self) -> tuple[int, int] | None:
        """The same, of a file that has just been opened."""
        file = self.check()
        self._has_stood = file is not None
        return file
