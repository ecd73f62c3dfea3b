"""One watch's own check, taken out of its turn: for whoever asks for it here and now."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.checks import Check, Purpose
from app.domain.ids import WatchId
from app.storage import hosts
from app.storage.checks import COLUMNS, TERMS, build_check
from app.storage.tables import check, host


def take_list_check(
    conn: sa.Connection, watch_id: WatchId, *, now: datetime, lease: str, lease_seconds: float
) -> Check | None:
    """The list check of one watch, due or not, for this token; None where it is being made, or its host is asked.

    What is locked by another counts as being made: nobody is waited for.
    """
    untaken = sa.or_(check.c.lease.is_(None), check.c.due_at <= now)
    mine = sa.and_(check.c.watch_id == watch_id, check.c.purpose == Purpose.LIST, untaken)
    row = conn.execute(sa.select(*COLUMNS, *TERMS).join(host, host.c.name == check.c.host).where(mine)).first()
    if row is None:
        return None
    free = sa.select(host.c.name).where(host.c.name == row.host, host.c.next_at <= now)
    if conn.execute(free.with_for_update(skip_locked=True)).first() is None:
        return None
    until = now + timedelta(seconds=lease_seconds)
    if conn.execute(sa.select(check.c.id).where(mine).with_for_update(skip_locked=True)).first() is None:
        return None
    conn.execute(sa.update(check).where(mine).values(lease=lease, due_at=until))
    hosts.hold(conn, [row.host], lease=lease, until=until)
    return build_check(row, lease=lease)
