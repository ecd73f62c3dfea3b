"""The operator's alarm: nothing has been checked for too long. Told once, by whoever notices first, and once when over.

The alarm is a row: any process of the fleet may look, also one that only answers the interface, and one of them tells.
"""

from datetime import datetime
from typing import Any

import structlog

from app.domain.checks import Check
from app.domain.claims import Level
from app.domain.destinations import Subject
from app.domain.errors import WalkbackError
from app.domain.events import EventType
from app.domain.gists import Deed, Gist
from app.domain.ids import EventId
from app.domain.stalling import Pulse, ServiceGap, longest_seconds, missed, standstill
from app.pipeline.messages import first_line
from app.pipeline.newsroom import Newsroom
from app.pipeline.telling import News, tell
from app.storage import pulse, stock
from app.storage.database import Connection
from app.storage.events import NewEvent
from app.storage.identity import new_id

log = structlog.get_logger()


class ServiceStalled(WalkbackError):
    """Checks are due and none was made for too long: no worker lives, or none gets on."""

    slug = "service-stalled"
    title = "Nothing is being checked"
    retryable = True


def look_for_standstill(newsroom: Newsroom) -> ServiceGap | None:
    """Whether the service stands still at this moment; who finds it first tells of it.

    Raises:
        StorageError: the database cannot be used, so nobody can be told.
    """
    now = newsroom.clock()
    with newsroom.database.read() as conn:
        known = pulse.load_pulse(conn)
        waiting = pulse.find_waiting(conn, now=now, lease_seconds=newsroom.rules.lease_seconds)
        lasting = pulse.find_open_gap(conn)
    since = _waits_since(known, waiting)
    if lasting is not None or (since is None and known.waiting_since is None):
        return lasting
    stands = standstill(Pulse(known.last_finished_at, since), now=now, longest=_longest(newsroom))
    if stands is None and since == known.waiting_since:
        return None
    with newsroom.database.write() as conn:
        if not pulse.mark_waiting(conn, known, since=since) or stands is None:
            return None
        if pulse.open_service_gap(conn, since=stands):
            tell(conn, [_stalled(conn, stands, now)], now=now)
            log.error("service.stalled", since=stands.isoformat())
    return ServiceGap(stands, None)


def note_finished(conn: Connection, newsroom: Newsroom, check: Check, *, now: datetime) -> tuple[News, ...]:
    """A check was finished: the service works. At most twice a minute from each process is that written down.

    Where nothing was checked for too long before it, that time is kept as a gap: told as over where it was told.
    """
    if not newsroom.beat.is_due(now):
        return ()
    known = pulse.load_pulse(conn)
    pulse.mark_finished(conn, now=now)
    ended = pulse.close_service_gap(conn, now=now)
    if ended is not None:
        log.warning("service.resumed", since=ended.opened_at.isoformat())
        return (_resumed(ended, now),)
    since = missed(known, due_at=check.due_at, now=now, longest=_longest(newsroom))
    if since is not None and known.last_finished_at is not None:
        pulse.add_service_gap(conn, ServiceGap(since, now))
    return ()


def _waits_since(known: Pulse, waiting: datetime | None) -> datetime | None:
    """Since when work waits without a break, as far as was looked."""
    if waiting is None:
        return None
    return waiting if known.waiting_since is None else min(known.waiting_since, waiting)


def _longest(newsroom: Newsroom) -> float:
    return longest_seconds(newsroom.rules.stalled_after_seconds, newsroom.rules.lease_seconds)


def _stalled(conn: Connection, since: datetime, now: datetime) -> News:
    overdue = stock.load_due_checks(conn, now=now).waiting.count
    gist = Gist(Deed.STALLED, since=since, count=overdue)
    return _news(EventType.SERVICE_STALLED, gist, now, since=since.isoformat(), until=None, overdue_checks=overdue)


def _resumed(gap: ServiceGap, now: datetime) -> News:
    gist = Gist(Deed.RESUMED, since=gap.opened_at, until=now)
    since, until = gap.opened_at.isoformat(), now.isoformat()
    return _news(EventType.SERVICE_RESUMED, gist, now, since=since, until=until, overdue_checks=None)


def _news(kind: EventType, gist: Gist, now: datetime, **facts: Any) -> News:
    event_id = EventId(new_id())
    body = {"type": kind, "id": str(event_id), "time": now.isoformat(), **first_line(gist), **facts}
    return News(NewEvent(event_id, kind, now, body), Subject(kind, None, (), (), Level.MAJOR))
