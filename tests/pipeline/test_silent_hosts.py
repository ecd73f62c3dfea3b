"""Sites that take a request and never answer: they are waited for, and nobody else is kept waiting by it."""

import asyncio
import ipaddress
import itertools
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from app.domain.errors import BodyTooLarge, HostResting, Unreachable
from app.domain.pages import Page
from app.domain.watches import WatchDraft
from app.fetching.pace import PaceRules
from app.fetching.polite import PoliteClient
from app.fetching.politeness import HostKeeper
from app.fetching.robots import RobotsKeeper
from app.pipeline.loop import Worker
from app.pipeline.poll import poll_once
from app.pipeline.watchlist import add_watch
from app.settings import Settings
from app.storage import watches
from app.storage.tables import host as host_table
from app.wiring.newsroom import open_newsroom

pytestmark = pytest.mark.anyio

PAGE = (
    "<!doctype html><html><head><title>Families</title></head><body><main><article>"
    "<p>The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital.</p>"
    "</article></main></body></html>"
)
TURNS = 2


@dataclass
class Network:
    """Every site answers at once, but for those that are silent: they keep whoever asks them waiting."""

    silent: frozenset[str]
    answered: list[str] = field(default_factory=list)
    kept_waiting: list[str] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def crawl_delay_seconds(self, _authority):
        return 0.0

    async def fetch(self, request, *, now):
        host = urlsplit(request.url).hostname
        is_silent = host in self.silent
        (self.kept_waiting if is_silent else self.answered).append(host)
        self.changed.set()
        if is_silent:
            await self.over.wait()
            raise Unreachable("It did not answer in time.")
        return Page(request.url, request.url, 200, {"content-type": "text/html"}, PAGE.encode(), (), now())

    async def until(self, happened, *, seconds=30.0):
        async with asyncio.timeout(seconds):
            while not happened():
                self.changed.clear()
                await self.changed.wait()


@pytest.fixture
async def working():
    """Run a worker of two turns while the block lasts; then nobody is silent any more."""
    started = []

    def start(newsroom, **asked):
        worker = Worker(newsroom, concurrency=TURNS, idle_seconds=0.01, **asked)
        started.append((newsroom.polite, worker, asyncio.create_task(worker.run())))

    yield start
    for network, worker, task in started:
        worker.stop()
        network.over.set()
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


@pytest.fixture
def paced(newsroom):
    """The newsroom with the usual pauses between requests."""
    return replace(newsroom, rules=replace(newsroom.rules, pace=PaceRules(gap_seconds=2.0)))


@dataclass
class Failing:
    """A network on which every request ends with the same error, or is answered where that is None."""

    clock: object
    error: Exception | None
    asked_at: list = field(default_factory=list)

    async def fetch(self, request, *, now):
        self.asked_at.append(self.clock.now)
        self.clock.move(5)
        if self.error is not None:
            raise self.error
        return Page(request.url, request.url, 200, {"content-type": "text/html"}, PAGE.encode(), (), now())

    def crawl_delay_seconds(self, _authority):
        return 0.0


@pytest.fixture
def ask(paced, clock):
    """Ask what is owed to one site so many times, as soon as it may be asked; the seconds between the requests."""

    async def asking(network, count):
        room = replace(paced, polite=network)
        network.asked_at = []
        while len(network.asked_at) < count:
            if not await poll_once(room):
                with room.database.read() as conn:
                    clock.now = conn.execute(sa.select(host_table.c.ready_at)).scalar_one()
        return [(later - before).total_seconds() for before, later in itertools.pairwise(network.asked_at)]

    return asking


def watch_many(newsroom, count):
    for number in range(count):
        add_watch(newsroom, WatchDraft(f"https://www.example.org/statement/{number}"))


async def test_a_site_that_does_not_answer_is_asked_less_and_less_however_much_is_owed_to_it(paced, clock, ask):
    watch_many(paced, 40)
    pauses = await ask(Failing(clock, Unreachable("It did not answer in time.")), 14)
    assert pauses[:4] == [5 + 2, 5 + 10, 5 + 20, 5 + 40]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 5 + 600


async def test_a_site_that_answers_again_is_asked_as_before_at_once(paced, clock, ask):
    watch_many(paced, 40)
    await ask(Failing(clock, Unreachable("It did not answer in time.")), 9)
    pauses = await ask(Failing(clock, None), 20)
    assert pauses == [5 + 2] * 19


async def test_an_answer_that_is_too_large_is_one(paced, clock, ask):
    watch_many(paced, 20)
    assert await ask(Failing(clock, BodyTooLarge("The answer announces 9 GB.")), 9) == [5 + 2] * 8


async def test_a_site_that_was_not_asked_is_as_silent_as_it_was(paced, clock, ask):
    watch_many(paced, 20)
    await ask(Failing(clock, Unreachable("It did not answer in time.")), 5)
    await ask(Failing(clock, HostResting(clock.now)), 1)
    pauses = await ask(Failing(clock, Unreachable("It did not answer in time.")), 2)
    assert pauses == [5 + 160]


async def test_the_pause_that_robots_txt_asks_for_is_kept_by_the_next_worker_too(paced, clock, site, release):
    site.pages["/robots.txt"] = (200, {"content-type": "text/plain"}, b"User-agent: *\nCrawl-delay: 30\n")
    for number in range(3):
        site.pages[f"/{number}"] = release("The ministry will pay every family 500 euros in March, the minister said.")
        add_watch(paced, WatchDraft(f"{site.url}/{number}"))

    async def wait(seconds):
        clock.move(seconds)

    def worker():
        hosts = HostKeeper(paced.rules.pace, sleep=wait)
        return replace(paced, polite=PoliteClient(paced.web, hosts, RobotsKeeper()))

    first, second = worker(), worker()
    assert await poll_once(first) == 1
    clock.move(29)
    assert await poll_once(second) == 0
    clock.move(1)
    assert await poll_once(second) == 1
    with paced.database.read() as conn:
        assert conn.execute(sa.select(host_table.c.gap_seconds)).scalar_one() == 30.0


async def test_a_pause_that_outlasts_the_lease_is_not_waited_for_with_the_lease_in_hand(
    database_url, clock, site, release
):
    """Otherwise the check is taken by the next worker each time, and never made."""
    site.pages["/robots.txt"] = (200, {"content-type": "text/plain"}, b"User-agent: *\nCrawl-delay: 15\n")
    site.pages["/a"] = release("The ministry will pay every family 500 euros in March, the minister said.")
    settings = Settings(
        _env_file=None,
        database_url=database_url,
        allow_networks=(ipaddress.ip_network("127.0.0.0/8"),),
        lease_seconds=15,
        secret_key=SecretStr("a key for tests"),
    )
    async with open_newsroom(settings, clock=clock) as room:
        watch = add_watch(room, WatchDraft(f"{site.url}/a"))
        async with asyncio.timeout(20):
            assert await poll_once(room) == 1
        clock.move(15)
        assert await poll_once(room) == 1
        with room.database.read() as conn:
            assert watches.get_watch(conn, watch.id).last_outcome == "read"
