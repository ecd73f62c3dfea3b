"""Fetching as a good guest: in turn, at each site's pace, and only what its robots.txt allows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

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
        gate = partial(self._gate, now=now, obeys=request.respect_robots)
        return await self._client.fetch(request, now=now, gate=gate)

    def crawl_delay_seconds(self, authority: str) -> float:
        """The pause between two requests that the robots.txt of a host asks for; 0 where none is known."""
        return self._robots.delays_seconds.get(authority, 0.0)

    @asynccontextmanager
    async def _gate(self, address: Address, *, now: Clock, obeys: bool) -> AsyncIterator[Turn]:
        """One turn at a host, once its robots.txt has let us pass; whatever comes of it is counted."""
        delay = await self._robots.admit(address, partial(self._plainly, now=now), now=now) if obeys else 0.0
        async with self._hosts.turn(address.authority, now=now, crawl_delay_seconds=delay) as turn:
            try:
                yield turn
            finally:
                self._heard(address.host, turn.status)

    async def _plainly(self, robots_request: Request, *, now: Clock) -> Page:
        return await self._client.fetch(robots_request, now=now, gate=partial(self._gate, now=now, obeys=False))
