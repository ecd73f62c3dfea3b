"""A disk that is full or read-only, a clock that jumps, a worker that is stalled: late at worst, and nothing lost."""

import asyncio
import os
import signal
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from app.domain.errors import DatabaseReadOnly, StorageError
from app.domain.watches import WatchDraft
from app.pipeline.poll import poll_once, take_duties
from app.pipeline.watchlist import add_watch
from app.storage.soundness import check_record
from app.storage.tables import version
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(600)]

LEASE_SECONDS = 120


@pytest.fixture
async def newsroom(make_settings, clock, add_destination, site):
    """A page that was seen once; it says something else at every second request."""
    async with open_newsroom(make_settings(), clock=clock) as made:
        add_destination(made, "desk")
        add_watch(made, WatchDraft(f"{site.url}/page-0", interval_seconds=60))
        clock.move(1)
        await poll_once(made)
        yield made


@contextmanager
def every_connection(newsroom, statement):
    """What the machine does to all connections for a while."""

    def on_connect(connection, _):
        connection.execute(statement)

    engine = newsroom.database.engine
    event.listen(engine, "connect", on_connect)
    engine.dispose()
    yield
    event.remove(engine, "connect", on_connect)
    engine.dispose()


def numbers(newsroom):
    with newsroom.database.read() as conn:
        return conn.execute(sa.select(version.c.number).order_by(version.c.number)).scalars().all()


def broken(newsroom):
    return check_record(newsroom.database, now=newsroom.clock(), lease_seconds=LEASE_SECONDS, settling_seconds=0).broken


async def look_on(newsroom, clock, looks):
    for _ in range(looks):
        clock.move(LEASE_SECONDS + 61)
        await poll_once(newsroom)


async def test_a_full_disk_stops_the_work_and_it_goes_on_when_there_is_room(newsroom, clock):
    if not newsroom.database.is_sqlite:
        pytest.skip("PostgreSQL has no limit for one database; a full disk there is its own to report")
    with newsroom.database.read() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    with every_connection(newsroom, f"PRAGMA max_page_count={pages}"):
        failures = 0
        for _ in range(12):
            clock.move(LEASE_SECONDS + 61)
            try:
                await poll_once(newsroom)
            except StorageError:
                failures += 1
    assert failures > 0
    assert broken(newsroom) == ()
    before = len(numbers(newsroom))
    await look_on(newsroom, clock, 4)
    assert len(numbers(newsroom)) > before
    assert broken(newsroom) == ()


async def test_a_read_only_disk_stops_the_work_and_it_goes_on_when_it_can_be_written_again(newsroom, clock):
    on = "PRAGMA query_only=ON" if newsroom.database.is_sqlite else "SET default_transaction_read_only = on"
    with every_connection(newsroom, on):
        if not newsroom.database.is_sqlite:
            pytest.skip("PostgreSQL refuses one statement at a time; tests/storage shows that it is named")
        clock.move(LEASE_SECONDS + 61)
        with pytest.raises(DatabaseReadOnly):
            await poll_once(newsroom)
        assert numbers(newsroom) == [1]
    await look_on(newsroom, clock, 3)
    assert len(numbers(newsroom)) >= 2
    assert broken(newsroom) == ()


@pytest.mark.parametrize("jump", [3_600, -3_600], ids=["an hour ahead", "an hour back"])
async def test_a_clock_that_jumps_for_a_while_loses_nothing(newsroom, clock, jump):
    if not newsroom.database.is_sqlite:
        pytest.skip("with PostgreSQL every process goes by the clock of the database")
    clock.move(jump)
    await look_on(newsroom, clock, 3)
    clock.move(-jump)
    for _ in range(20):  # an hour and a half of looks
        clock.move(270)
        await poll_once(newsroom)
    found = numbers(newsroom)
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= 3
    assert broken(newsroom) == ()


async def test_work_that_was_taken_by_a_clock_an_hour_ahead_is_named_and_done_when_that_hour_is_over(newsroom, clock):
    clock.move(3_661)
    assert len(take_duties(newsroom, limit=1)) == 1
    clock.move(-3_600)
    assert [one.rule for one in broken(newsroom)] == ["No lease is longer than a worker may hold"]
    clock.move(3_600 + LEASE_SECONDS)
    assert await poll_once(newsroom) == 1
    assert broken(newsroom) == ()


async def test_a_worker_that_is_stalled_past_its_lease_is_fenced_out_and_goes_on(
    make_settings, site, make_worker, settled, account, add_destination, receiver, database_url, is_long, tell_counts
):
    """A real process, stopped with work in hand and let go when another has done that work."""
    if database_url.startswith("sqlite"):
        pytest.skip("one process works on SQLite: while it stands still there is nobody to take its work")
    received, url = receiver
    stalled, other = [await make_worker() for _ in range(2)]
    async with open_newsroom(make_settings()) as newsroom:
        add_destination(newsroom, "desk", url)
        for number in range(site.pages):
            add_watch(newsroom, WatchDraft(f"{site.url}/page-{number}", interval_seconds=1))
        stalls = 10 if is_long else 2
        await stalled.start()
        for turn in range(stalls):
            await site.after(2)
            os.kill(stalled.pid, signal.SIGSTOP)
            if turn == 0:
                await other.start()
            await site.after(2 * site.pages)
            await asyncio.sleep(1.1)  # longer than the lease
            os.kill(stalled.pid, signal.SIGCONT)
        await settled(newsroom, site)
        for worker in (stalled, other):
            await worker.end(signal.SIGTERM)
        tell_counts(stalls=stalls, **account(newsroom, received))
