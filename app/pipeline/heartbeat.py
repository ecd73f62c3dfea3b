"""The heartbeat of a worker: every ten seconds it says that it lives, what it has in hand, and how fast it goes."""

import os
import platform
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app import __version__
from app.domain.service import Worker
from app.pipeline.newsroom import Newsroom
from app.storage import workers

BEAT_SECONDS = 10.0
MINUTE = timedelta(seconds=60)
FORGOTTEN_AFTER = timedelta(days=1)


@dataclass
class Heartbeat:
    """One worker, as it describes itself in its row."""

    newsroom: Newsroom
    worker_id: str
    concurrency: int
    _started_at: datetime = field(init=False)
    _earlier: deque[tuple[datetime, int]] = field(init=False, default_factory=deque)

    def __post_init__(self) -> None:
        self._started_at = self.newsroom.clock()

    def beat(self) -> None:
        """Write the row anew, and forget workers that have been gone for a day.

        Raises:
            StorageError: the database could not be used; the next beat tries again.
        """
        now = self.newsroom.clock()
        row = Worker(
            id=self.worker_id,
            host_name=platform.node(),
            pid=os.getpid(),
            version=__version__,
            started_at=self._started_at,
            seen_at=now,
            concurrency=self.concurrency,
            in_hand=self.newsroom.meter.in_hand,
            checks_per_minute=self._per_minute(now),
        )
        with self.newsroom.database.write() as conn:
            workers.mark_worker(conn, row)
            workers.forget_workers(conn, seen_before=now - FORGOTTEN_AFTER)
        self.newsroom.meter.note_beat(self.worker_id, now)

    def end(self) -> None:
        """Take the row away: the worker has stopped as it should.

        Raises:
            StorageError: the database could not be used; the worker will be shown as gone.
        """
        with self.newsroom.database.write() as conn:
            workers.remove_worker(conn, self.worker_id)

    def _per_minute(self, now: datetime) -> int:
        """The checks of the last minute, out of those of all beats in it; a shorter time is extrapolated."""
        done = self.newsroom.meter.checks_done
        self._earlier.append((now, done))
        while len(self._earlier) > 1 and now - self._earlier[1][0] >= MINUTE:
            self._earlier.popleft()
        since, before = self._earlier[0]
        seconds = (now - since).total_seconds()
        return round((done - before) * MINUTE.total_seconds() / seconds) if seconds > 0 else 0
