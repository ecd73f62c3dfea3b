"""Sites that take a request and never answer: they are waited for, and nobody else is kept waiting by it."""

import asyncio
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest

from app.domain.pages import Page
from app.domain.watches import WatchDraft
from app.pipeline.loop import Worker
from app.pipeline.watchlist import add_watch

pytestmark = pytest.mark.anyio

PAGE = (
    "<main><article><p>The ministry will pay every family 500 euros in March, the minister said.</p></article></main>"
)
TURNS = 2


@dataclass
class Network:
    """Every site answers at once, but for those that are silent: they keep whoever asks them waiting."""

    silent: frozenset[str]
    answered: list[str] = field(default_factory=list)
    kept_waiting: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def fetch(self, request, *, now):
        host = urlsplit(request.url).hostname
        is_silent = host in self.silent
        (self.kept_waiting if is_silent else self.answered).append(host)
        self.changed.set()
        if is_silent:
            await asyncio.Event().wait()
        return Page(request.url, request.url, 200, {"content-type": "text/html"}, PAGE.encode(), (), now())

    async def until(self, happened, *, seconds=5.0):
        async with asyncio.timeout(seconds):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def working():
    """Run a worker of two turns while the block lasts; what it waits for then is given back."""
    started = []

    def start(newsroom, **asked):
        worker = Worker(newsroom, concurrency=TURNS, idle_seconds=0.01, grace_seconds=0.01, **asked)
        started.append((worker, asyncio.create_task(worker.run())))

    yield start
    for worker, task in started:
        worker.stop()
        await asyncio.wait_for(task, 30)


def names(kind, count):
    return [f"{kind}{number}.example.org" for number in range(count)]


async def test_more_silent_sites_than_there_are_turns_hold_up_no_site_that_answers(newsroom, clock, working):
    silent, healthy = names("silent", 3 * TURNS), names("healthy", 3 * TURNS)
    for host in silent:
        add_watch(newsroom, WatchDraft(f"https://{host}/statement"))
    clock.move(1)
    for host in healthy:
        add_watch(newsroom, WatchDraft(f"https://{host}/statement"))
    network = Network(frozenset(silent))
    working(replace(newsroom, polite=network), patience_seconds=0.0)
    await network.until(lambda: set(network.answered) == set(healthy))
    assert set(network.kept_waiting) == set(silent)
