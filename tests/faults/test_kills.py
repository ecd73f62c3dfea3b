"""A worker is killed at random moments, over and over, while a site changes: nothing is lost and nothing told twice.

The short form runs with the tests; ``make faults KILLS=200`` is the long one. Both print what they counted.
"""

import asyncio
import json
import os
import random
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app.demo.serving import serving
from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch
from app.storage.tables import alert, delivery, edit, event, flag, statement, version
from app.wiring import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1_800)]

PAGES = 6
TEXT = (
    "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital. "
    "All 1,200 soldiers of the brigade were withdrawn from the northern border on 3 January 2025."
)
PATIENCE_SECONDS = 120.0


@dataclass
class ChangingSite:
    """Each page says another number after every second request, until it is told to keep still."""

    requests: dict[str, int] = field(default_factory=dict)
    changes: bool = True
    total: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)

    def application(self) -> Starlette:
        async def answer(request):
            path = request.url.path
            self.asked.set()
            self.total += 1
            if self.changes:
                self.requests[path] = self.requests.get(path, 0) + 1
            number = 100 + 7 * (self.requests.get(path, 0) // 2)
            text = TEXT.format(number)
            return HTMLResponse(f"<html><body><main><article><p>{text}</p></article></main></body></html>")

        return Starlette(routes=[Route("/robots.txt", nothing), Route("/{path:path}", answer)])

    async def after(self, requests: int) -> None:
        """When so many more requests have come; at most ten seconds from now."""
        wanted = self.total + requests
        try:
            async with asyncio.timeout(10):
                while self.total < wanted:
                    self.asked.clear()
                    await self.asked.wait()
        except TimeoutError:
            return


async def nothing(_request):
    return HTMLResponse(status_code=404)


class Workers:
    """The process that forks the workers."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.pid = 0

    async def start(self) -> None:
        self._process.stdin.write(b"go\n")
        await self._process.stdin.drain()
        self.pid = int(await self._line("started"))

    async def end(self, how: signal.Signals) -> None:
        os.kill(self.pid, how)
        assert int(await self._line("ended")) == self.pid
        self.pid = 0

    async def close(self) -> None:
        """End the forking process, and a worker that a failed test has left behind."""
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        self._process.stdin.close()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await self._process.wait()

    async def _line(self, word: str) -> str:
        async with asyncio.timeout(PATIENCE_SECONDS):
            said, _, rest = (await self._process.stdout.readline()).decode().partition(" ")
        assert said == word
        return rest


@pytest.fixture
async def workers(make_settings):
    settings = make_settings(
        lease_seconds=1.0, second_look_seconds=0.1, confirm_after_seconds=0.1, idle_seconds=0.02, log_level="ERROR"
    )
    given = {
        "database_url": settings.database_url,
        "allow_networks": "127.0.0.0/8",
        "secret_key": settings.secret_key.get_secret_value(),
        **{name: getattr(settings, name) for name in ("lease_seconds", "second_look_seconds", "idle_seconds")},
        "host_gap_seconds": 0,
        "confirm_after_seconds": 0.1,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(Path(__file__).with_name("worker_process.py")),
        json.dumps(given),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
    )
    made = Workers(process)
    yield made
    await made.close()


@pytest.fixture
async def newsroom(make_settings):
    async with open_newsroom(make_settings()) as made:
        yield made


def waiting(newsroom):
    """Alerts that are not delivered, and edits that wait for their second look or their comparison."""
    with newsroom.database.read() as conn:
        undelivered = sa.select(sa.func.count()).select_from(alert).where(alert.c.state != "delivered")
        unsettled = sa.or_(edit.c.confirmation == "awaited", edit.c.analysis_state == "owed")
        open_edits = sa.select(sa.func.count()).select_from(edit).where(unsettled)
        return conn.execute(undelivered).scalar_one() + conn.execute(open_edits).scalar_one()


async def test_killed_workers_lose_nothing_and_tell_nothing_twice(
    newsroom, workers, add_destination, receiver, kills, capsys
):
    received, url = receiver
    add_destination(newsroom, "desk", url)
    rng = random.Random(4_711)
    site = ChangingSite()
    async with serving(site.application()) as base:
        for number in range(PAGES):
            add_watch(newsroom, WatchDraft(f"{base}/page-{number}", interval_seconds=1))
        for _ in range(kills):
            await workers.start()
            await site.after(rng.randint(0, 2 * PAGES))
            await asyncio.sleep(rng.uniform(0, 0.08))  # somewhere in the middle of keeping the answer
            await workers.end(signal.SIGKILL)
        await workers.start()
        site.changes = False
        async with asyncio.timeout(PATIENCE_SECONDS):
            await settled(newsroom, site)
        await workers.end(signal.SIGTERM)
    counted = check_record(newsroom, received)
    check_integrity(newsroom)
    with capsys.disabled():
        kind = newsroom.database.engine.dialect.name
        print(f"\n{kind}: {kills} kills, " + ", ".join(f"{count} {what}" for what, count in counted.items()))
    assert counted["versions"] > PAGES


async def settled(newsroom, site):
    """Until each page was seen as it stands now, and everything is told; looking after each request to the site."""
    counts = [site.requests.get(f"/page-{number}", 0) for number in range(PAGES)]
    wanted = sorted(TEXT.format(100 + 7 * (count // 2)) for count in counts)
    while True:
        site.asked.clear()
        await site.asked.wait()
        with newsroom.database.read() as conn:
            of = sa.and_(statement.c.id == version.c.statement_id, statement.c.version_count == version.c.number)
            texts = sorted(conn.execute(sa.select(version.c.text).join(statement, of)).scalars())
        if texts == wanted and not waiting(newsroom):
            return


def check_record(newsroom, received):
    """Nothing between, nothing missing, nothing twice; gives the counts."""
    with newsroom.database.read() as conn:
        numbers: dict[object, list[int]] = {}
        for row in conn.execute(sa.select(version.c.statement_id, version.c.number)):
            numbers.setdefault(row.statement_id, []).append(row.number)
        counts = dict(tuple(row) for row in conn.execute(sa.select(statement.c.id, statement.c.version_count)))
        edits = conn.execute(sa.select(edit.c.id, edit.c.confirmation)).all()
        flagged = set(conn.execute(sa.select(flag.c.edit_id)).scalars())
        told = conn.execute(sa.select(event.c.id, event.c.edit_id, event.c.position)).all()
        alerts = conn.execute(sa.select(alert.c.event_id, alert.c.state, alert.c.tries)).all()
        tries = conn.execute(sa.select(sa.func.count()).select_from(delivery)).scalar_one()
    assert len(numbers) == PAGES
    for key, found in numbers.items():
        assert sorted(found) == list(range(1, counts[key] + 1)), "a gap in the numbers of versions"
    assert sum(counts.values()) == len(edits) + PAGES
    assert sorted(row.position for row in told) == list(range(1, len(told) + 1)), "a gap in the feed"
    owed = {row.id for row in edits if row.id in flagged and row.confirmation != "overtaken"}
    event_of = {row.edit_id: row.id for row in told if row.edit_id}
    assert owed <= event_of.keys(), "a flagged edit that nobody was told of"
    assert len(event_of) == sum(1 for row in told if row.edit_id), "an edit that was told twice"
    alerted = {row.event_id for row in alerts}
    assert {event_of[key] for key in owed} <= alerted, "a flagged edit without its alert"
    assert {row.state for row in alerts} == {"delivered"}
    arrived = [one.id for one in received.received]
    assert all(one.is_genuine for one in received.received)
    assert set(arrived) == {str(key) for key in alerted}, "an alert that did not arrive"
    return {
        "versions": sum(counts.values()),
        "flagged edits": len(owed),
        "alerts": len(alerts),
        "arrived": len(arrived),
        "duplicates, each with the id of the first": len(arrived) - len(set(arrived)),
        "tries noted": tries,
        "lost": 0,
    }


def check_integrity(newsroom):
    if newsroom.database.is_sqlite:
        with newsroom.database.read() as conn:
            assert conn.execute(sa.text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert conn.execute(sa.text("PRAGMA foreign_key_check")).all() == []
