"""Digests in the making: what is due at a destination that wants to hear at its own times, put off or gathered.

Whoever calls this holds the row of the destination, so that no two workers decide about the same alerts.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.destinations import Alert, AlertState, DestinationState
from app.domain.digests import MOST_MEMBERS, MOST_SHOWN, Contents, Member
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EventId
from app.domain.timing import HOUR, Timing, Waiting
from app.storage.alerts import add_alerts
from app.storage.dialect import EPOCH
from app.storage.events import body_text
from app.storage.tables import alert, destination, digest, event
from app.storage.timings import timing_from_json

_MICROSECOND = timedelta(microseconds=1)
_LEVELS = tuple(Level)
_PENDING = alert.c.state == sa.literal_column("'pending'")
_OTHERS = alert.c.type != EventType.TEST
"""A test leaves at once: somebody waits for it."""
_FRESH = sa.and_(alert.c.began_at.is_(None), _OTHERS)


@dataclass(frozen=True, slots=True)
class TimedDestination:
    """A destination with times of its own, where something is due. ``sent_at`` are requests of the last hour."""

    id: DestinationId
    timing: Timing
    sent_at: tuple[datetime, ...]


def lock_timed(conn: sa.Connection, *, now: datetime, limit: int) -> tuple[TimedDestination, ...]:
    """Destinations with a timing where something is due, held until the end of the transaction; others skip them."""
    due = sa.exists(sa.select(alert.c.id).where(alert.c.destination_id == destination.c.id, *_due(now)))
    query = (
        sa.select(destination.c.id, destination.c.timing, destination.c.sent_at)
        .where(destination.c.state == DestinationState.ACTIVE, destination.c.timing.is_not(None), due)
        .order_by(destination.c.failing_since.is_not(None), destination.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True, of=destination)
    )
    return tuple(
        TimedDestination(
            DestinationId(row.id),
            timing_from_json(row.timing),
            tuple(EPOCH + count * _MICROSECOND for count in row.sent_at or ()),
        )
        for row in conn.execute(query)
    )


def note_sent(conn: sa.Connection, timed: TimedDestination, *, count: int, now: datetime) -> None:
    """Remember that so many requests leave now; what is older than an hour is forgotten."""
    recent = [at for at in timed.sent_at if at > now - HOUR] + [now] * count
    written = [(at - EPOCH) // _MICROSECOND for at in recent]
    conn.execute(sa.update(destination).where(destination.c.id == timed.id).values(sent_at=written))


def count_due(conn: sa.Connection, destination_id: DestinationId, *, now: datetime) -> Waiting:
    """What is due at a destination, tests aside; counted no further than one digest goes."""
    due = sa.select(
        sa.case((alert.c.began_at.is_(None), 1), else_=0).label("is_fresh"),
        sa.case((alert.c.next_try_at > alert.c.created_at, 1), else_=0).label("is_delayed"),
    )
    due = due.where(alert.c.destination_id == destination_id, *_due(now), _OTHERS)
    some = due.order_by(alert.c.next_try_at, alert.c.id).limit(MOST_MEMBERS).subquery()
    count, fresh = sa.func.count(), sa.func.sum(some.c.is_fresh)
    delayed = sa.func.sum(some.c.is_fresh * some.c.is_delayed)
    row = conn.execute(sa.select(count, fresh, delayed).select_from(some)).one()
    return Waiting(row[0] - (row[1] or 0), row[1] or 0, row[2] or 0)


def put_off(
    conn: sa.Connection, destination_id: DestinationId, *, now: datetime, until: datetime, but_major: bool = False
) -> int:
    """Let what is due at a destination wait until a later moment, tests aside; ``but_major``: not what is major.

    So many at a time as go into one digest: where that many were put off, there may be more.
    """
    due = sa.select(alert.c.id).where(alert.c.destination_id == destination_id, *_due(now), _OTHERS)
    if but_major:
        due = due.where(alert.c.severity < Level.MAJOR.rank)
    some = due.order_by(alert.c.next_try_at, alert.c.id).limit(MOST_MEMBERS)
    waits = sa.update(alert).where(alert.c.id.in_(some.scalar_subquery())).values(next_try_at=until, lease=None)
    return conn.execute(waits).rowcount


def reschedule(
    conn: sa.Connection, destination_id: DestinationId, *, now: datetime, major_at: datetime, others_at: datetime
) -> None:
    """Owe what was never begun at other moments: its destination wants to hear at other times from now on."""
    waits = (alert.c.destination_id == destination_id, _PENDING, _FRESH)
    for is_its, at in (
        (alert.c.severity >= Level.MAJOR.rank, major_at),
        (alert.c.severity < Level.MAJOR.rank, others_at),
    ):
        conn.execute(sa.update(alert).where(*waits, is_its).values(next_try_at=max(at, now)))


@dataclass(frozen=True, slots=True)
class Gathered:
    """What goes into a digest, and the place in the feed of its newest event."""

    contents: Contents
    last_position: int


def gather(conn: sa.Connection, destination_id: DestinationId, digest_id: UUID, *, now: datetime) -> Gathered:
    """Mark all fresh alerts that are due at a destination as members of a digest, and say what it has to tell."""
    fresh = sa.select(alert.c.id).where(alert.c.destination_id == destination_id, *_due(now), _FRESH)
    some = fresh.order_by(alert.c.next_try_at, alert.c.id).limit(MOST_MEMBERS).scalar_subquery()
    values = {"state": AlertState.GATHERED, "digest_id": digest_id, "next_try_at": None, "lease": None}
    conn.execute(sa.update(alert).where(alert.c.id.in_(some)).values(values))
    mine = alert.c.digest_id == digest_id
    counted = sa.select(alert.c.type, alert.c.severity, sa.func.count()).where(mine)
    counts = {
        (EventType(kind), _LEVELS[rank]): count
        for kind, rank, count in conn.execute(counted.group_by(alert.c.type, alert.c.severity))
    }
    first, last = sa.func.min(event.c.position), sa.func.max(event.c.position)
    ends = conn.execute(sa.select(first, last).join(alert, alert.c.event_id == event.c.id).where(mine)).one()
    times = sa.select(event.c.at).where(event.c.position.in_(list(ends))).order_by(event.c.position)
    moments = conn.execute(times).scalars().all()
    return Gathered(Contents(counts, moments[0], moments[-1], _members(conn, mine)), ends[1])


def _members(conn: sa.Connection, mine: sa.ColumnElement[bool]) -> list[Member]:
    """Those that a digest may show, the most severe first, and of a level the oldest first."""
    query = sa.select(event.c.id, event.c.type, event.c.at, event.c.body, alert.c.severity)
    query = query.join(alert, alert.c.event_id == event.c.id).where(mine)
    query = query.order_by(alert.c.severity.desc(), event.c.position).limit(MOST_SHOWN)
    return [_member(row, json.loads(row.body)) for row in conn.execute(query)]


def _member(row: sa.Row[Any, Any, Any, Any, Any], body: dict[str, Any]) -> Member:
    links = body.get("links") or {}
    level = _LEVELS[row.severity]
    return Member(
        EventId(row.id), EventType(row.type), row.at, level, str(body.get("headline") or ""), links, body.get("gist")
    )


def add_digest(conn: sa.Connection, owed: Alert, *, body: dict[str, Any], last_position: int) -> None:
    """Keep a digest as it will be sent, and owe it; ``owed.event_id`` is its id."""
    values = {"id": owed.event_id, "destination_id": owed.destination_id, "at": owed.created_at}
    conn.execute(sa.insert(digest).values(**values, last_position=last_position, body=body_text(body)))
    add_alerts(conn, [owed], edit_id=None)


def settle_members(conn: sa.Connection, digest_id: UUID, *, state: AlertState, at: datetime) -> None:
    """The members of a digest share its end: it arrived, or was given up."""
    open_ones = alert.c.state.in_((AlertState.GATHERED, AlertState.FAILED))
    delivered_at = at if state is AlertState.DELIVERED else None
    mine = sa.update(alert).where(alert.c.digest_id == digest_id, open_ones)
    conn.execute(mine.values(state=state, delivered_at=delivered_at))


def forget_digests(conn: sa.Connection, digest_ids: Sequence[UUID]) -> None:
    """Forget what digests say. Members of one that has not arrived are owed again, each by itself."""
    for key in set(digest_ids):
        members = sa.and_(alert.c.digest_id == key, alert.c.state == AlertState.GATHERED)
        again = {"state": AlertState.PENDING, "digest_id": None, "next_try_at": alert.c.created_at}
        if conn.execute(sa.update(alert).where(members).values(again)).rowcount:
            conn.execute(sa.delete(alert).where(alert.c.event_id == key))
            conn.execute(sa.delete(digest).where(digest.c.id == key))
        else:
            body = body_text({"type": EventType.DIGEST, "id": str(key), "forgotten": True})
            conn.execute(sa.update(digest).where(digest.c.id == key).values(body=body))


def _due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _PENDING, alert.c.next_try_at <= now


def a_digest(
    alert_id: AlertId, digest_id: EventId, destination_id: DestinationId, level: Level, now: datetime
) -> Alert:
    """The alert by which a digest is owed: it has begun, so it goes alone, under one id, until it arrives."""
    return Alert(
        id=alert_id,
        event_id=digest_id,
        destination_id=destination_id,
        type=EventType.DIGEST,
        state=AlertState.PENDING,
        tries=0,
        next_try_at=now,
        created_at=now,
        delivered_at=None,
        level=level,
        began_at=now,
    )
