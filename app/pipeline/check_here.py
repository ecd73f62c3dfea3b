"""A check at once and in this process: for whoever wants to see now what a watch brings, without a worker."""

import asyncio
import secrets
from dataclasses import dataclass
from datetime import timedelta

from app.domain.errors import InvalidInput
from app.domain.events import Event
from app.domain.flags import Flag
from app.domain.ids import WatchId
from app.domain.observations import Visit
from app.domain.watches import Watch, WatchState
from app.pipeline.indexing import make_searchable
from app.pipeline.newsroom import Newsroom
from app.pipeline.poll import Duty, do_duty
from app.storage import events, flags, observations, watches
from app.storage.check_of_watch import take_list_check
from app.storage.server_time import now_in

PATIENCE_SECONDS = 10.0
PAUSE_SECONDS = 0.25
MOST_EVENTS = 1000


@dataclass(frozen=True, slots=True)
class Checked:
    """What one check brought: the watch as it stands after it, the request, and what there is to tell.

    ``flags`` may be there without an event: a removal is told only when a second look has confirmed it.
    """

    watch: Watch
    visit: Visit
    events: tuple[Event, ...]
    flags: tuple[Flag, ...]


async def check_here(newsroom: Newsroom, watch_id: WatchId) -> Checked | None:
    """Make the list check of a watch now. None where another worker is making it, or its host rests for longer.

    Raises:
        NotFound: there is no such watch; InvalidInput: it is paused or removed.
        StorageError: the database could not be used.
    """
    started_at = newsroom.clock()
    with newsroom.database.read() as conn:
        before = events.last_position(conn)
    duty = await _take_patiently(newsroom, watch_id)
    if duty is None:
        return None
    await do_duty(newsroom, duty)
    await asyncio.to_thread(make_searchable, newsroom)
    with newsroom.database.read() as conn:
        visits = observations.list_visits(conn, watch_id, limit=1)
        told = events.list_events(conn, after=before, limit=MOST_EVENTS)
        flagged = flags.list_flags(conn, watch_id=watch_id, since=started_at, limit=MOST_EVENTS).items
        watch = watches.get_watch(conn, watch_id)
    mine = tuple(event for event in told if _watch_named(event) == str(watch_id))
    return Checked(watch, visits[0], mine, flagged) if visits else None


async def _take_patiently(newsroom: Newsroom, watch_id: WatchId) -> Duty | None:
    """The duty, waiting out the short gap between two requests to its host."""
    for left in reversed(range(round(PATIENCE_SECONDS / PAUSE_SECONDS))):
        duty = await asyncio.to_thread(_take, newsroom, watch_id)
        if duty is not None or not left:
            return duty
        await asyncio.sleep(PAUSE_SECONDS)
    return None


def _take(newsroom: Newsroom, watch_id: WatchId) -> Duty | None:
    held_until = newsroom.clock() + timedelta(seconds=newsroom.rules.lease_seconds)
    with newsroom.database.write() as conn:
        watch = watches.get_watch(conn, watch_id)
        if watch.state is not WatchState.ACTIVE:
            raise InvalidInput(f"The watch is {watch.state}; resume it first.")
        taken = take_list_check(
            conn,
            watch_id,
            now=now_in(conn, newsroom.clock),
            lease=secrets.token_hex(16),
            lease_seconds=newsroom.rules.lease_seconds,
        )
    return None if taken is None else Duty(taken, watch, held_until)


def _watch_named(event: Event) -> str | None:
    watch = event.body.get("watch")
    return watch.get("id") if isinstance(watch, dict) else None
