"""The outbox: every alert is a row, taken by one worker at a time, tried until it arrives."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.destinations import Alert, AlertState, Delivery, DestinationState
from app.domain.errors import LeaseLost, NotFound
from app.domain.events import EventType
from app.domain.ids import AlertId, DestinationId, EditId
from app.storage.dialect import insert_or_skip
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import alert, delivery, destination, event
from app.storage.written import TryWritten, note

PLAIN = ("id", "event_id", "destination_id", "type", "state", "tries", "next_try_at", "created_at", "delivered_at")


@dataclass(frozen=True, slots=True)
class TakenAlert:
    """An alert with all that its sending needs; ``body`` is the JSON text to the letter."""

    alert: Alert
    round: int
    lease: str
    body: str
    event_at: datetime
    kind: str
    url: str
    encrypted_secrets: tuple[str, ...]
    failing_since: datetime | None


def add_alerts(conn: sa.Connection, new: Iterable[Alert], *, edit_id: EditId | None) -> None:
    """Owe these alerts; one that is owed already stays as it is."""
    rows = [
        {**{name: getattr(one, name) for name in PLAIN}, "edit_id": edit_id, "round": 0, "lease": None} for one in new
    ]
    if rows:
        conn.execute(insert_or_skip(conn, alert), rows)


def take_alerts(
    conn: sa.Connection,
    *,
    now: datetime,
    limit: int,
    lease: str,
    lease_seconds: float,
    per_destination: int = 4,
    types: Collection[EventType] = (),
) -> tuple[TakenAlert, ...]:
    """Up to ``limit`` alerts that are due, of active destinations, the oldest first, few of any one destination.

    Only of these ``types``, where some are named.
    """
    until = now + timedelta(seconds=lease_seconds)
    chosen = _choose(conn, now=now, until=until, limit=limit, per_destination=per_destination, types=types)
    if not chosen:
        return ()
    conn.execute(sa.update(alert).where(alert.c.id.in_(chosen)).values(lease=lease, next_try_at=until))
    told = (event.c.body, event.c.at.label("event_at"))
    reached = (destination.c.kind, destination.c.url, destination.c.secrets, destination.c.failing_since)
    query = (
        sa.select(alert, *told, *reached)
        .join(event, event.c.id == alert.c.event_id)
        .join(destination, destination.c.id == alert.c.destination_id)
        .where(alert.c.id.in_(chosen))
        .order_by(event.c.position)
    )
    return tuple(_taken(row, lease) for row in conn.execute(query))


def _choose(
    conn: sa.Connection,
    *,
    now: datetime,
    until: datetime,
    limit: int,
    per_destination: int,
    types: Collection[EventType],
) -> list[AlertId]:
    """The alerts that are due: a few of each destination at a time, so that none holds up the others.

    Destinations that took their last alert come before those that did not, and these are tried with one at a time.
    ``until`` is when the leases end that are given now: what is being sent at this moment falls due before.
    """
    pending = alert.c.state == sa.literal_column("'pending'")
    if types:
        pending = sa.and_(pending, alert.c.type.in_(types))
    its_own = sa.and_(alert.c.destination_id == destination.c.id, pending, alert.c.next_try_at <= now)
    oldest = sa.select(sa.func.min(alert.c.next_try_at)).where(its_own).scalar_subquery()
    waiting = (
        sa.select(destination.c.id, destination.c.failing_since.is_not(None).label("is_failing"))
        .where(destination.c.state == DestinationState.ACTIVE, oldest.is_not(None))
        .order_by(destination.c.failing_since.is_not(None), oldest, destination.c.id)
        .limit(limit)
    )
    chosen: list[AlertId] = []
    for row in conn.execute(waiting).all():
        mine = sa.and_(alert.c.destination_id == row.id, pending)
        being_sent = (alert.c.next_try_at > now, alert.c.next_try_at <= until, alert.c.lease.is_not(None))
        in_hand = sa.select(sa.func.count()).where(mine, *being_sent)
        free = (1 if row.is_failing else per_destination) - conn.execute(in_hand).scalar_one()
        ready = sa.select(alert.c.id).where(mine, alert.c.next_try_at <= now)
        first = ready.order_by(alert.c.next_try_at, alert.c.id).limit(min(free, limit - len(chosen)))
        if free > 0 and len(chosen) < limit:
            chosen += conn.execute(first.with_for_update(skip_locked=True)).scalars()
    return chosen


def finish_try(
    conn: sa.Connection, taken: TakenAlert, tried: Delivery, *, state: AlertState, next_try_at: datetime | None
) -> None:
    """Note how one try went, and when the next is.

    Raises:
        LeaseLost: another worker has the alert now.
    """
    mine = sa.and_(alert.c.id == taken.alert.id, alert.c.lease == taken.lease)
    values = {
        "state": state,
        "tries": tried.number,
        "round": taken.round + 1,
        "next_try_at": next_try_at,
        "lease": None,
        "delivered_at": tried.at if state is AlertState.DELIVERED else None,
    }
    if conn.execute(sa.update(alert).where(mine).values(values)).rowcount != 1:
        raise LeaseLost(f"Alert {taken.alert.id} was taken by another worker.")
    conn.execute(sa.insert(delivery).values({column.name: getattr(tried, column.name) for column in delivery.c}))
    note(conn, TryWritten(tried, state))


def give_back(conn: sa.Connection, taken: Iterable[TakenAlert], *, now: datetime) -> None:
    """Return alerts that this worker will not send, at once due again; what it has lost meanwhile stays as it is."""
    for one in taken:
        mine = sa.and_(alert.c.id == one.alert.id, alert.c.lease == one.lease)
        conn.execute(sa.update(alert).where(mine).values(lease=None, next_try_at=now))


def replay_alert(conn: sa.Connection, alert_id: AlertId, *, now: datetime) -> Alert:
    """Send an alert again, with the same id, whatever became of it before.

    Raises:
        NotFound: there is no such alert.
    """
    values = {"state": AlertState.PENDING, "next_try_at": now, "round": 0, "lease": None, "delivered_at": None}
    if conn.execute(sa.update(alert).where(alert.c.id == alert_id).values(values)).rowcount == 0:
        raise NotFound("alert", alert_id)
    return get_alert(conn, alert_id)


def replay_range(
    conn: sa.Connection, destination_id: DestinationId, *, since: datetime, until: datetime, now: datetime
) -> int:
    """Send again all alerts of a destination that were made in a stretch of time; how many."""
    mine = sa.and_(
        alert.c.destination_id == destination_id,
        alert.c.created_at >= since,
        alert.c.created_at < until,
    )
    values = {"state": AlertState.PENDING, "next_try_at": now, "round": 0, "lease": None, "delivered_at": None}
    return conn.execute(sa.update(alert).where(mine).values(values)).rowcount


def get_alert(conn: sa.Connection, alert_id: AlertId) -> Alert:
    """The alert.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(alert).where(alert.c.id == alert_id)).one_or_none()
    if row is None:
        raise NotFound("alert", alert_id)
    return _build(row)


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
    if destination_id:
        query = query.where(alert.c.destination_id == destination_id)
    if state:
        query = query.where(alert.c.state == state)
    return newest_first(conn, query, at=alert.c.created_at, key=alert.c.id, after=after, limit=limit, build=_build)


def list_deliveries(conn: sa.Connection, alert_id: AlertId) -> tuple[Delivery, ...]:
    """Every try of an alert, first to last."""
    rows = conn.execute(sa.select(delivery).where(delivery.c.alert_id == alert_id).order_by(delivery.c.number))
    return tuple(Delivery(**row._mapping) for row in rows)


def _taken(row: sa.Row[Any], lease: str) -> TakenAlert:
    return TakenAlert(
        alert=_build(row),
        round=row.round,
        lease=lease,
        body=row.body,
        event_at=row.event_at,
        kind=row.kind,
        url=row.url,
        encrypted_secrets=tuple(row.secrets),
        failing_since=row.failing_since,
    )


def _build(row: sa.Row[Any]) -> Alert:
    values = {name: row._mapping[alert.c[name]] for name in PLAIN}
    return Alert(**{**values, "state": AlertState(values["state"])})
