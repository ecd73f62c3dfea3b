"""Alerts that are owed, a million in seconds: events and alerts are made by the database itself."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.destinations import AlertFilter, Destination, DestinationKind, DestinationState
from app.domain.ids import DestinationId
from app.storage.database import Connection, Database
from app.storage.destinations import add_destination
from app.storage.dialect import UtcTime
from app.storage.tables import alert, event, feed_position
from benchmarks.due_work import id_of, insert_rows, key_of, numbers_up_to


def fill(database: Database, *, alerts: int, destinations: int, now: datetime) -> None:
    """Write destinations, events, and an alert of each event to one of the destinations, all of them due."""
    keys = [DestinationId(key_of(number)) for number in range(destinations)]
    with database.write() as conn:
        for key in keys:
            _add_destination(conn, key, now=now)
        numbers = numbers_up_to(alerts)
        number = numbers.c.number
        at = sa.literal(now - timedelta(minutes=1), UtcTime)
        insert_rows(conn, event, sa.select(*_event_values(conn, number, at)))
        insert_rows(conn, alert, sa.select(*_alert_values(conn, number, at, destinations)))
        conn.execute(sa.insert(feed_position), {"id": 1, "last": alerts})
    with database.engine.connect() as plain:
        plain.execution_options(isolation_level="AUTOCOMMIT", is_reading=True).exec_driver_sql("ANALYZE")


def _add_destination(conn: Connection, key: DestinationId, *, now: datetime) -> None:
    new = Destination(
        id=key,
        kind=DestinationKind.WEBHOOK,
        name="desk",
        url="https://desk.example.org/",
        wish=AlertFilter(),
        state=DestinationState.ACTIVE,
        state_reason=None,
        failing_since=None,
        created_at=now,
        revision=1,
    )
    add_destination(conn, new, secrets=["sealed"])


def _event_values(
    conn: Connection, number: sa.ColumnElement[int], at: sa.ColumnElement[datetime]
) -> list[sa.ColumnElement[Any]]:
    values: dict[str, sa.ColumnElement[Any]] = {
        "position": number + 1,
        "id": id_of(conn, number),
        "type": sa.literal("statement.edited"),
        "at": at,
        "body": sa.literal('{"headline":"an edit"}'),
    }
    return [value.label(name) for name, value in values.items()]


def _alert_values(
    conn: Connection, number: sa.ColumnElement[int], at: sa.ColumnElement[datetime], destinations: int
) -> list[sa.ColumnElement[Any]]:
    same = {"type": "statement.edited", "state": "pending"}
    values: dict[str, sa.ColumnElement[Any]] = {name: sa.literal(value) for name, value in same.items()}
    values |= {"id": id_of(conn, number), "event_id": id_of(conn, number)}
    values |= {"destination_id": id_of(conn, number % destinations)}
    values |= {name: sa.literal(0) for name in ("tries", "round", "severity")}
    values |= {"next_try_at": at, "created_at": at}
    return [value.label(name) for name, value in values.items()]
