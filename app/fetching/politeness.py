"""Asking one site one thing at a time: a turn is held from before the request until its answer has been read.

The gap is counted from the end of a request, never from when work was handed out: otherwise a slow answer and the
next question would overlap. This keeper serves one process; what it keeps to are the rules of app.fetching.pace.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.errors import HostResting
from app.fetching.pace import HostPace, PaceRules, after_answer, after_leaving, ready_at

Clock = Callable[[], datetime]
Sleep = Callable[[float], Awaitable[None]]

_SWEEP_AT_HOSTS = 10_000


@dataclass(slots=True)
class _Host:
    pace: HostPace = field(default_factory=HostPace)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class HostTurn:
    """The right to ask one host once; hears what came back. ``status`` is None while nothing did."""

    def __init__(self, host: _Host, now: Clock) -> None:
        self._host = host
        self._now = now
        self.status: int | None = None

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Keep what the host asks for: Retry-After, and slowing down on 429 and 503."""
        self.status = status
        self._host.pace = after_answer(self._host.pace, status, headers, self._now())


class HostKeeper:
    """One turn at a time per host, with its gap. ``patience_seconds`` is the longest pause that is waited for."""

    def __init__(self, rules: PaceRules, *, patience_seconds: float = 60.0, sleep: Sleep = asyncio.sleep) -> None:
        self._rules = rules
        self._patience_seconds = patience_seconds
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    def ready_at(self, host: str, now: datetime) -> datetime:
        """The earliest time at which ``host`` may be asked, queues aside."""
        known = self._hosts.get(host)
        return now if known is None else ready_at(known.pace, self._rules, now)

    @asynccontextmanager
    async def turn(self, host: str, *, now: Clock, crawl_delay_seconds: float = 0.0) -> AsyncIterator[HostTurn]:
        """Wait for the others and for the gap, then hold the host until the context ends.

        Raises:
            HostResting: the host asked for a pause that is longer than the patience, or the others take as long.
        """
        self._sweep(now())
        known = self._hosts.setdefault(host, _Host())
        known.waiting += 1
        try:
            async with self._in_line(known, now):
                if known.pace.crawl_delay_seconds != crawl_delay_seconds:
                    known.pace = replace(known.pace, crawl_delay_seconds=crawl_delay_seconds)
                await self._wait(known, now)
                try:
                    yield HostTurn(known, now)
                finally:
                    known.pace = after_leaving(known.pace, now())
        finally:
            known.waiting -= 1

    @asynccontextmanager
    async def _in_line(self, known: _Host, now: Clock) -> AsyncIterator[None]:
        """Have the host for oneself. Many pages may lead to one that is silent: nobody waits beyond patience."""
        try:
            async with asyncio.timeout(self._patience_seconds if known.lock.locked() else None):
                await known.lock.acquire()
        except TimeoutError:
            raise HostResting(now() + timedelta(seconds=self._patience_seconds)) from None
        try:
            yield
        finally:
            known.lock.release()

    async def _wait(self, known: _Host, now: Clock) -> None:
        while (wait_seconds := ((at := ready_at(known.pace, self._rules, now())) - now()).total_seconds()) > 0:
            if wait_seconds > self._patience_seconds:
                raise HostResting(at)
            await self._sleep(wait_seconds)

    def _sweep(self, now: datetime) -> None:
        """Forget hosts of which there is nothing to remember, once there are many."""
        if len(self._hosts) < _SWEEP_AT_HOSTS:
            return
        self._hosts = {
            name: known
            for name, known in self._hosts.items()
            if known.waiting or known.pace.strikes or ready_at(known.pace, self._rules, now) > now
        }
