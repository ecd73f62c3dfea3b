"""The worker: takes checks and alerts as they fall due, a few at a time, until it is told to stop."""

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import structlog

from app.domain.errors import StorageError
from app.pipeline.archive_history import compare_behind
from app.pipeline.backfilling import do_backfill, give_back_backfills, take_backfills
from app.pipeline.deliver import deliver, take_alerts
from app.pipeline.deliver import give_back as give_back_alerts
from app.pipeline.heartbeat import BEAT_SECONDS, Heartbeat
from app.pipeline.keeper import Keeper
from app.pipeline.looking import look
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import Duty, give_back, keep_seen, take_duties
from app.pipeline.rebuild import compare_owed
from app.pipeline.spending import count_demand
from app.pipeline.warming import warm_up
from app.pipeline.watchman import watch_over

log = structlog.get_logger()
LONGEST_PAUSE_SECONDS = 60.0
MOST_DOUBLINGS = 10
LINGER_SECONDS = 0.004
"""Pause before more is taken for those in hand that are just being finished: work is taken for all of them at once."""
MOST_UNWRITTEN = 4
"""Looks that wait to be written down, for each request in flight, before the worker makes no more of them."""
REST_FACTOR = 10
WATCH_EVERY_SECONDS = 60.0
T = TypeVar("T")


class Unwritten:
    """How many looks are finished and wait to be written down; ``more`` tells that there is one more."""

    def __init__(self) -> None:
        self.count = 0
        self.more = asyncio.Event()

    @contextmanager
    def one(self) -> Iterator[None]:
        """One look that is being written down."""
        self.count += 1
        self.more.set()
        try:
            yield
        finally:
            self.count -= 1


