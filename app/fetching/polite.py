"""Fetching as a good guest: in turn, at each site's pace, and only what its robots.txt allows."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from app.domain.pages import Page, Request
from app.fetching.address import Address
from app.fetching.client import WebClient
from app.fetching.gate import Turn
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper

Clock = Callable[[], datetime]


class PoliteClient:
    """The guarded client behind the keepers of hosts and of robots.txt."""

    def __init__(self, client: WebClient, hosts: HostKeeper, robots: RobotsKeeper) -> None:
        self._client = client
        self._hosts = hosts
        self._robots = robots

    async def fetch(self, request: Request, *, now: Clock) -> Page:
        """GET a page. Each host on the way is asked in its turn, and its robots.txt before it, if the request says so.

        Raises:
            EgressError: any of that tree; HostResting where a host asked for a pause longer than our patience.
        """

        @asynccontextmanager
        async def gate(address: Address) -> AsyncIterator[Turn]:
            delay = await self._robots.admit(address, fetch_plainly, now=now) if request.respect_robots else 0.0
            async with self._hosts.turn(address.authority, now=now, crawl_delay_seconds=delay) as turn:
                yield turn

        @asynccontextmanager
        async def plain_gate(address: Address) -> AsyncIterator[Turn]:
            async with self._hosts.turn(address.authority, now=now) as turn:
                yield turn

        async def fetch_plainly(robots_request: Request) -> Page:
            return await self._client.fetch(robots_request, now=now, gate=plain_gate)

        return await self._client.fetch(request, now=now, gate=gate)
