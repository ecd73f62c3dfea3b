"""A worker puts old checks together beside its other work, and nobody who reads them can tell."""

import asyncio
import threading

import pytest
import sqlalchemy as sa

from app.domain.old_checks import FEWEST_TOGETHER, RESTING
from app.domain.watches import WatchDraft
from app.pipeline import old_checks
from app.pipeline.loop import Worker
from app.pipeline.old_checks import pack_old_checks
from app.pipeline.watchlist import add_watch
from app.storage.check_packing import Step
from app.storage.observations import list_observations, list_visits
from app.storage.soundness import check_record
from app.storage.tables import observation, visit

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 60
WORDS = "The ministry will pay every family 500 euros in March, the minister said on Tuesday in the capital."


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_was_found_reads_the_same_when_it_has_been_put_together(
    newsroom, site, release, later, record, clock
):
    site.pages["/release"] = release(WORDS)
    watch = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    while len(record.outcomes()) < FEWEST_TOGETHER:
        await later(7_200)

    def read():
        with newsroom.database.read() as conn:
            return list_visits(conn, watch.id, limit=99), list_observations(conn, record.statement.id, limit=99)

    assert pack_old_checks(newsroom) == 0
    before = read()
    clock.move(2 * RESTING.total_seconds())
    assert pack_old_checks(newsroom) == 2 * FEWEST_TOGETHER
    assert read() == before
    assert pack_old_checks(newsroom) == 0
    with newsroom.database.read() as conn:
        assert not any(conn.execute(sa.select(table).limit(1)).first() for table in (visit, observation))
    found = check_record(newsroom.database, now=clock(), lease_seconds=120)
    assert (found.broken, found.counts["packs of checks"]) == ((), 2)


async def test_other_writers_have_as_much_time_as_each_step_took(newsroom, monkeypatch):
    steps = iter([Step(2_000, 4, goes_on=True), Step(500, 1, goes_on=True), Step(0, 0, goes_on=False)])
    monkeypatch.setattr(old_checks, "pack_some", lambda _conn, **_: next(steps))
    seconds = iter([0.0, 3.0, 10.0, 11.0, 20.0])
    rests: list[float] = []

    def rest(seconds: float) -> bool:
        rests.append(seconds)
        return False

    assert pack_old_checks(newsroom, stopwatch=lambda: next(seconds), rest=rest) == 2_500
    assert rests == [3.0, 1.0]


async def test_a_worker_that_is_told_to_stop_leaves_the_rest_for_the_next(newsroom, monkeypatch):
    worker = Worker(newsroom, concurrency=1, idle_seconds=60)
    loop, told = asyncio.get_running_loop(), threading.Event()
    steps: list[Step] = []

    def stop() -> None:
        worker.stop()
        told.set()

    def step(_conn, **_) -> Step:
        steps.append(Step(2_000, 4, goes_on=True))
        loop.call_soon_threadsafe(stop)
        told.wait(PATIENCE_SECONDS)
        return steps[-1]

    monkeypatch.setattr(old_checks, "pack_some", step)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await worker.run()
    assert len(steps) == 1
