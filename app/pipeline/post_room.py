"""The post room of a worker: takes alerts in groups, sends them side by side, and writes down in groups how it went.

    wait for a ring ─▶ one transaction: what was tried is noted, what is due is taken ─▶ sent side by side ─┐
          ▲                                                                                                 │
          └──────────────────────────── some are finished, or the bell rings ◀──────────────────────────────┘

While one group is written down, what is finished meanwhile is the next: a lone alert waits for nobody, and a busy post
room pays for one transaction where it would have paid for fifty.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

import structlog

from app.delivery.outgoing import Failed
from app.domain.errors import StorageError
from app.domain.ids import DestinationId
from app.pipeline.deliver import Tried, give_back, log_results, note_in, note_results, send, take_in
from app.pipeline.newsroom import Newsroom
from app.storage.outbox import MOST_OF_DESTINATION, TakenAlert
from app.storage.waking import Bell

log = structlog.get_logger()
FOR_EACH_FETCH = 16
"""Alerts on their way for each fetch that the worker may have in flight: most of them wait for a receiver."""
FAILING_SHARE = 4
"""At most one in so many of them goes to a receiver that took nothing of late."""
LINGER_SECONDS = 0.004
GROUP = 32
"""So many finished ones are written down without waiting for more."""
MOST_TO_QUICK = 64
QUICK_SECONDS = 0.4
"""A receiver that answers in a tenth of it may be sent ten at a time."""
SMOOTHING = 0.2
MOST_KNOWN = 10_000
LONGEST_PAUSE_SECONDS = 60.0
Guard = Callable[[Coroutine[Any, Any, Any]], Coroutine[Any, Any, bool]]
"""Does a piece of work, whatever goes wrong in it; true where it went well."""


class Pace:
    """How quick receivers are: who answers at once may be sent more alerts at a time."""

    def __init__(self) -> None:
        self._seconds: dict[DestinationId, float] = {}

    def note(self, tried: Sequence[Tried]) -> None:
        """Learn from tries; one without an answer makes a receiver slow."""
        for taken, result in tried:
            key = taken.alert.destination_id
            took = QUICK_SECONDS if isinstance(result, Failed) else result.elapsed_seconds
            known = self._seconds.pop(key, QUICK_SECONDS)
            self._seconds[key] = known + SMOOTHING * (took - known) if took < known else took
        while len(self._seconds) > MOST_KNOWN:
            del self._seconds[next(iter(self._seconds))]

    def most(self) -> dict[DestinationId, int]:
        """How many may be on their way to each receiver that is quick; to others it is the usual number."""
        found = {key: min(int(QUICK_SECONDS / max(took, 1e-4)), MOST_TO_QUICK) for key, took in self._seconds.items()}
        return {key: most for key, most in found.items() if most > MOST_OF_DESTINATION}


class PostRoom:
    """Delivers alerts until ``stopping`` is set; what is in hand then is finished, or given back after the grace."""

    def __init__(
        self,
        newsroom: Newsroom,
        stopping: asyncio.Event,
        guard: Guard,
        *,
        concurrency: int,
        idle_seconds: float,
        grace_seconds: float,
    ) -> None:
        self._newsroom = newsroom
        self._stopping = stopping
        self._guard = guard
        self._most = FOR_EACH_FETCH * concurrency
        self._idle_seconds = idle_seconds
        self._grace_seconds = grace_seconds
        self._sending: dict[asyncio.Task[bool], TakenAlert] = {}
        self._tried: list[Tried] = []
        self._pace = Pace()
        self._is_gone = False

    async def run(self) -> None:
        """Deliver until it is time to stop."""
        failures = 0
        with Bell(self._newsroom.database) as bell:
            while not self._stopping.is_set():
                taken = await self._round()
                failures = failures + 1 if taken is None else 0
                for one in taken or ():
                    self._sending[asyncio.create_task(self._guard(self._send(one)))] = one
                if not taken:
                    pause = min(self._idle_seconds * 2 ** min(failures, 10), LONGEST_PAUSE_SECONDS)
                    await self._pause(bell, pause)
            await self._end()
        await asyncio.to_thread(bell.wait_until_still)

    async def _round(self) -> Sequence[TakenAlert] | None:
        """Write down what was tried and take what is due, in one transaction; None where that went wrong."""
        tried, self._tried = self._tried, []
        box: list[Sequence[TakenAlert]] = []
        if await self._guard(self._in_thread(tried, box)):
            return box[0]
        if self._is_gone:
            self._tried = tried + self._tried  # the database is away: they are written down when it is back
        else:
            for one in tried:  # a mistake of the program in one of them: each alone, so that one alone fails
                await self._guard(asyncio.to_thread(note_results, self._newsroom, [one]))
        return None

    async def _in_thread(self, tried: Sequence[Tried], box: list[Sequence[TakenAlert]]) -> None:
        free = self._most - len(self._sending)
        failing = sum(one.failing_since is not None for one in self._sending.values())
        most_failing = max(self._most // FAILING_SHARE - failing, 0)
        try:
            box.append(await asyncio.to_thread(self._write, tried, free, most_failing))
        except StorageError:
            self._is_gone = True
            raise
        self._is_gone = False

    def _write(self, tried: Sequence[Tried], free: int, most_failing: int) -> Sequence[TakenAlert]:
        room = self._newsroom
        taken: Sequence[TakenAlert] = ()
        with room.database.write() as conn:
            lost, finished = note_in(conn, room, tried)
            if free:  # behind it: what is noted is no longer on its way
                taken = take_in(conn, room, limit=free, pace=self._pace.most(), most_failing=most_failing)
        log_results(room, finished, lost)
        return taken

    async def _send(self, taken: TakenAlert) -> None:
        result = await send(self._newsroom, taken)
        self._tried.append((taken, result))
        self._pace.note(self._tried[-1:])

    async def _pause(self, bell: Bell, seconds: float) -> None:
        """Until something is tried, the bell rings, the worker is to stop, or the time is over."""
        waits = {asyncio.create_task(event.wait()) for event in (self._stopping, bell.rung)}
        await asyncio.wait({*waits, *self._sending}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        bell.rung.clear()
        self._forget_done()
        if self._sending and len(self._tried) < GROUP:
            await asyncio.sleep(LINGER_SECONDS)
            self._forget_done()

    def _forget_done(self) -> None:
        self._sending = {task: one for task, one in self._sending.items() if not task.done()}

    async def _end(self) -> None:
        """Finish what is in hand; what is not finished when the grace is over is left off and given back."""
        late = (await asyncio.wait(self._sending, timeout=self._grace_seconds))[1] if self._sending else set()
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)
            log.warning("worker.gave_back", pieces=len(late), grace_seconds=self._grace_seconds)
        if self._tried:
            await self._guard(asyncio.to_thread(note_results, self._newsroom, self._tried))
        left = [self._sending[task] for task in late]
        await self._guard(asyncio.to_thread(give_back, self._newsroom, left))
