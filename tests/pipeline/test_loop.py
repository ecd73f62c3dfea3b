"""The worker: it goes on whatever happens to one piece of work or to the database, and stops cleanly."""

import asyncio
import shutil
import sqlite3
from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.domain.archives import BackfillState, Range
from app.domain.watches import WatchDraft
from app.pipeline import loop, poll
from app.pipeline.backfill import Place, begin_backfill
from app.pipeline.loop import Worker
from app.pipeline.watchlist import add_watch
from app.storage.backfills import get_backfill
from app.storage.database import Database
from app.wiring.newsroom import system_clock

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."


@pytest.fixture
def until(monkeypatch):
    """Wait until something is so, looking whenever the worker has finished a piece of work."""
    finished = asyncio.Event()
    guarded = loop._guarded

    async def guarded_and_told(work):
        result = await guarded(work)
        finished.set()
        return result

    async def wait(happened, *, seconds=30.0):
        async with asyncio.timeout(seconds):
            while not happened():
                finished.clear()
                await finished.wait()

    monkeypatch.setattr(loop, "_guarded", guarded_and_told)
    return wait


@pytest.fixture
async def working():
    """Run a worker while the block lasts."""
    started = []

    def start(newsroom):
        worker = Worker(newsroom, concurrency=4, idle_seconds=0.02)
        task = asyncio.create_task(worker.run())
        started.append((worker, task))
        return worker, task

    yield start
    for worker, task in started:
        worker.stop()
        await asyncio.wait_for(task, 30)


@pytest.fixture
def room(newsroom):
    """The newsroom with a clock that goes on, and looks that follow each other quickly."""
    return replace(
        newsroom, clock=system_clock, rules=replace(newsroom.rules, default_interval_seconds=1, lease_seconds=2)
    )


async def test_a_worker_polls_and_delivers_until_it_is_stopped(
    room, working, until, site, release, record, add_destination
):
    made = Receiver(system_clock, secret="whsec_" + "QUFB" * 10)
    async with serving(made.application()) as url:
        add_destination("desk", url=f"{url}/alerts")
        site.pages["/release"] = release(FIRST.format(500))
        add_watch(room, WatchDraft(f"{site.url}/release", interval_seconds=1))
        worker, task = working(room)
        await until(lambda: len(record.statements()) == 1)
        site.pages["/release"] = release(FIRST.format(50))
        await until(lambda: len(made.received) == 1)
        assert made.received[0].is_genuine
        worker.stop()
        await asyncio.wait_for(task, 30)


async def test_a_mistake_in_one_piece_of_work_ends_nothing(room, working, until, site, release, record, monkeypatch):
    real = poll.look
    stumbled = []

    async def stumble_once(newsroom, check, watch):
        if not stumbled:
            stumbled.append(check)
            raise ZeroDivisionError
        return await real(newsroom, check, watch)

    monkeypatch.setattr(poll, "look", stumble_once)
    site.pages["/release"] = release(FIRST.format(500))
    add_watch(room, WatchDraft(f"{site.url}/release"))
    working(room)
    await until(lambda: len(record.statements()) == 1)
    assert len(stumbled) == 1


async def test_a_pause_after_a_thousand_failures_is_as_long_as_the_longest(newsroom, working, monkeypatch):
    """Doubling for ever would end in a number that is none."""
    pauses = []
    failed = iter(range(3_000))

    def gone(*_args, **_kwargs):
        raise ZeroDivisionError

    async def count(_self, seconds, _woken=None):
        pauses.append(seconds)
        if next(failed, None) is None:
            _self.stop()
        await asyncio.sleep(0)

    monkeypatch.setattr(loop, "take_duties", gone)
    monkeypatch.setattr(loop, "_guarded", _quietly)
    monkeypatch.setattr(Worker, "_pause", count)
    worker, task = working(newsroom)
    await asyncio.wait_for(task, 60)
    assert max(pauses) <= loop.LONGEST_PAUSE_SECONDS
    assert worker is not None


async def _quietly(work):
    try:
        await work
    except ZeroDivisionError:
        return False
    return True


@pytest.fixture
async def on_a_file(room, tmp_path, sqlite_template):
    """The newsroom on a SQLite file of its own, that waits for a lock only for a moment."""
    path = tmp_path / "own.db"
    shutil.copy(sqlite_template, path)
    with Database(f"sqlite:///{path}", busy_timeout_seconds=0.05) as database:
        yield path, replace(room, database=database)


def count_statements(path):
    conn = sqlite3.connect(path)
    try:
        return conn.execute("SELECT count(*) FROM statement").fetchone()[0]
    finally:
        conn.close()


async def test_a_database_that_is_locked_for_a_while_is_waited_for(on_a_file, working, until, site, release):
    path, room = on_a_file
    site.pages["/release"] = release(FIRST.format(500))
    add_watch(room, WatchDraft(f"{site.url}/release"))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    _, task = working(room)
    with pytest.raises(TimeoutError):
        await until(lambda: count_statements(path) == 1, seconds=0.5)
    assert not task.done()
    other.execute("ROLLBACK")
    other.close()
    await until(lambda: count_statements(path) == 1)


async def test_a_database_that_is_gone_for_a_while_is_found_again(on_a_file, working, until, site, release):
    path, room = on_a_file
    elsewhere = path.with_name("elsewhere.db")
    add_watch(room, WatchDraft(f"{site.url}/release", interval_seconds=1))
    with room.database.write() as conn:
        conn.execute(sa.text("SELECT 1"))
    room.database.close()
    path.rename(elsewhere)
    _, task = working(room)
    with pytest.raises(TimeoutError):
        await until(lambda: task.done() or path.exists(), seconds=0.5)
    site.pages["/release"] = release(FIRST.format(500))
    elsewhere.rename(path)
    await until(lambda: count_statements(path) == 1)


async def test_a_worker_imports_the_past_that_was_asked_for(room, archive, working, until, site, release):
    """Nobody follows it: the interface only wrote down that it is wanted."""
    rules = replace(room.rules, archive_index_url=f"{archive.url}/cdx", archive_capture_url=f"{archive.url}/web")
    asked = replace(room, rules=rules)
    site.pages["/release"] = release(FIRST.format(500))
    watch = add_watch(asked, WatchDraft(f"{site.url}/release"))
    archive.keep(20241224080000, watch.url, release(FIRST.format(5)))
    job = begin_backfill(asked, Place(watch), Range())

    def is_done():
        with asked.database.read() as conn:
            return get_backfill(conn, watch.id, job.id).state is BackfillState.DONE

    working(asked)
    await until(is_done)
    assert archive.asked == ["index", "20241224080000"]
