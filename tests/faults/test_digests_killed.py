"""Workers are killed at random moments while alerts are owed: each leaves, alone or in one digest, always with one id.

The short form runs with the tests; ``make faults KILLS=200`` is the long one. Both tell what they counted.
"""

import asyncio
import random
import signal
from collections import defaultdict
from contextlib import suppress

import pytest
import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.destinations import AlertFilter, Destination, DestinationKind, DestinationState, Subject
from app.domain.events import EventType
from app.domain.ids import DestinationId, EventId
from app.domain.timing import EveryMinutes, Timing
from app.pipeline.telling import News, tell
from app.storage import destinations
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.soundness import check_record
from app.storage.tables import alert
from app.wiring.newsroom import open_newsroom

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(1_800)]

SECRET = "whsec_" + "QUFB" * 10
HALF_A_SECOND = 0.5 / 60
PATIENCE_SECONDS = 60


@pytest.fixture
async def newsroom(make_settings):
    async with open_newsroom(make_settings()) as made:
        yield made


def listen(newsroom, name, url, timing):
    new = Destination(
        id=DestinationId(new_id()),
        kind=DestinationKind.WEBHOOK,
        name=name,
        url=url,
        wish=AlertFilter(),
        state=DestinationState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=newsroom.clock(),
        revision=1,
        timing=timing,
    )
    with newsroom.database.write() as conn:
        destinations.add_destination(conn, new, secrets=[newsroom.seal.seal(SECRET)])


def happens(newsroom, count):
    now, kind = newsroom.clock(), EventType.STATEMENT_EDITED
    told = [NewEvent(key := EventId(new_id()), kind, now, {"type": kind, "id": str(key)}) for _ in range(count)]
    with newsroom.database.write() as conn:
        tell(conn, [News(one, Subject(kind, None, (), (), Level.MAJOR)) for one in told], now=now)
    return {str(one.id) for one in told}


async def arrives(received):
    """When one more alert has come in; at most two seconds from now."""
    before = len(received.received)
    with suppress(TimeoutError):
        async with received.arrived, asyncio.timeout(2):
            await received.arrived.wait_for(lambda: len(received.received) > before)


def undelivered(newsroom):
    with newsroom.database.read() as conn:
        return conn.execute(sa.select(sa.func.count()).where(alert.c.state != "delivered")).scalar_one()


async def test_killed_workers_send_each_alert_and_each_digest_under_one_id(
    newsroom, make_worker, receiver, kills, is_long, tell_counts
):
    """A destination that wants a digest every half a second, and one that wants everything at once."""
    received, url = receiver
    listen(newsroom, "digests", f"{url}?digests", Timing(EveryMinutes(HALF_A_SECOND)))
    listen(newsroom, "at once", f"{url}?at-once", Timing())
    rng, told = random.Random(815), set()
    worker = await make_worker()
    await worker.start()
    for _ in range(kills if is_long else kills // 4):
        for _ in range(2):
            told |= await asyncio.to_thread(happens, newsroom, rng.randint(1, 12))
            await arrives(received)
        await asyncio.sleep(rng.uniform(0, 0.1))  # somewhere between taking, sending and writing down
        await worker.end(signal.SIGKILL)
        await worker.start()
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await asyncio.to_thread(undelivered, newsroom):  # noqa: ASYNC110  # another process delivers
            await asyncio.sleep(0.1)
    await worker.end(signal.SIGTERM)
    counted = _account(newsroom, received, told)
    tell_counts(kills=kills if is_long else kills // 4, **counted)
    assert counted["digests"]


def _account(newsroom, received, told):
    assert all(one.is_genuine for one in received.received)
    bodies = defaultdict(list)
    for one in received.received:
        bodies[one.id].append(one.body)
    assert all(body == same[0] for same in bodies.values() for body in same), "one id, and two bodies"
    digests = {key: same[0] for key, same in bodies.items() if same[0]["type"] == "digest"}
    members = [item["id"] for body in digests.values() for item in body["items"]]
    assert all(body["left_out"] == 0 for body in digests.values())
    assert len(members) == len(set(members)), "an alert in two digests"
    assert {key for key in bodies if key not in digests} == told, "told to the one that hears at once, each"
    found = check_record(newsroom.database, now=newsroom.clock(), lease_seconds=1.0, settling_seconds=0)
    assert found.broken == ()
    with newsroom.database.read() as conn:
        gathered = {
            str(key)
            for key in conn.execute(sa.select(alert.c.event_id).where(alert.c.digest_id.is_not(None))).scalars()
        }
        alerts = conn.execute(sa.select(sa.func.count()).select_from(alert)).scalar_one()
    assert gathered == set(members), "every member of a digest in the record arrived in one"
    return {
        "alerts": alerts,
        "arrived": len(received.received),
        "digests": len(digests),
        "in digests": len(members),
        "lost": len(told - (set(bodies) | set(members))),
        "duplicates (same id)": len(received.received) - len(bodies),
    }
