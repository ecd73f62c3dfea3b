"""Workers are killed at random moments, over and over, while a site changes: nothing is lost and nothing told twice.

The short form runs with the tests; ``make faults KILLS=200`` is the long one. Both tell what they counted.
"""

import asyncio
import random
import signal

import pytest

from app.domain.watches import WatchDraft
from app.pipeline.watchlist import add_watch
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1_800)]


@pytest.fixture
async def newsroom(make_settings):
    async with open_newsroom(make_settings()) as made:
        yield made


async def test_killed_workers_lose_nothing_and_tell_nothing_twice(
    newsroom, site, make_worker, settled, account, add_destination, receiver, kills, tell_counts
):
    """One worker on SQLite; on PostgreSQL three, of which one is killed while the others go on."""
    received, url = receiver
    add_destination(newsroom, "desk", url)
    rng = random.Random(4_711)
    for number in range(site.pages):
        add_watch(newsroom, WatchDraft(f"{site.url}/page-{number}", interval_seconds=1))
    workers = [await make_worker() for _ in range(1 if newsroom.database.is_sqlite else 3)]
    for worker in workers:
        await worker.start()
    for _ in range(kills):
        await site.after(rng.randint(0, site.pages))
        await asyncio.sleep(rng.uniform(0, 0.08))  # somewhere in the middle of keeping the answer
        victim = rng.choice(workers)
        await victim.end(signal.SIGKILL)
        await victim.start()
    await settled(newsroom, site)
    for worker in workers:
        await worker.end(signal.SIGTERM)
    counted = account(newsroom, received)
    tell_counts(workers=len(workers), kills=kills, **counted)
    assert counted["versions"] > site.pages
