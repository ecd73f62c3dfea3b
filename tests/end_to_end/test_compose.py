"""What compose.yaml says, as processes: an API and three workers share the work of forty sites, and one is killed."""

import asyncio
import signal
import socket
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest
import sqlalchemy as sa
import uvicorn
import yaml
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.demo.serving import LoopbackServer
from app.domain.watches import WatchDraft
from app.pipeline.flow import MOST_AHEAD, MOST_UNWRITTEN
from app.pipeline.keys import create_first_key
from app.pipeline.watchlist import add_watch
from app.settings import Settings
from app.storage.tables import check, statement

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

COMPOSE = yaml.safe_load((Path(__file__).parents[2] / "compose.yaml").read_text("utf-8"))["services"]
HOSTS, PAGES_EACH, GAP_SECONDS = 40, 2, 0.5
IN_HAND = Settings.model_fields["worker_concurrency"].default
TEXT = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."


@dataclass
class Sites:
    """Forty sites, each on an address of its own: when each was asked, by its own clock, and whether twice at once."""

    asked: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)
    total: int = 0

    def application(self):
        async def answer(request):
            began = time.monotonic()
            host = request.url.netloc
            self.total += 1
            await asyncio.sleep(0.02)  # an answer takes a while, so that two at once would meet
            self.asked.setdefault(host, []).append((began, time.monotonic()))
            self.news.set()
            if request.url.path == "/robots.txt":
                return Response(status_code=404)
            text = TEXT.format(request.url.path[-1])
            return HTMLResponse(f"<html><body><main><article><p>{text}</p></article></main></body></html>")

        return Starlette(routes=[Route("/{path:path}", answer)])

    def shortest_pause(self):
        """Seconds from the end of one answer to the next question, the shortest of all at any site."""
        pauses = []
        for times in self.asked.values():
            times.sort()
            pauses += [later[0] - earlier[1] for earlier, later in pairwise(times)]
        return min(pauses)


@asynccontextmanager
async def forty_sites():
    sites = Sites()
    sockets = [socket.create_server((f"127.0.0.{number}", 0)) for number in range(2, HOSTS + 2)]
    config = uvicorn.Config(sites.application(), log_level="warning", access_log=False, lifespan="off")
    server = LoopbackServer(config)
    task = asyncio.create_task(server._serve(sockets))
    await server.listens.wait()
    try:
        yield sites, ["http://{}:{}".format(*one.getsockname()) for one in sockets]
    finally:
        server.end()
        await task
        for one in sockets:
            one.close()


@pytest.fixture
def database_url(postgres_template):
    url = postgres_template()
    yield url
    postgres_template.drop(url)


@pytest.fixture
async def fleet(start, environment):
    """Every service of ours in compose.yaml with its own words, as often as it says there."""
    settings = {"host_gap_seconds": str(GAP_SECONDS), "lease_seconds": "20", "second_look_seconds": "0.1"}

    async def begin():
        processes = {}
        migrated = await start(*COMPOSE["migrate"]["command"])
        assert await migrated.end() == 0
        for name in ("api", "worker"):
            count = COMPOSE[name].get("deploy", {}).get("replicas", 1)
            words = [*COMPOSE[name]["command"], *(("--port", "0") if name == "api" else ())]
            processes[name] = [await start(*words, **settings) for _ in range(count)]
        return processes

    return begin


def seen(newsroom):
    """How many statements the record has."""
    with newsroom.database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).select_from(statement)).scalar_one()


def overdue(newsroom):
    """How many checks should have been made by now."""
    late = sa.select(sa.func.count()).where(check.c.due_at < newsroom.clock())
    with newsroom.database.read() as conn:
        return conn.execute(late).scalar_one()


async def until(happened, news, seconds=240):
    async with asyncio.timeout(seconds):
        while not happened():
            news.clear()
            try:
                await asyncio.wait_for(news.wait(), 1)
            except TimeoutError:
                continue


def test_a_worker_has_the_time_that_it_needs_to_stop_cleanly():
    for name in ("api", "worker"):
        assert (
            int(COMPOSE[name]["stop_grace_period"].removesuffix("s")) > Settings.model_fields["grace_seconds"].default
        )


async def test_three_workers_share_forty_sites_and_a_kill_breaks_no_pause_and_loses_no_check(fleet, newsroom):
    create_first_key(newsroom)
    async with forty_sites() as (sites, urls):
        processes = await fleet()
        assert len(processes["worker"]) == 3
        await asyncio.gather(
            *(worker.says("checks and delivers") for worker in processes["worker"]),
            *(api.says("serving") for api in processes["api"]),
        )  # before there is work, so that each gets its share, and none is told to stop before it can listen
        for number in range(PAGES_EACH):
            for url in urls:
                add_watch(newsroom, WatchDraft(f"{url}/page-{number}", interval_seconds=3_600, respect_robots=False))
        await until(lambda: sites.total >= HOSTS // 2, sites.news)
        victim = processes["worker"][0]
        victim.tell(signal.SIGKILL)
        assert await victim.end() == -signal.SIGKILL
        await until(lambda: seen(newsroom) == HOSTS * PAGES_EACH, sites.news)
        for process in (*processes["worker"][1:], *processes["api"]):
            process.tell(signal.SIGTERM)
            assert await process.end() == 0
    assert all("outcome=read" in worker.said for worker in processes["worker"][1:])
    assert sites.shortest_pause() >= GAP_SECONDS
    assert len(sites.asked) == HOSTS
    assert overdue(newsroom) == 0
    lost = sum(worker.said.count("lease_lost") for worker in processes["worker"])
    in_hand = IN_HAND * (1 + MOST_UNWRITTEN + MOST_AHEAD)  # asked for, or answered and not yet written down
    assert sites.total <= HOSTS * PAGES_EACH + in_hand + lost, "more was asked again than the killed worker had in hand"
