"""The time that a whole fleet goes by: the clock of the database's server, never that of a worker's own machine.

With PostgreSQL every instant that is written down, and every one that is compared with it, comes from one clock. So a
worker whose machine is an hour wrong neither takes work early nor holds it for too long, and the record does not mix
two times. SQLite serves one machine, which has one clock already.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa

Clock = Callable[[], datetime]
Transaction = AbstractContextManager[sa.Connection]
FRESH_SECONDS = 10.0
DRIFT = 1e-4
"""How wrong a counter of seconds may run; quartz is better than that."""


def steady_seconds() -> float:
    """Seconds since some moment that go on evenly, whatever the machine's clock says; sleep counts on Linux."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class ServerClock:
    """A clock that reads PostgreSQL's now and then, and counts the seconds that have gone by since.

    Calling it costs nothing but the first time. A reading is taken in transactions that are open anyway. It never
    runs behind the server, for a pause that somebody else keeps begins with what it says; those who take work go by
    what the server itself said, which is never ahead.
    """

    def __init__(
        self, transaction: Callable[[], Transaction], *, seconds: Callable[[], float] = steady_seconds
    ) -> None:
        """``transaction`` opens one in which the clock is kept fresh; only the first call needs it."""
        self._transaction = transaction
        self._seconds = seconds
        self._reading: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        """Now on the server, or later by at most the shortest round trip of late, and by what quartz drifts meanwhile.

        Raises:
            StorageError: at the first call only, where the server cannot be asked.
        """
        if self._reading is None:
            with self._transaction() as conn:
                return self.read(conn)
        at, counted = self._reading
        return at + timedelta(seconds=self._seconds() - counted)

    def read(self, conn: sa.Connection) -> datetime:
        """Now, as the server says it at this moment; one round trip."""
        before = self._seconds()
        at: datetime = conn.execute(sa.text("SELECT clock_timestamp()")).scalar_one()
        trip = timedelta(seconds=self._seconds() - before)
        self._reading = (self._latest(at, before, trip), before)
        return at

    def _latest(self, at: datetime, before: float, trip: timedelta) -> datetime:
        """The latest that it can have been when the reading began: what the ones before say, where that is narrower."""
        if self._reading is None:
            return at
        known, counted = self._reading
        guess = known + timedelta(seconds=(before - counted) * (1 + DRIFT))
        return guess if at - trip <= guess < at else at

    def keep_fresh(self, conn: sa.Connection) -> None:
        """Read again where the last reading is no longer fresh."""
        if self._reading is None or self._seconds() - self._reading[1] > FRESH_SECONDS:
            self.read(conn)


def now_in(conn: sa.Connection, clock: Clock) -> datetime:
    """The time inside a transaction that gives or takes leases: asked of the server, where that is whose clock counts.

    A clock that a test has stopped stays stopped.
    """
    return clock.read(conn) if isinstance(clock, ServerClock) else clock()
