"""The pulse of the service: one row that says when a check was last finished, and the times when none was."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.stalling import Pulse, ServiceGap
from app.storage.dialect import EPOCH, insert_or_skip
from app.storage.tables import check, host, pulse, service_gap


def load_pulse(conn: sa.Connection) -> Pulse:
    """When a check was last finished, and since when work waits."""
    row = conn.execute(sa.select(pulse)).one_or_none()
    if row is None:
        return Pulse(None, None)
    return Pulse(None if row.last_finished_at == EPOCH else row.last_finished_at, row.waiting_since)


def mark_finished(conn: sa.Connection, *, now: datetime) -> None:
    """Note that a check was finished; nothing has been waiting since then."""
    _know(conn)
    conn.execute(sa.update(pulse).values(last_finished_at=now, waiting_since=None))


def mark_waiting(conn: sa.Connection, known: Pulse, *, since: datetime | None) -> bool:
    """Note since when work waits; False where a check was finished since ``known`` was read."""
    _know(conn)
    same = pulse.c.last_finished_at == (known.last_finished_at or EPOCH)
    return conn.execute(sa.update(pulse).where(same).values(waiting_since=since)).rowcount == 1


def find_waiting(conn: sa.Connection, *, now: datetime, lease_seconds: float) -> datetime | None:
    """Since when the check that waits longest could have been made; ``now`` where work is in hands only; else None."""
    free = sa.and_(check.c.due_at <= now, sa.not_(check.c.is_paused), host.c.next_at <= now)
    oldest = sa.select(check.c.due_at, host.c.next_at).join(host, host.c.name == check.c.host).where(free)
    row = conn.execute(oldest.order_by(check.c.due_at).limit(1)).one_or_none()
    if row is not None:
        both: tuple[datetime, datetime] = (row.due_at, row.next_at)
        return max(both)
    until = now + timedelta(seconds=2 * lease_seconds)
    held = sa.select(host.c.name).where(host.c.ready_at <= until, host.c.lease.is_not(None))
    return None if conn.execute(held.limit(1)).first() is None else now


def open_service_gap(conn: sa.Connection, *, since: datetime) -> bool:
    """Begin a time in which nothing is checked; False where one lasts already."""
    row = {"opened_at": since, "closed_at": None, "open_mark": 1}
    new = insert_or_skip(conn, service_gap).values(row).returning(service_gap.c.open_mark)
    return conn.execute(new).first() is not None


def close_service_gap(conn: sa.Connection, *, now: datetime) -> ServiceGap | None:
    """End it; None where none lasts."""
    ended = sa.update(service_gap).where(service_gap.c.open_mark == 1).values(closed_at=now, open_mark=None)
    row = conn.execute(ended.returning(service_gap.c.opened_at)).one_or_none()
    return None if row is None else ServiceGap(row.opened_at, now)


def add_service_gap(conn: sa.Connection, gap: ServiceGap) -> None:
    """Note a time that was over when anybody could note it."""
    row = {"opened_at": gap.opened_at, "closed_at": gap.closed_at, "open_mark": None}
    conn.execute(insert_or_skip(conn, service_gap), [row])


def find_open_gap(conn: sa.Connection) -> ServiceGap | None:
    """The time without checks that lasts; None where there is none."""
    row = conn.execute(sa.select(service_gap).where(service_gap.c.open_mark == 1)).one_or_none()
    return None if row is None else ServiceGap(row.opened_at, None)


def list_service_gaps(conn: sa.Connection, *, since: datetime, limit: int = 200) -> tuple[ServiceGap, ...]:
    """The times without checks that ended after ``since``, newest first."""
    lasting = sa.or_(service_gap.c.closed_at.is_(None), service_gap.c.closed_at > since)
    query = sa.select(service_gap).where(lasting).order_by(service_gap.c.opened_at.desc()).limit(limit)
    return tuple(ServiceGap(row.opened_at, row.closed_at) for row in conn.execute(query))


def _know(conn: sa.Connection) -> None:
    conn.execute(insert_or_skip(conn, pulse), [{"id": 1, "last_finished_at": EPOCH, "waiting_since": None}])
