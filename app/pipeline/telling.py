"""Telling: an event in the feed, and an alert for each destination that wants to hear of it, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from app.domain.destinations import Alert, AlertState, Subject, is_wanted
from app.domain.ids import AlertId
from app.domain.timing import due_at
from app.storage import alerts, destinations, events
from app.storage.database import Connection
from app.storage.destinations import Wish
from app.storage.events import NewEvent
from app.storage.identity import new_id
from app.storage.together import gathered

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class News:
    """An event, and what the filters of destinations look at."""

    event: NewEvent
    subject: Subject


def names_of(told: NewEvent) -> dict[str, str | None]:
    """The ids by which an event is found in the log and in the record."""
    return {
        "event_id": str(told.id),
        "statement_id": None if told.statement_id is None else str(told.statement_id),
        "edit_id": None if told.edit_id is None else str(told.edit_id),
    }


def tell(conn: Connection, news: Sequence[News], *, now: datetime) -> None:
    """Append the events to the feed and owe the alerts. Call it last in a transaction."""
    if not news:
        return
    wishes = destinations.list_wishes(conn)
    with gathered(conn):
        for one in news:
            _owe(conn, one, wishes, now=now)
    events.add_events(conn, [replace(one.event, subject=one.subject) for one in news])


def _owe(conn: Connection, one: News, wishes: Sequence[Wish], *, now: datetime) -> None:
    owed = [
        Alert(
            id=AlertId(new_id()),
            event_id=one.event.id,
            destination_id=wish.destination_id,
            type=one.event.type,
            state=AlertState.PENDING,
            tries=0,
            next_try_at=due_at(wish.timing, now=now, level=one.subject.level),
            created_at=now,
            delivered_at=None,
            level=one.subject.level,
        )
        for wish in wishes
        if is_wanted(one.subject, wish.filter)
    ]
    alerts.add_alerts(conn, owed, edit_id=one.event.edit_id)
    log.info("event", **names_of(one.event), type=one.event.type, alerts=len(owed))
