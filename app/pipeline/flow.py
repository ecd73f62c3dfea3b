"""How much of one sort of work a worker has in hand: what waits for its turn, is being done, or is being written down.

Work is taken in groups, since taking one piece costs nearly as much as taking twenty. So a worker that gets on fast
takes a little ahead of its turns: as much as it would do in a tenth of a second. One that is held up takes nothing
ahead, and leaves the work to others.

A piece that waits long, as for a site that took the request and is silent, keeps no turn from others: after a while it
gives its own away and goes on waiting beside. So sites that never answer hold up nobody else.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

MOST_UNWRITTEN = 4
"""Pieces that wait to be written down, for each turn, before no more is taken."""
MOST_AHEAD = 4
"""Pieces that wait for their turn, for each turn, however fast the worker is."""
MEASURED_SECONDS = 0.05
PATIENCE_SECONDS = 1.0
"""How long a piece may take before it gives its turn away."""
MOST_BESIDE = 16
"""Pieces that wait without a turn, for each turn. One costs a connection and some kilobytes."""
MOST_DONE = 256
"""Pieces that are done at once, with a turn or without: fewer than there may be connections."""


class _Turn:
    """One turn: held, or given away while its piece goes on waiting."""

    def __init__(self) -> None:
        self.is_held = True


class Flow:
    """At most ``turns`` pieces are done at once. ``ahead_seconds`` is how much more may be taken, at the pace of late.

    ``more`` is set when there is room, and by whoever wants the worker to look up. With ``patience_seconds`` a piece
    that takes longer gives its turn away; without, it keeps it.
    """

    def __init__(
        self,
        turns: int,
        *,
        ahead_seconds: float = 0.0,
        patience_seconds: float | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self.more = asyncio.Event()
        self.in_hand = 0
        self.doing = 0
        self.beside = 0
        self.unwritten = 0
        self._turns = turns
        self._ahead_seconds = ahead_seconds
        self._patience_seconds = patience_seconds
        self._most_beside = max(min(MOST_BESIDE * turns, MOST_DONE - turns), 0)
        self._impatient: deque[_Turn] = deque()
        self._places = asyncio.Semaphore(turns)
        self._finished = 0
        self._a_second = 0.0
        self._seconds = seconds
        self._measured_at = seconds()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn, and have it while the block lasts, or until the block has lasted too long."""
        await self._places.acquire()
        mine, patience = _Turn(), None
        self.doing += 1
        if self._patience_seconds is not None:
            patience = asyncio.get_running_loop().call_later(self._patience_seconds, self._lose_patience, mine)
        try:
            yield
        finally:
            if patience is not None:
                patience.cancel()
            self._end_turn(mine)
            self._finished += 1

    def _lose_patience(self, slow: _Turn) -> None:
        self._impatient.append(slow)
        self._give_away()

    def _give_away(self) -> None:
        """Let others have the turns of those that take too long, as far as so many may wait beside."""
        while self._impatient and self.beside < self._most_beside:
            self._impatient.popleft().is_held = False
            self.beside += 1
            self.doing -= 1
            self._places.release()
            self._tell()

    def _end_turn(self, mine: _Turn) -> None:
        if mine.is_held:
            self.doing -= 1
            self._places.release()
            with suppress(ValueError):
                self._impatient.remove(mine)
        else:
            self.beside -= 1
            self._give_away()

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
        waiting = self.in_hand - self.doing - self.beside - self.unwritten
        free = self._turns - self.doing - waiting
        if free <= 0 and 2 * waiting >= ahead:
            return 0
        most = (1 + MOST_UNWRITTEN) * self._turns + ahead + self.beside - self.in_hand
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