class Worker:
    """Polls and delivers with at most ``concurrency`` requests in flight of each sort.

    ``stop()`` ends it cleanly: nothing more is taken, and what was taken is finished, or given back where that takes
    longer than ``grace_seconds``.
    """

    def __init__(
        self, newsroom: Newsroom, *, concurrency: int, idle_seconds: float, grace_seconds: float = 30.0
    ) -> None:
        self._newsroom = newsroom
        self._concurrency = concurrency
        self._idle_seconds = idle_seconds
        self._grace_seconds = grace_seconds
        self._stopping = asyncio.Event()
        self.id = secrets.token_hex(3)

    def stop(self) -> None:
        """Take nothing more; :meth:`run` returns when what was taken is finished or given back."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until :meth:`stop` is called."""
        with structlog.contextvars.bound_contextvars(worker=self.id):
            await self._run()

    async def _run(self) -> None:
        log.info("worker.started", concurrency=self._concurrency)
        room = self._newsroom
        heartbeat = Heartbeat(room, self.id, self._concurrency)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._beat(heartbeat))
            group.create_task(self._poll())
            group.create_task(
                self._work(partial(take_alerts, room), partial(deliver, room), partial(give_back_alerts, room))
            )
            past = (partial(take_backfills, room), partial(do_backfill, room), partial(give_back_backfills, room))
            group.create_task(self._work(*past))
            beside = {
                group.create_task(self._now_and_then(compare_owed)),
                group.create_task(self._now_and_then(compare_behind)),
                group.create_task(self._now_and_then(count_demand)),
                group.create_task(watch_over(room, self._stopping, every_seconds=WATCH_EVERY_SECONDS, delivers=False)),
                group.create_task(_guarded(asyncio.to_thread(warm_up, room))),
            }
            await self._stopping.wait()
            _, late = await asyncio.wait(beside, timeout=self._grace_seconds)
            for task in late:
                task.cancel()
        await _guarded(asyncio.to_thread(heartbeat.end))
        log.info("worker.stopped")

    async def _poll(self) -> None:
        """Look at what is due. A look that is finished leaves its place to the next while it is written down."""
        room, keeper, unwritten = self._newsroom, Keeper(self._newsroom), Unwritten()

        async def do(duty: Duty) -> None:
            with room.meter.check_in_hand():
                seen = await look(room, duty.check, duty.watch)
                with unwritten.one():
                    await keep_seen(room, duty, seen, keeper)

        await self._work(partial(take_duties, room), do, partial(give_back, room), unwritten)

    async def _work(
        self,
        take: Callable[..., Sequence[T]],
        do: Callable[[T], Coroutine[Any, Any, None]],
        undo: Callable[[Sequence[T]], None],
        unwritten: Unwritten | None = None,
    ) -> None:
        """Keep up to ``concurrency`` pieces of work of one sort in hand; a slow one holds up none of the others.

        Those that only wait to be written down count no more, unless there are many of them.
        """
        unwritten = unwritten or Unwritten()
        in_hand: dict[asyncio.Task[bool], T] = {}
        failures = 0
        while not self._stopping.is_set():
            free = self._concurrency - len(in_hand) + min(unwritten.count, MOST_UNWRITTEN * self._concurrency)
            taken: Sequence[T] = ()
            if free:
                box: list[Sequence[T]] = []
                failures = 0 if await _guarded(_take(take, free, box)) else failures + 1
                taken = box[0] if box else ()
            if self._stopping.is_set():
                await _guarded(asyncio.to_thread(undo, taken))
                break
            in_hand |= {asyncio.create_task(_guarded(do(one))): one for one in taken}
            if not taken:
                seconds = min(self._idle_seconds * 2 ** min(failures, MOST_DOUBLINGS), LONGEST_PAUSE_SECONDS)
                await self._pause(in_hand, seconds, unwritten.more)
                await asyncio.sleep(LINGER_SECONDS if in_hand else 0)
            in_hand = {task: one for task, one in in_hand.items() if not task.done()}
        await self._end(in_hand, undo)

    async def _end(self, in_hand: Mapping[asyncio.Task[bool], T], undo: Callable[[Sequence[T]], None]) -> None:
        """Finish what is in hand; what is not finished when the grace is over is left off and given back."""
        late = (await asyncio.wait(in_hand, timeout=self._grace_seconds))[1] if in_hand else set()
        if late:
            for task in late:
                task.cancel()
            await asyncio.wait(late)
            log.warning("worker.gave_back", pieces=len(late), grace_seconds=self._grace_seconds)
            await _guarded(asyncio.to_thread(undo, [in_hand[task] for task in late]))

    async def _beat(self, heartbeat: Heartbeat) -> None:
        """Say again and again that this worker lives."""
        while not self._stopping.is_set():
            await _guarded(asyncio.to_thread(heartbeat.beat))
            await self._pause(set(), BEAT_SECONDS)

    async def _now_and_then(self, work: Callable[[Newsroom], object]) -> None:
        """What is not done check by check, such as comparing later what could not be compared at once."""
        while not self._stopping.is_set():
            await _guarded(asyncio.to_thread(work, self._newsroom))
            await self._pause((), self._idle_seconds * REST_FACTOR)

    async def _pause(
        self, in_hand: Iterable[asyncio.Task[bool]], seconds: float, woken: asyncio.Event | None = None
    ) -> None:
        """Until something in hand is finished, somebody wakes us, the worker is to stop, or the time is over."""
        events = (self._stopping,) if woken is None else (self._stopping, woken)
        waits = {asyncio.create_task(event.wait()) for event in events}
        await asyncio.wait({*waits, *in_hand}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        if woken is not None:
            woken.clear()


async def _take(take: Callable[..., Sequence[T]], limit: int, box: list[Sequence[T]]) -> None:
    box.append(await asyncio.to_thread(take, limit=limit))


async def _guarded(work: Coroutine[Any, Any, Any]) -> bool:
    """Do a piece of work; True where it went well. Nothing that goes wrong in one piece ends the watching."""
    try:
        await work
    except StorageError as error:
        log.warning("worker.storage", error=error.slug, message=error.message)
    except Exception:  # the last line of defence of the worker
        log.exception("worker.mistake")
    else:
        return True
    return False
