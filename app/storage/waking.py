"""The bell: rung when alerts are owed, by this very process or by another one, so that they leave at once.

In this process the database tells after its commit what was written. Others of a fleet hear of it by PostgreSQL's
NOTIFY. Nobody depends on it: a worker looks by itself every ``WALKBACK_IDLE_SECONDS``.
"""

import asyncio
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from sqlalchemy import exc

from app.storage.alerts import CHANNEL
from app.storage.database import Database
from app.storage.written import AlertsOwed, Written

if TYPE_CHECKING:
    import psycopg

LOOK_SECONDS = 0.2
REST_SECONDS = 5.0


class Bell:
    """``rung`` is set whenever alerts are owed. It belongs to the event loop in which it is hung up."""

    def __init__(self, database: Database) -> None:
        self.rung = asyncio.Event()
        self._database = database
        self._loop = asyncio.get_running_loop()
        self._is_over = threading.Event()
        self._ear = None if database.is_sqlite else threading.Thread(target=self._listen, name="bell", daemon=True)

    def __enter__(self) -> Self:
        self._database.listeners.append(self._hear)
        if self._ear is not None:
            self._ear.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.listeners.remove(self._hear)
        self._is_over.set()

    def wait_until_still(self) -> None:
        """When it is over: until its own connection is given back."""
        if self._ear is not None:
            self._ear.join()

    def _hear(self, kept: Sequence[Written]) -> None:
        """A listener of the database, called after a commit in whichever thread that was."""
        if any(isinstance(one, AlertsOwed) for one in kept):
            self._ring()

    def _ring(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is there any more
            self._loop.call_soon_threadsafe(self.rung.set)

    def _listen(self) -> None:
        """Hear what other processes say, over a connection of its own, until it is over; anew where that breaks."""
        import psycopg

        while not self._is_over.is_set():
            try:
                self._listen_once()
            except (exc.SQLAlchemyError, psycopg.Error):
                self._is_over.wait(REST_SECONDS)

    def _listen_once(self) -> None:
        with self._database.engine.connect() as plain:
            conn = plain.execution_options(isolation_level="AUTOCOMMIT")
            conn.exec_driver_sql(f"LISTEN {CHANNEL}")
            driver = cast("psycopg.Connection[Any]", conn.connection.driver_connection)
            try:
                while not self._is_over.is_set():
                    for _ in driver.notifies(timeout=LOOK_SECONDS, stop_after=1):
                        self._ring()
            finally:
                conn.invalidate()  # it listens: nobody else shall have it
