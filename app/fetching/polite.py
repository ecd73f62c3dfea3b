"""Fetching as a good guest: in turn, at each site's pace, and only what its robots.txt allows."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime

from app.domain.pages import Page, Request
from app.fetching.address import Address
from app.fetching.client import WebClient
from app.fetching.gate import Turn
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper

Clock = Callable[[], datetime]
Heard = Callable[[str, int | None], None]
"""Is told of every request: its host, and the status of the answer; None where none came."""


def unheard(_host: str, _status: int | None) -> None:
    """Nobody counts."""


class _CountedTurn:
    """A turn that remembers what was answered."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn
        self.status: int | None = None

    def answered(self, status: int, headers: Mapping[str, str]) -> None:
        """Pass it on."""
        self.status = status
        self._turn.answered(status, headers)


class PoliteClient:
    """The guarded client behind the keepers of hosts and of robots.txt; ``heard`` is told of every request."""

    def __init__(self, client: WebClient, hosts: HostKeeper, robots: RobotsKeeper, heard: Heard = unheard) -> None:
        self._client = client
        self._hosts = hosts
        self._robots = robots
        self._heard = heard

    async def fetch(self, request: Request, *, now: Clock) -> Page:
        """GET a page. Each host on the way is asked in its turn, and its robots.txt before it, if the request says so.

        Raises:
            EgressError: any of that tree; HostResting where a host asked for a pause longer than our patience.
        """

        @asynccontextmanager
        async def gate(address: Address) -> AsyncIterator[Turn]:
            delay = await self._robots.admit(address, fetch_plainly, now=now) if request.respect_robots else 0.0
            async with self._hosts.turn(address.authority, now=now, crawl_delay_seconds=delay) as turn:
                with self._counted(address, turn) as counted:
                    yield counted

        @asynccontextmanager
        async def plain_gate(address: Address) -> AsyncIterator[Turn]:
            async with self._hosts.turn(address.authority, now=now) as turn:
                with self._counted(address, turn) as counted:
                    yield counted

        async def fetch_plainly(robots_request: Request) -> Page:
            return await self._client.fetch(robots_request, now=now, gate=plain_gate)

        return await self._client.fetch(request, now=now, gate=gate)

    @contextmanager
    def _counted(self, address: Address, turn: Turn) -> Iterator[_CountedTurn]:
        counted = _CountedTurn(turn)
        try:
            yield counted
        finally:
            self._heard(address.host, counted.status)
