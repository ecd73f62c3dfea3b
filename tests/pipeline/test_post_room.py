"""The post room: one dead receiver among a thousand delays none, and what is owed leaves as soon as it is owed."""

import asyncio
import uuid
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa

from app.delivery.outgoing import Delivered, Failed
from app.domain.claims import Level
from app.domain.destinations import AlertFilter, AlertState, Destination, DestinationKind, DestinationState, Subject
from app.domain.errors import DatabaseGone
from app.domain.events import EventType
from app.domain.ids import DestinationId, EventId
from app.pipeline import post_room
from app.pipeline.loop import _guarded
from app.pipeline.post_room import FOR_EACH_FETCH, MOST_TO_QUICK, Pace, PostRoom
from app.pipeline.telling import News, tell
from app.storage import alerts, destinations
from app.storage.database import Database
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.tables import alert
from app.storage.waking import Bell

pytestmark = pytest.mark.anyio
SECRET = "whsec_" + "QUFB" * 10


class Receivers:
    """Receivers behind one port: each path counts, and those under /dead never answer."""

    def __init__(self):
        self.arrived = []
        self.dead = 0
        self.more = asyncio.Event()

    async def talk(self, reader, writer):
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                await reader.readexactly(int(head.partition("content-length: ")[2].partition("\r")[0]))
                path = head.split()[1]
                if path.startswith("/dead"):
                    self.dead += 1
                    self.more.set()
                    await asyncio.Event().wait()
                self.arrived.append((path, head.partition("webhook-id: ")[2].partition("\r")[0]))
                self.more.set()
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def until(self, happened):
        async with asyncio.timeout(60):
            while not happened():
                self.more.clear()
                await self.more.wait()


