"""The worker: takes checks and alerts as they fall due, a few at a time, until it is told to stop."""

import asyncio
import secrets
import threading
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

import structlog

from app.domain.errors import StorageError
from app.pipeline.archive_history import compare_behind
from app.pipeline.backfilling import do_backfill, give_back_backfills, take_backfills
from app.pipeline.flow import PATIENCE_SECONDS, Flow
from app.pipeline.heartbeat import BEAT_SECONDS, Heartbeat
from app.pipeline.indexing import make_searchable
from app.pipeline.keeper import Keeper
from app.pipeline.newsroom import Newsroom
from app.pipeline.old_checks import pack_old_checks
from app.pipeline.poll import Duty, give_back, keep_seen, look_in_time, take_duties
from app.pipeline.post_room import PostRoom
from app.pipeline.rebuild import compare_owed
from app.pipeline.spending import count_demand
from app.pipeline.warming import warm_up
from app.pipeline.watchman import watch_over

log = structlog.get_logger()
LONGEST_PAUSE_SECONDS = 60.0
MOST_DOUBLINGS = 10
AHEAD_SECONDS = 0.1
"""Checks that are taken before there is room for their requests: as many as are made in this time."""
REST_FACTOR = 10
WATCH_EVERY_SECONDS = 60.0
T = TypeVar("T")


