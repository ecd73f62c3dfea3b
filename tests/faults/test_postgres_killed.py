"""PostgreSQL itself is killed while workers run: what it said was kept is kept, and the workers go on by themselves."""

import asyncio
import os
import random
import signal
import subprocess
from contextlib import suppress

import psutil
import pytest

from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch
from app.storage.database import Database
from app.storage.migrating import migrate
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1_800)]


class KillableServer:
    """A PostgreSQL with a folder of its own, that writes to the disk before it says that it did."""

    def __init__(self, server):
        self._server = server
        self.url = server.get_uri().replace("postgresql://", "postgresql+psycopg://")

    def kill(self):
        """The postmaster and all that it started, at once."""
        postmaster = psutil.Process(self._server.get_pid())
        everything = [postmaster, *postmaster.children(recursive=True)]
        for process in everything:
            with suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(everything, timeout=30)

    def start(self, tries=4):
        """Start it again; pg_ctl gives up at times while the server is coming up, and is asked again."""
        for left in reversed(range(tries)):
            try:
                self._server.ensure_postgres_running()
                break
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if not left:
                    raise
        assert self._server.get_uri().replace("postgresql://", "postgresql+psycopg://") == self.url


@pytest.fixture
def server(start_own_postgres):
    started = start_own_postgres()
    yield KillableServer(started)
    started.cleanup()


@pytest.fixture
def database_url(server):
    with Database(server.url) as database:
        migrate(database)
        with database.read() as conn:
            assert [conn.exec_driver_sql(f"SHOW {name}").scalar_one() for name in ("fsync", "synchronous_commit")] == [
                "on",
                "on",
            ]
    return server.url


async def test_a_postgresql_that_is_killed_loses_nothing_and_the_workers_go_on(
    server, make_settings, site, make_worker, settled, account, add_destination, receiver, is_long, tell_counts
):
    received, url = receiver
    rng = random.Random(815)
    deaths = 5 if is_long else 1
    workers = [await make_worker() for _ in range(2)]
    async with open_newsroom(make_settings()) as newsroom:
        add_destination(newsroom, "desk", url)
        for number in range(site.pages):
            add_watch(newsroom, WatchDraft(f"{site.url}/page-{number}", interval_seconds=1))
        for worker in workers:
            await worker.start()
        pids = [worker.pid for worker in workers]
        for _ in range(deaths):
            await site.after(rng.randint(2 * site.pages, 4 * site.pages))
            await asyncio.sleep(rng.uniform(0, 0.08))
            await asyncio.to_thread(server.kill)
            await asyncio.sleep(rng.uniform(0, 0.5))  # the workers meet a server that is not there
            await asyncio.to_thread(server.start)
        await settled(newsroom, site)
        assert [worker.pid for worker in workers] == pids
        for worker in workers:
            await worker.end(signal.SIGTERM)
        counted = account(newsroom, received)
    tell_counts(workers=len(workers), deaths=deaths, **counted)
    assert counted["versions"] > site.pages