@pytest.fixture
async def receivers():
    made, talks = Receivers(), []

    def begin(reader, writer):
        talks.append(asyncio.ensure_future(made.talk(reader, writer)))

    server = await asyncio.start_server(begin, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield made
    for one in talks:
        one.cancel()
    await asyncio.gather(*talks, return_exceptions=True)
    server.close()


@pytest.fixture
def add(newsroom):
    def make(*urls):
        made = [
            Destination(
                id=DestinationId(new_id()),
                kind=DestinationKind.WEBHOOK,
                name=url,
                url=url,
                wish=AlertFilter(),
                state=DestinationState.ACTIVE,
                state_reason=None,
                failing_since=None,
                created_at=newsroom.clock(),
                revision=1,
            )
            for url in urls
        ]
        sealed = newsroom.seal.seal(SECRET)
        with newsroom.database.write() as conn:
            for one in made:
                destinations.add_destination(conn, one, secrets=[sealed])
        return made

    return make


def happens(newsroom, count=1):
    """So many edits are told, in one transaction."""
    now, kind = newsroom.clock(), EventType.STATEMENT_EDITED
    ids = [EventId(new_id()) for _ in range(count)]
    told = [NewEvent(key, kind, now, {"type": kind, "id": str(key)}) for key in ids]
    with newsroom.database.write() as conn:
        tell(conn, [News(one, Subject(kind, None, (), (), Level.MAJOR)) for one in told], now=now)
    return [str(key) for key in ids]


@asynccontextmanager
async def open_post(newsroom, *, idle_seconds=60.0, grace_seconds=0.2, concurrency=4):
    stopping = asyncio.Event()
    made = PostRoom(
        newsroom,
        stopping,
        _guarded,
        concurrency=concurrency,
        idle_seconds=idle_seconds,
        grace_seconds=grace_seconds,
    )
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        stopping.set()
        await asyncio.wait_for(task, 30)


def states(newsroom):
    with newsroom.database.read() as conn:
        found = conn.execute(sa.select(alert.c.state, sa.func.count()).group_by(alert.c.state))
        return {AlertState(state): count for state, count in found}


async def test_one_dead_receiver_among_a_thousand_delays_none(newsroom, add, receivers):
    """All others have had theirs while the dead one is still being waited for. Once is enough: on SQLite."""
    if not newsroom.database.is_sqlite:
        pytest.skip("a thousand destinations on one database are enough")
    add(f"{receivers.url}/dead", *(f"{receivers.url}/{number}" for number in range(999)))
    happens(newsroom)
    async with open_post(newsroom, concurrency=8):
        await receivers.until(lambda: len(receivers.arrived) == 999)
        assert receivers.dead == 1
        assert len(set(receivers.arrived)) == 999
    assert states(newsroom) == {AlertState.PENDING: 1, AlertState.DELIVERED: 999}


async def test_dead_receivers_leave_room_for_the_others(newsroom, add, receivers):
    """More of them than alerts may be on their way at a time, all known to take nothing."""
    dead = add(*(f"{receivers.url}/dead/{number}" for number in range(2 * FOR_EACH_FETCH)))
    with newsroom.database.write() as conn:
        destinations.mark_failing(conn, [one.id for one in dead], failing_since=newsroom.clock())
    happens(newsroom)
    async with open_post(newsroom, concurrency=1):
        await receivers.until(lambda: receivers.dead == FOR_EACH_FETCH // post_room.FAILING_SHARE)
        add(f"{receivers.url}/well")
        happens(newsroom)
        await receivers.until(lambda: len(receivers.arrived) == 1)


async def test_what_is_owed_leaves_at_once_although_nobody_looks_for_a_minute(newsroom, add, receivers):
    add(f"{receivers.url}/desk")
    async with open_post(newsroom, idle_seconds=60):
        for number in range(1, 4):
            await asyncio.to_thread(happens, newsroom)
            await receivers.until(lambda wanted=number: len(receivers.arrived) == wanted)


async def test_another_process_that_owes_something_rings_too(newsroom, database_url, add):
    """On PostgreSQL; a SQLite file is looked at now and then."""
    if newsroom.database.is_sqlite:
        pytest.skip("SQLite has no way to tell another process")
    add("http://127.0.0.1:9/")
    with Database(database_url) as elsewhere, Bell(newsroom.database) as bell:
        async with asyncio.timeout(30):
            while not bell.rung.is_set():
                await asyncio.to_thread(_tell_from, elsewhere, newsroom)
                await asyncio.wait({asyncio.ensure_future(bell.rung.wait())}, timeout=0.2)
    await asyncio.to_thread(bell.wait_until_still)


def _tell_from(database, newsroom):
    now = newsroom.clock()
    told = NewEvent(EventId(new_id()), EventType.TEST, now, {"type": "test"})
    with database.write() as conn:
        tell(conn, [News(told, Subject(EventType.STATEMENT_EDITED, None, (), (), Level.MAJOR))], now=now)


async def test_a_busy_post_room_writes_many_results_in_one_transaction(newsroom, add, receivers, monkeypatch):
    add(f"{receivers.url}/desk")
    groups = []
    real = post_room.note_in

    def count(conn, room, tried):
        groups.append(len(tried))
        return real(conn, room, tried)

    monkeypatch.setattr(post_room, "note_in", count)
    wanted = happens(newsroom, 300)
    async with open_post(newsroom):
        await receivers.until(lambda: len(receivers.arrived) == 300)
    assert [key for _, key in sorted(receivers.arrived)] == sorted(wanted)
    assert states(newsroom) == {AlertState.DELIVERED: 300}
    assert max(groups) > 8


async def test_results_are_written_down_when_the_database_is_back(newsroom, add, receivers, monkeypatch):
    add(f"{receivers.url}/desk")
    happens(newsroom)
    real, failures = post_room.note_in, []

    def fail_twice(conn, room, tried):
        if tried and len(failures) < 2:
            failures.append(tried)
            raise DatabaseGone("away")
        return real(conn, room, tried)

    monkeypatch.setattr(post_room, "note_in", fail_twice)
    async with open_post(newsroom, idle_seconds=0.01):
        await receivers.until(lambda: len(receivers.arrived) == 1)
        async with asyncio.timeout(30):
            while states(newsroom) != {AlertState.DELIVERED: 1}:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert len(failures) == 2
    assert len(receivers.arrived) == 1


async def test_what_is_not_finished_in_the_grace_is_given_back(newsroom, add, receivers):
    add(f"{receivers.url}/dead")
    happens(newsroom)
    async with open_post(newsroom, grace_seconds=0):
        await receivers.until(lambda: receivers.dead == 1)
    with newsroom.database.read() as conn:
        (left,) = alerts.list_alerts(conn).items
    assert (left.state, left.tries, left.next_try_at) == (AlertState.PENDING, 0, newsroom.clock())


def test_a_quick_receiver_is_sent_more_at_a_time_until_it_is_slow_again():
    key = DestinationId(uuid.UUID(int=1))

    class Taken:
        alert = type("Alert", (), {"destination_id": key})

    pace = Pace()
    assert pace.most() == {}
    for _ in range(40):
        pace.note([(Taken, Delivered(204, "", 0.002))])
    assert pace.most() == {key: MOST_TO_QUICK}
    pace.note([(Taken, Delivered(204, "", 0.05))])
    assert pace.most() == {key: 8}
    pace.note([(Taken, Failed("no answer", is_refused=False))])
    assert pace.most() == {}
