"""Workers put new wordings into the index beside their other work, in steps that are kept by themselves."""

import asyncio
import threading

import pytest
import sqlalchemy as sa

from app.domain.searching import SearchWish
from app.domain.watches import WatchDraft
from app.pipeline import indexing, loop
from app.pipeline.indexing import make_searchable
from app.pipeline.loop import Worker
from app.pipeline.searching import search
from app.pipeline.watchlist import add_watch
from app.storage import search_index
from app.storage.tables import claim_wording, public_term, search_term

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 60
WORDS = "The ministry will pay every family 500 euros in March. The minister said so on Tuesday in the capital."


@pytest.fixture
async def watch(newsroom, site, release, later):
    site.pages["/release"] = release(WORDS)
    made = add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    await later(1)
    return made


def kept(newsroom):
    with newsroom.database.read() as conn:
        tables = (search_term, public_term)
        return [set(conn.execute(sa.select(table)).all()) for table in tables], search_index.count_waiting(conn)


async def test_it_is_the_same_in_one_go_or_in_many_and_again(newsroom, watch, monkeypatch):
    waiting = kept(newsroom)[1]
    assert make_searchable(newsroom) == waiting > 1
    at_once = kept(newsroom)
    with newsroom.database.write() as conn:
        conn.execute(sa.delete(search_term))
        conn.execute(sa.update(claim_wording).values(is_searchable=False, place=None))
    monkeypatch.setattr(search_index, "_WAITING", search_index._WAITING.limit(1))
    monkeypatch.setattr(indexing, "WORDINGS_AT_ONCE", 1)
    assert make_searchable(newsroom) == waiting
    assert kept(newsroom) == at_once
    assert make_searchable(newsroom) == 0
    with newsroom.database.write() as conn:
        conn.execute(sa.update(claim_wording).values(is_searchable=False))
    assert make_searchable(newsroom) == waiting
    assert kept(newsroom) == at_once


async def test_other_writers_have_as_much_time_as_each_step_took(newsroom, monkeypatch):
    steps = iter([search_index.WORDINGS_AT_ONCE, search_index.WORDINGS_AT_ONCE, 7])
    monkeypatch.setattr(indexing, "index_some", lambda _conn: next(steps))
    seconds, rests = iter([0.0, 3.0, 10.0, 11.0, 20.0]), []

    def rest(for_seconds):
        rests.append(for_seconds)
        return False

    assert (
        make_searchable(newsroom, stopwatch=lambda: next(seconds), rest=rest) == 2 * search_index.WORDINGS_AT_ONCE + 7
    )
    assert rests == [3.0, 1.0]


async def test_who_is_to_leave_makes_no_further_step(newsroom, monkeypatch):
    monkeypatch.setattr(indexing, "index_some", lambda _conn: search_index.WORDINGS_AT_ONCE)
    assert make_searchable(newsroom, rest=lambda _: True) == search_index.WORDINGS_AT_ONCE


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_worker_does_it(newsroom, watch, monkeypatch):
    done = threading.Event()

    def index(of, **how):
        count = make_searchable(of, **how)
        if count:
            done.set()
        return count

    monkeypatch.setattr(loop, "make_searchable", index)
    worker = Worker(newsroom, concurrency=1, idle_seconds=0.01)
    async with asyncio.timeout(PATIENCE_SECONDS), asyncio.TaskGroup() as group:
        group.create_task(worker.run())
        assert await asyncio.to_thread(done.wait, PATIENCE_SECONDS)
        worker.stop()
    with newsroom.database.read() as conn:
        (hit,) = search(conn, SearchWish("family euros")).hits
    assert hit.text.startswith("The ministry will pay")
