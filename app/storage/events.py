"""The feed: every event in one order, gapless, in the order of commits."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.destinations import Subject
from app.domain.errors import NotFound
from app.domain.events import Event, EventType
from app.domain.ids import EditId, EventId, StatementId, WatchId
from app.domain.watches import Visibility
from app.storage.dialect import insert_or_skip
from app.storage.sending import send
from app.storage.subjects import subject_from_json, subject_to_json
from app.storage.tables import digest, event, feed_position, statement, watch

PUBLIC_TYPES = tuple(kind for kind in EventType if kind.startswith("statement."))
"""What strangers may read of a public watch; how the service and its checks fare is nobody else's business."""


@dataclass(frozen=True, slots=True)
class NewEvent:
    """An event that has no place in the order yet."""

    id: EventId
    type: EventType
    at: datetime
    body: Mapping[str, Any]
    statement_id: StatementId | None = None
    edit_id: EditId | None = None
    subject: Subject | None = None


def body_text(body: Mapping[str, Any]) -> str:
    """A body as it is sent and shown: JSON without spaces, UTF-8 letters as they are."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


_ADD = sa.insert(event)
_STEP = (
    sa.update(feed_position)
    .where(feed_position.c.id == 1)
    .values(last=feed_position.c.last + sa.bindparam("more", type_=feed_position.c.last.type))
    .returning(feed_position.c.last)
)


def add_events(conn: sa.Connection, new: Sequence[NewEvent]) -> None:
    """Append events to the feed.

    The row of the last position is held until the commit: two transactions that add events follow one another, so a
    reader that goes by positions can never miss one that was committed late. Call it last in a transaction.
    """
    if not new:
        return
    send(conn, insert_or_skip(conn, feed_position), [{"id": 1, "last": 0}])
    last = conn.execute(_STEP, {"more": len(new)}).scalar_one()
    rows = [
        {
            "position": last - len(new) + place,
            "id": one.id,
            "type": one.type,
            "at": one.at,
            "statement_id": one.statement_id,
            "edit_id": one.edit_id,
            "body": body_text(one.body),
            "subject": None if one.subject is None else subject_to_json(one.subject),
        }
        for place, one in enumerate(new, start=1)
    ]
    send(conn, _ADD, rows)
    for_anybody = {row["position"]: row["statement_id"] for row in rows if row["type"] in PUBLIC_TYPES}
    public = _public_of(conn, set(for_anybody.values()) - {None})
    _number_for_strangers(conn, [position for position, of in for_anybody.items() if of in public])


def _public_of(conn: sa.Connection, statement_ids: Collection[StatementId]) -> frozenset[StatementId]:
    """Those of the statements that strangers may read."""
    if not statement_ids:
        return frozenset()
    return frozenset(conn.execute(_OF_PUBLIC, {"statement_ids": list(statement_ids)}).scalars())


_OF_PUBLIC = (
    sa.select(statement.c.id)
    .join_from(statement, watch, watch.c.id == statement.c.watch_id)
    .where(statement.c.id.in_(sa.bindparam("statement_ids", expanding=True)), watch.c.visibility == Visibility.PUBLIC)
)
_PUBLIC = (
    sa.select(statement.c.id)
    .join_from(statement, watch, watch.c.id == statement.c.watch_id)
    .where(statement.c.id == event.c.statement_id, watch.c.visibility == Visibility.PUBLIC)
)
_FOR_STRANGERS = (
    sa.select(event.c.position)
    .where(event.c.public_position.is_(None), event.c.type.in_(PUBLIC_TYPES), _PUBLIC.exists())
    .order_by(event.c.position)
)
_NUMBER = sa.update(event).where(event.c.position == sa.bindparam("of"))
_NUMBER = _NUMBER.values(public_position=sa.bindparam("number"))


def publish_events(conn: sa.Connection, watch_id: WatchId) -> None:
    """Append what the feed has of a watch that is public from now on to the feed of strangers, in its order.

    Call it last in a transaction, as :func:`add_events`.
    """
    conn.execute(sa.update(feed_position).where(feed_position.c.id == 1).values(last=feed_position.c.last))
    mine = sa.select(statement.c.id).where(statement.c.watch_id == watch_id)
    of_watch = _FOR_STRANGERS.where(event.c.statement_id.in_(mine))
    _number_for_strangers(conn, conn.execute(of_watch).scalars().all())


def _number_for_strangers(conn: sa.Connection, found: Sequence[int]) -> None:
    """Give events that strangers may read their numbers; the row of the last position is held."""
    if found:
        last = conn.execute(sa.select(sa.func.max(event.c.public_position))).scalar_one() or 0
        rows = [{"of": place, "number": number} for number, place in enumerate(found, start=last + 1)]
        conn.execute(_NUMBER, rows)


def list_events(
    conn: sa.Connection, *, after: int = 0, types: Sequence[EventType] = (), limit: int = 100
) -> tuple[Event, ...]:
    """The events behind a position, in order."""
    query = sa.select(event).where(event.c.position > after)
    if types:
        query = query.where(event.c.type.in_(types))
    rows = conn.execute(query.order_by(event.c.position).limit(limit))
    return tuple(_build(row) for row in rows)


@dataclass(frozen=True, slots=True)
class Sent:
    """An event as a stream sends it on; ``body`` is its JSON text, to the letter."""

    position: int
    type: EventType
    body: str


def list_sent(conn: sa.Connection, *, after: int, types: Sequence[EventType], limit: int) -> tuple[Sent, ...]:
    """The same as :func:`list_events`, without reading the bodies."""
    query = sa.select(event.c.position, event.c.type, event.c.body).where(event.c.position > after)
    if types:
        query = query.where(event.c.type.in_(types))
    rows = conn.execute(query.order_by(event.c.position).limit(limit))
    return tuple(Sent(row.position, EventType(row.type), row.body) for row in rows)


@dataclass(frozen=True, slots=True)
class Told:
    """An event as filters saw it; ``body`` is its JSON text."""

    id: EventId
    at: datetime
    subject: Subject
    body: str


def each_told(conn: sa.Connection, *, since: datetime, most: int) -> Iterator[Told]:
    """The events with their subjects, newest first, back to a moment; at most so many."""
    kept = (event.c.id, event.c.at, event.c.subject, event.c.body)
    query = sa.select(*kept).where(event.c.subject.is_not(None)).order_by(event.c.position.desc()).limit(most)
    with conn.execution_options(yield_per=500).execute(query) as rows:
        for row in rows:
            if row.at < since:
                return
            yield Told(EventId(row.id), row.at, subject_from_json(row.subject), row.body)


def last_without_subject(conn: sa.Connection) -> datetime | None:
    """When the last event was told of which it is not kept what filters saw; None where there is none."""
    unknown = sa.and_(event.c.subject.is_(None), event.c.type != EventType.TEST)
    newest = sa.select(event.c.at).where(unknown).order_by(event.c.position.desc()).limit(1)
    return conn.execute(newest).scalar_one_or_none()


def last_position(conn: sa.Connection) -> int:
    """The position of the newest event; 0 where there is none."""
    return conn.execute(sa.select(feed_position.c.last)).scalar_one_or_none() or 0


def get_event(conn: sa.Connection, event_id: EventId) -> Event:
    """The event.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(event).where(event.c.id == event_id)).one_or_none()
    if row is None:
        raise NotFound("event", event_id)
    return _build(row)


def get_body(conn: sa.Connection, event_id: EventId) -> str:
    """The JSON text of an event's body, or of a digest's, to the letter.

    Raises:
        NotFound: there is no such event.
    """
    body = conn.execute(sa.select(event.c.body).where(event.c.id == event_id)).scalar_one_or_none()
    if body is None:
        body = conn.execute(sa.select(digest.c.body).where(digest.c.id == event_id)).scalar_one_or_none()
    if body is None:
        raise NotFound("event", event_id)
    text: str = body
    return text


def _build(row: sa.Row[Any]) -> Event:
    return Event(row.id, row.position, EventType(row.type), row.at, json.loads(row.body))
