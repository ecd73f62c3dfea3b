"""The one door to the database: a transaction for reading, a transaction for writing, and the only commit.

with database.write() as conn:      # all of it happens, or none
    beginnings.add_statement(conn, ...)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, Self

import sqlalchemy as sa
from sqlalchemy import event, exc

from app.domain.errors import DatabaseBusy, DatabaseGone, DatabaseReadOnly, StorageError
from app.storage.dialect import reading_options, tune
from app.storage.json_values import read_json, write_json
from app.storage.server_time import ServerClock
from app.storage.strangers import hidden
from app.storage.together import count_waiting, forget_waiting
from app.storage.written import Listener, noted, start_noting

Connection = sa.Connection
"""An open transaction, as the steps of the pipeline hand it on."""

ASKED_BY_STRANGERS = "is_asked_by_strangers"

POSTGRES_CODES = {
    "40001": DatabaseBusy,
    "40P01": DatabaseBusy,
    "55P03": DatabaseBusy,
    "25006": DatabaseReadOnly,
    "25P03": DatabaseGone,
}
ADDRESSES = "The database address is not one of sqlite:///FILE or postgresql+psycopg://USER@HOST/NAME."
DRIVERS = {"sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"}
MOST_CONNECTIONS = 40
LOST_CLASSES = {"08", "53", "57", "58"}
"""SQLSTATE classes: connection, resources, operator intervention, system error."""


class Database:
    """One database, by its SQLAlchemy address."""

    def __init__(self, url: str, *, pool_size: int = 8, busy_timeout_seconds: float = 15.0) -> None:
        """Opens nothing yet. ``sqlite:///file.db`` or ``postgresql+psycopg://user@host/name``.

        ``pool_size`` connections are kept open; more are opened while they are needed.
        ``busy_timeout_seconds`` is how long a transaction waits for another writer of a SQLite file.

        Raises:
            StorageError: the address cannot be understood, or its driver is not installed.
        """
        self.url = url
        self.listeners: list[Listener] = []
        try:
            _refuse_others(sa.make_url(url))
            self.engine = sa.create_engine(
                url,
                json_deserializer=read_json,
                json_serializer=write_json,
                pool_size=pool_size,
                max_overflow=MOST_CONNECTIONS - pool_size,
                pool_use_lifo=True,  # few connections do all the work, and the others hold no pages in memory
                pool_pre_ping=not url.startswith("sqlite"),
                query_cache_size=500,
            )
        except (exc.ArgumentError, exc.NoSuchModuleError) as error:
            raise StorageError(ADDRESSES) from error
        except ImportError as error:
            msg = "PostgreSQL needs the extra packages: pip install 'walkback[postgres]'."
            raise StorageError(msg) from error
        tune(self.engine, busy_timeout_seconds=busy_timeout_seconds)
        event.listen(self.engine, "before_cursor_execute", _hide, retval=True)
        event.listen(self.engine, "checkin", self._end_late)
        self._is_closed = False
        self._clock: ServerClock | None = None

    @property
    def is_sqlite(self) -> bool:
        """True for one file on this machine."""
        return self.engine.dialect.name == "sqlite"

    def server_clock(self) -> ServerClock | None:
        """The clock of the server, kept right by every transaction from now on; None where there is no server."""
        if self._clock is None and not self.is_sqlite:
            self._clock = ServerClock(self.read)
        return self._clock

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """One consistent view. What is written in it is lost."""
        with _named_errors(self), self.engine.connect() as conn:
            reading = conn.execution_options(**reading_options(self.engine), **self._asked_by())
            transaction = reading.begin()
            try:
                self._look_at_clock(reading)
                yield reading
            finally:
                transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """One transaction: committed at the end of the block, undone where the block raises.

        The ``listeners`` are told what was written, once it is kept.
        """
        with _named_errors(self), self.engine.connect() as conn:
            start_noting(conn)
            with conn.begin():
                self._look_at_clock(conn)
                yield conn
            kept = noted(conn)
        for listen in self.listeners if kept else ():
            listen(kept)

    @contextmanager
    def piece(self, conn: sa.Connection) -> Iterator[None]:
        """A piece of an open transaction that is undone by itself where the block raises, and leaves the rest alone."""
        with _named_errors(self), _piece(conn):
            yield

    def within(self, conn: sa.Connection) -> "Database":
        """The same database for steps that are to be part of a transaction which is open already."""
        return _OpenTransaction(self, conn)

    def for_strangers(self) -> "Database":
        """The same database as those see it who have no key: what is public, to read."""
        return _SeenByStrangers(self)

    def _asked_by(self) -> dict[str, Any]:
        return {}

    def _look_at_clock(self, conn: sa.Connection) -> None:
        if self._clock is not None:
            self._clock.keep_fresh(conn)

    def close(self) -> None:
        """Give back every connection; one that a thread still uses ends when it is done with it."""
        self._is_closed = True
        self.engine.dispose()

    def _end_late(self, _dbapi: object, connection: Any) -> None:
        if self._is_closed:
            connection.invalidate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _OpenTransaction(Database):
    """A database seen from inside a transaction: what is written becomes part of it, and is committed with it."""

    def __init__(self, outer: Database, conn: sa.Connection) -> None:
        self.url = outer.url
        self.listeners = outer.listeners
        self.engine = outer.engine
        self._clock = None
        self._conn = conn

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        yield self._conn

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        with _piece(self._conn):
            yield self._conn

    def close(self) -> None:
        """Nothing: the connection belongs to the transaction."""


class _SeenByStrangers(Database):
    """A database of which only that is there which strangers may read."""

    def __init__(self, outer: Database) -> None:
        self.url = outer.url
        self.listeners = []
        self.engine = outer.engine
        self._clock = outer._clock  # noqa: SLF001  # the same class

    def write(self) -> NoReturn:
        """Nothing.

        Raises:
            DatabaseReadOnly: always.
        """
        raise DatabaseReadOnly("Nothing can be written without a key.")

    def for_strangers(self) -> Database:
        return self

    def _asked_by(self) -> dict[str, Any]:
        return {ASKED_BY_STRANGERS: True}

    def close(self) -> None:
        """Nothing: the connections belong to the database itself."""


def _hide(
    conn: sa.Connection, _cursor: object, statement: str, parameters: Any, _context: object, _many: object
) -> tuple[str, Any]:
    if conn.get_execution_options().get(ASKED_BY_STRANGERS, False):
        statement = hidden(statement, is_sqlite=conn.dialect.name == "sqlite")
    return statement, parameters


def _refuse_others(address: sa.URL) -> None:
    """No other kind of database is known here; and one in memory would be another one for each connection.

    Raises:
        StorageError: it is no file, and no PostgreSQL.
    """
    is_in_memory = address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:")
    if address.drivername not in DRIVERS or is_in_memory:
        raise StorageError(ADDRESSES)


@contextmanager
def _piece(conn: sa.Connection) -> Iterator[None]:
    """A savepoint; what was noted in it, or waits, is forgotten where it is undone. Of nested ones the last counts.

    It is spoken plainly: SQLAlchemy's own makes and compiles two statements for each.
    """
    kept, waiting = len(noted(conn)), count_waiting(conn)
    conn.exec_driver_sql("SAVEPOINT piece")
    try:
        yield
    except BaseException:
        del noted(conn)[kept:]
        forget_waiting(conn, waiting)
        if not (conn.closed or conn.invalidated):
            conn.exec_driver_sql("ROLLBACK TO SAVEPOINT piece")
            conn.exec_driver_sql("RELEASE SAVEPOINT piece")
        raise
    conn.exec_driver_sql("RELEASE SAVEPOINT piece")


@contextmanager
def _named_errors(database: Database) -> Iterator[None]:
    try:
        yield
    except exc.TimeoutError as error:
        raise DatabaseBusy("Every connection to the database is in use.") from error
    except exc.DBAPIError as error:
        named = _name(error, database)
        if named is None:
            raise
        raise named from error


def _name(error: exc.DBAPIError, database: Database) -> StorageError | None:
    """Our own name for what a driver said, or None for a mistake of the program."""
    if database.is_sqlite:
        return _name_sqlite(error, Path(database.engine.url.database or "").name)
    return _name_postgres(error)


def _name_sqlite(error: exc.DBAPIError, file: str) -> StorageError | None:
    code = getattr(error.orig, "sqlite_errorname", "")
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy(f"{file} is locked by another program.")
    if code.startswith("SQLITE_READONLY"):
        return DatabaseReadOnly(f"{file} cannot be written to; look at the rights of the file and its folder.")
    if code.startswith(("SQLITE_CANTOPEN", "SQLITE_NOTADB", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_CORRUPT")):
        return DatabaseGone(f"{file} cannot be used: {error.orig}.")
    return None


def _name_postgres(error: exc.DBAPIError) -> StorageError | None:
    state = getattr(error.orig, "sqlstate", None)
    if state in POSTGRES_CODES:
        return POSTGRES_CODES[state](f"PostgreSQL gave up the transaction ({state}).")
    if error.connection_invalidated or (
        isinstance(error, exc.OperationalError) and (state or "08")[:2] in LOST_CLASSES
    ):
        return DatabaseGone("PostgreSQL cannot be reached, or closed the connection.")
    return None
