"""Stopping a worker loses nothing: what it has in hand is finished, or given back when that takes too long."""

import asyncio
import signal

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.watches import WatchDraft
from app.pipeline.destinations import DestinationDraft, create_destination, send_test
from app.pipeline.watchlist import add_watch
from app.storage.tables import alert, check, host, statement

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 120.0
PAGE = (
    "<html><body><main><article><p>The ministry will pay every family 500 euros in March, the minister said on "
    "Tuesday in the capital.</p></article></main></body></html>"
)


class SlowSite:
    """Answers nothing until it is let; says what it was asked for."""

    def __init__(self):
        self.asked = set()
        self.may_answer = asyncio.Event()
        self._news = asyncio.Event()

    async def asked_for(self, *paths):
        """Wait until all of these were asked for."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self.asked.issuperset(paths):
                self._news.clear()
                await self._news.wait()

    def application(self):
        async def robots(_request):
            return Response(status_code=404)

        async def answer(request):
            self.asked.add(request.url.path)
            self._news.set()
            await self.may_answer.wait()
            return HTMLResponse(PAGE)

        return Starlette(routes=[Route("/robots.txt", robots), Route("/{path:path}", answer, methods=["GET", "POST"])])


@pytest.fixture
async def slow():
    site = SlowSite()
    async with serving(site.application()) as url:
        yield site, url
        site.may_answer.set()


def held(newsroom, table):
    with newsroom.database.read() as conn:
        return [lease for lease in conn.execute(sa.select(table.c.lease)).scalars() if lease is not None]


async def test_a_worker_gives_back_what_it_cannot_finish_in_time_and_the_next_finishes_it(start, newsroom, slow):
    """A page and a receiver that do not answer, and leases of an hour: only what is given back is done by another."""
    site, url = slow
    add_watch(newsroom, WatchDraft(f"{url}/release"))
    made = create_destination(newsroom, DestinationDraft(f"{url}/alerts", "desk"))
    send_test(newsroom, made.destination.id)
    first = await start("work", "--grace", "0.2", lease_seconds="3600")
    await site.asked_for("/release", "/alerts")
    first.tell(signal.SIGTERM)
    assert await first.end() == 0
    assert first.said.count("worker.gave_back") == 2
    assert "Traceback" not in first.said
    assert held(newsroom, check) == held(newsroom, host) == held(newsroom, alert) == []

    site.asked.clear()
    second = await start("work", "--grace", "100", lease_seconds="3600")
    await site.asked_for("/release", "/alerts")
    second.tell(signal.SIGTERM)
    await second.says("stopping")
    assert len(held(newsroom, check)) == len(held(newsroom, alert)) == 1
    site.may_answer.set()
    assert await second.end() == 0
    with newsroom.database.read() as conn:
        assert len(conn.execute(sa.select(statement.c.id)).all()) == 1
        assert [tuple(row) for row in conn.execute(sa.select(alert.c.state, alert.c.tries))] == [("delivered", 1)]
    assert held(newsroom, check) == held(newsroom, host) == held(newsroom, alert) == []
