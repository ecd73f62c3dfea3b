"""How much of one sort of work a worker has in hand: what waits for its turn, is being done, or is being written down.

Work is taken in groups, since taking one piece costs nearly as much as taking twenty. So a worker that gets on fast
takes a little ahead of its turns: as much as it would do in a tenth of a second. One that is held up takes nothing
ahead, and leaves the work to others.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

MOST_UNWRITTEN = 4
"""Pieces that wait to be written down, for each turn, before no more is taken."""
MOST_AHEAD = 4
"""Pieces that wait for their turn, for each turn, however fast the worker is."""
MEASURED_SECONDS = 0.05


class Flow:
    """At most ``turns`` pieces are done at once. ``ahead_seconds`` is how much more may be taken, at the pace of late.

    ``more`` is set when there is room, and by whoever wants the worker to look up.
    """

    def __init__(
        self, turns: int, *, ahead_seconds: float = 0.0, seconds: Callable[[], float] = time.monotonic
    ) -> None:
        self.more = asyncio.Event()
        self.in_hand = 0
        self.doing = 0
        self.unwritten = 0
        self._turns = turns
        self._ahead_seconds = ahead_seconds
        self._places = asyncio.Semaphore(turns)
        self._finished = 0
        self._a_second = 0.0
        self._seconds = seconds
        self._measured_at = seconds()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts."""
        async with self._places:
            self.doing += 1
            try:
                yield
            finally:
                self.doing -= 1
                self._finished += 1

    @contextmanager
    def written(self) -> Iterator[None]:
        """Around the writing down of one piece, which needs no turn any more."""
        self.unwritten += 1
        self._tell()
        try:
            yield
        finally:
            self.unwritten -= 1

    def took(self, count: int) -> None:
        """So many pieces were taken; each is to be ended by :meth:`ended`."""
        self.in_hand += count

    def ended(self) -> None:
        """Nothing more is to be done about one piece."""
        self.in_hand -= 1
        self._tell()

    def room(self) -> int:
        """How many pieces should be taken now: none while there are enough for a while."""
        ahead = self._ahead()
        waiting = self.in_hand - self.doing - self.unwritten
        free = self._turns - self.doing - waiting
        if free <= 0 and 2 * waiting >= ahead:
            return 0
        most = (1 + MOST_UNWRITTEN) * self._turns + ahead - self.in_hand
        return max(min(free + ahead, most), 0)

    def _tell(self) -> None:
        if self.room():
            self.more.set()

    def _ahead(self) -> int:
        if not self._ahead_seconds:
            return 0
        now = self._seconds()
        seconds = now - self._measured_at
        if seconds >= MEASURED_SECONDS:
            self._a_second = (self._a_second + self._finished / seconds) / 2
            self._finished, self._measured_at = 0, now
        return int(min(self._a_second * self._ahead_seconds, MOST_AHEAD * self._turns))
