"""Alerts: every one is a row, and so is every try; what is or was owed to whom, and owing it again."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.destinations import Alert, AlertState, Delivery
from app.domain.errors import NotFound
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EditId
from app.storage.dialect import insert_or_skip
from app.storage.paging import PageOf, Place, newest_first
from app.storage.sending import send
from app.storage.tables import alert, delivery, event
from app.storage.together import Turn, write
from app.storage.written import AlertsOwed, note

CHANNEL = "walkback_alerts"
RING = f"NOTIFY {CHANNEL}"
"""Tells the other processes of a fleet, once it is committed, that alerts are owed."""
INDEXED = frozenset({AlertState.PENDING, AlertState.FAILED})
"""Of which a destination has an index of its own."""
PLAIN = (
    "id", "event_id", "destination_id", "type", "state", "tries", "next_try_at", "created_at", "delivered_at",
    "began_at", "digest_id",
)  # fmt: skip


def add_alerts(conn: sa.Connection, new: Iterable[Alert], *, edit_id: EditId | None) -> None:
    """Owe these alerts; one that is owed already stays as it is."""
    write(conn, Turn.ALERT, _add_all, [(one, edit_id) for one in new])


def _add_all(conn: sa.Connection, new: Sequence[tuple[Alert, EditId | None]]) -> None:
    rows = [
        {name: getattr(one, name) for name in PLAIN}
        | {"severity": one.level.rank, "edit_id": edit_id, "round": 0, "lease": None}
        for one, edit_id in new
    ]
    send(conn, insert_or_skip(conn, alert), rows)
    note(conn, AlertsOwed(len(rows)))
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql(RING)


def replay_alert(conn: sa.Connection, alert_id: AlertId, *, now: datetime) -> Alert:
    """Send an alert again, alone and with the same id, whatever became of it before.

    Raises:
        NotFound: there is no such alert.
    """
    began = sa.func.coalesce(alert.c.began_at, sa.bindparam(None, now, alert.c.began_at.type))
    values = {**_AGAIN, "next_try_at": now, "began_at": began, "digest_id": None}
    if conn.execute(sa.update(alert).where(alert.c.id == alert_id).values(values)).rowcount == 0:
        raise NotFound("alert", alert_id)
    return get_alert(conn, alert_id)


def replay_range(
    conn: sa.Connection, destination_id: DestinationId, *, since: datetime, until: datetime, now: datetime
) -> int:
    """Send again all alerts of a destination that were made in a stretch of time; how many messages that is."""
    made = sa.and_(alert.c.created_at >= since, alert.c.created_at < until)
    return _replay(conn, destination_id, made, now=now)


def replay_since(conn: sa.Connection, destination_id: DestinationId, position: int, *, now: datetime) -> int:
    """Send again all alerts of a destination from a place in the feed on; how many messages that is."""
    later = sa.select(event.c.id).where(event.c.position >= position)
    return _replay(conn, destination_id, alert.c.event_id.in_(later), now=now)


def _replay(conn: sa.Connection, destination_id: DestinationId, which: sa.ColumnElement[bool], *, now: datetime) -> int:
    """What went into a digest is sent again in it; what still waits for its time goes on waiting."""
    mine = alert.c.destination_id == destination_id
    digests = sa.select(alert.c.digest_id).where(mine, which, alert.c.digest_id.is_not(None))
    is_digest = alert.c.type == EventType.DIGEST
    alone = sa.and_(which, alert.c.digest_id.is_(None), sa.not_(is_digest))
    wanted = sa.or_(alone, sa.and_(is_digest, alert.c.event_id.in_(digests)))
    waits = sa.and_(alert.c.began_at.is_(None), alert.c.next_try_at.is_not(None))
    at = sa.case((waits, alert.c.next_try_at), else_=sa.bindparam(None, now, alert.c.next_try_at.type))
    return conn.execute(sa.update(alert).where(mine, wanted).values(**_AGAIN, next_try_at=at)).rowcount


_AGAIN: dict[str, Any] = {"state": AlertState.PENDING, "round": 0, "lease": None, "delivered_at": None}


def get_alert(conn: sa.Connection, alert_id: AlertId) -> Alert:
    """The alert.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(alert).where(alert.c.id == alert_id)).one_or_none()
    if row is None:
        raise NotFound("alert", alert_id)
    return build_alert(row)


def list_alerts(
    conn: sa.Connection,
    *,
    destination_id: DestinationId | None = None,
    state: AlertState | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[Alert]:
    """A page of alerts, newest first."""
    query = sa.select(alert)
    sieve: list[sa.ColumnElement[bool]] = []
    if destination_id:
        query = query.where(alert.c.destination_id == destination_id)
    if state and destination_id and state in INDEXED:
        query = query.where(alert.c.state == sa.literal_column(f"'{state}'"))
    elif state:
        sieve.append(alert.c.state == state)
    at, key = alert.c.created_at, alert.c.id
    return newest_first(conn, query, at=at, key=key, after=after, limit=limit, build=build_alert, sieve=sieve)


def list_deliveries(conn: sa.Connection, alert_id: AlertId) -> tuple[Delivery, ...]:
    """Every try of an alert, first to last."""
    rows = conn.execute(sa.select(delivery).where(delivery.c.alert_id == alert_id).order_by(delivery.c.number))
    return tuple(Delivery(**row._mapping) for row in rows)


def build_alert(row: sa.Row[Any]) -> Alert:
    """The alert that a row of its table is."""
    values = {name: row._mapping[alert.c[name]] for name in PLAIN}
    values |= {"state": AlertState(values["state"]), "type": EventType(values["type"])}
    return Alert(**values, level=list(Level)[row._mapping[alert.c.severity]])
