"""A worker says that it lives, how much it has in hand and how fast it goes; one that stops says nothing any more."""

import asyncio

import pytest

from app.pipeline import loop
from app.pipeline.heartbeat import Heartbeat
from app.pipeline.loop import Worker
from app.storage import workers

pytestmark = pytest.mark.anyio


@pytest.fixture
def rows(newsroom):
    def read():
        with newsroom.database.read() as conn:
            return workers.list_workers(conn, now=newsroom.clock())

    return read


async def test_a_beat_tells_how_fast_it_goes(newsroom, clock, rows):
    heart = Heartbeat(newsroom, "a1b2c3", 8)
    speeds = []
    for checks in (0, 5, 5, 5, 5, 5, 5, 0):
        newsroom.meter.checks_done += checks
        heart.beat()
        speeds.append(rows()[0].checks_per_minute)
        clock.move(10)
    assert speeds == [0, 30, 30, 30, 30, 30, 30, 25]
    (row,) = rows()
    assert (row.id, row.concurrency, row.pid > 0, bool(row.host_name)) == ("a1b2c3", 8, True, True)
    assert f'heartbeat_timestamp_seconds{{worker="a1b2c3"}} {(clock.now.timestamp() - 10):.1e}'[:40] in (
        newsroom.meter.text().decode()
    )
    heart.end()
    assert rows() == ()


async def test_a_worker_is_there_while_it_runs(newsroom, rows, monkeypatch):
    beaten = asyncio.Event()
    guarded = loop._guarded

    async def guarded_and_told(work):
        result = await guarded(work)
        beaten.set()
        return result

    monkeypatch.setattr(loop, "_guarded", guarded_and_told)
    worker = Worker(newsroom, concurrency=2, idle_seconds=0.02)
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(30):
        while not rows():
            beaten.clear()
            await beaten.wait()
    assert [row.id for row in rows()] == [worker.id]
    worker.stop()
    await asyncio.wait_for(running, 30)
    assert rows() == ()