class Worker:
    """Polls and delivers with at most ``concurrency`` requests in flight of each sort.

    Of checks there may be more: those that have waited for their site longer than ``patience_seconds`` do not count.

    ``stop()`` ends it cleanly: nothing more is taken, and what was taken is finished, or given back where that takes
    longer than ``grace_seconds``.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        *,
        concurrency: int,
        idle_seconds: float,
        grace_seconds: float = 30.0,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._newsroom = newsroom
        self._concurrency = concurrency
        self._idle_seconds = idle_seconds
        self._grace_seconds = grace_seconds
        self._patience_seconds = patience_seconds
        self._stopping = asyncio.Event()
        self._leaving = threading.Event()
        self._flows: list[Flow] = []
        self.id = secrets.token_hex(3)

    def stop(self) -> None:
        """Take nothing more; :meth:`run` returns when what was taken is finished or given back."""
        self._stopping.set()
        self._leaving.set()
        for flow in self._flows:
            flow.more.set()

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
            past = (partial(take_backfills, room), partial(do_backfill, room), partial(give_back_backfills, room))
            group.create_task(self._deliver())
            group.create_task(self._do(*past))
            beside = {
                group.create_task(self._now_and_then(compare_owed)),
                group.create_task(self._now_and_then(compare_behind)),
                group.create_task(self._now_and_then(count_demand)),
                group.create_task(self._now_and_then(partial(pack_old_checks, rest=self._leaving.wait))),
                group.create_task(self._now_and_then(partial(make_searchable, rest=self._leaving.wait))),
                group.create_task(watch_over(room, self._stopping, every_seconds=WATCH_EVERY_SECONDS, delivers=False)),
                group.create_task(_guarded(asyncio.to_thread(warm_up, room))),
            }
            await self._stopping.wait()
            _, late = await asyncio.wait(beside, timeout=self._grace_seconds)
            for task in late:
                task.cancel()
        await _guarded(asyncio.to_thread(heartbeat.end))
        log.info("worker.stopped")

    async def _deliver(self) -> None:
        """Send what is owed."""
        post_room = PostRoom(
            self._newsroom,
            self._stopping,
            _guarded,
            concurrency=self._concurrency,
            idle_seconds=self._idle_seconds,
            grace_seconds=self._grace_seconds,
        )
        await post_room.run()

    async def _poll(self) -> None:
        """Look at what is due. A look that is finished leaves its turn to the next while it is written down."""
        room, flow = self._newsroom, self._flow(ahead_seconds=AHEAD_SECONDS, patience_seconds=self._patience_seconds)
        keeper = Keeper(room, others=lambda: flow.doing)

        async def do(duty: Duty) -> None:
            with room.meter.check_in_hand():
                async with flow.turn():
                    seen = await look_in_time(room, duty)
                if seen is not None:
                    with flow.written():
                        await keep_seen(room, duty, seen, keeper)

        await self._work(flow, partial(take_duties, room), do, partial(give_back, room))

    async def _do(
        self,
        take: Callable[..., Sequence[T]],
        do: Callable[[T], Coroutine[Any, Any, None]],
        undo: Callable[[Sequence[T]], None],
    ) -> None:
        """Do what is to be done of another sort, each piece in one go."""
        flow = self._flow()

        async def in_turn(one: T) -> None:
            async with flow.turn():
                await do(one)

        await self._work(flow, take, in_turn, undo)

    def _flow(self, *, ahead_seconds: float = 0.0, patience_seconds: float | None = None) -> Flow:
        self._flows.append(Flow(self._concurrency, ahead_seconds=ahead_seconds, patience_seconds=patience_seconds))
        return self._flows[-1]

    async def _work(
        self,
        flow: Flow,
        take: Callable[..., Sequence[T]],
        do: Callable[[T], Coroutine[Any, Any, None]],
        undo: Callable[[Sequence[T]], None],
    ) -> None:
        """Keep as much work of one sort in hand as ``flow`` has room for; a slow piece holds up none of the others."""
        in_hand: dict[asyncio.Task[bool], T] = {}
        failures = 0

        def end(task: asyncio.Task[bool]) -> None:
            del in_hand[task]
            flow.ended()

        while not self._stopping.is_set():
            flow.more.clear()
            taken: Sequence[T] = ()
            if free := flow.room():
                box: list[Sequence[T]] = []
                failures = 0 if await _guarded(self._take(take, free, box)) else failures + 1
                taken = box[0] if box else ()
            if self._stopping.is_set():
                await _guarded(asyncio.to_thread(undo, taken))
                break
            flow.took(len(taken))
            for one in taken:
                task = asyncio.create_task(_guarded(do(one)))
                in_hand[task] = one
                task.add_done_callback(end)
            if not taken:
                seconds = min(self._idle_seconds * 2 ** min(failures, MOST_DOUBLINGS), LONGEST_PAUSE_SECONDS)
                await self._pause(seconds, flow.more)
        await self._end(in_hand, undo)

    async def _end(self, in_hand: Mapping[asyncio.Task[bool], T], undo: Callable[[Sequence[T]], None]) -> None:
        """Finish what is in hand; what is not finished when the grace is over is left off and given back."""
        pieces = dict(in_hand)
        late = (await asyncio.wait(pieces, timeout=self._grace_seconds))[1] if pieces else set()
        if late:
            for task in late:
                task.cancel()
            await asyncio.wait(late)
            log.warning("worker.gave_back", pieces=len(late), grace_seconds=self._grace_seconds)
            await _guarded(asyncio.to_thread(undo, [pieces[task] for task in late]))

    async def _beat(self, heartbeat: Heartbeat) -> None:
        """Say again and again that this worker lives."""
        while not self._stopping.is_set():
            await _guarded(asyncio.to_thread(heartbeat.beat))
            await self._pause(BEAT_SECONDS)

    async def _now_and_then(self, work: Callable[[Newsroom], object]) -> None:
        """What is not done check by check, such as comparing later what could not be compared at once."""
        while not self._stopping.is_set():
            await _guarded(asyncio.to_thread(work, self._newsroom))
            await self._pause(self._idle_seconds * REST_FACTOR)

    async def _take(self, take: Callable[..., Sequence[T]], limit: int, box: list[Sequence[T]]) -> None:
        box.append(await self._newsroom.hands.do(partial(take, limit=limit)))

    async def _pause(self, seconds: float, woken: asyncio.Event | None = None) -> None:
        """Until somebody wakes us, the worker is to stop, or the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await (self._stopping if woken is None else woken).wait()


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
