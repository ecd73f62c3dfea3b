"""Whether no work is lost: what is owed to each watch, when its host wakes up, and how long work may be held."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa

from app.domain.destinations import AlertState
from app.domain.flags import ReviewState
from app.domain.watches import WatchState
from app.storage.tables import alert, backfill, check, flag, flag_pin, host, watch


def forgotten_watches(conn: sa.Connection) -> Iterator[str]:
    """Active watches to which no look is owed."""
    owed = sa.exists(sa.select(check.c.id).where(check.c.watch_id == watch.c.id, sa.not_(check.c.is_paused)))
    for key in conn.execute(sa.select(watch.c.id).where(watch.c.state == WatchState.ACTIVE, sa.not_(owed))).scalars():
        yield f"watch {key}"


def sleeping_hosts(conn: sa.Connection) -> Iterator[str]:
    """Hosts that will be asked later than both their pause and their first counted check say, or never."""
    runs = sa.and_(check.c.is_counted, sa.not_(check.c.is_paused))
    first = sa.select(check.c.host, sa.func.min(check.c.due_at).label("due_at")).where(runs).group_by(check.c.host)
    due = first.subquery("due")
    late = sa.and_(host.c.ready_at > due.c.due_at, host.c.ready_at > host.c.next_at)
    wrong = sa.or_(host.c.name.is_(None), host.c.ready_at.is_(None), late)
    query = sa.select(due.c.host, due.c.due_at, host.c.ready_at).outerjoin(host, host.c.name == due.c.host)
    for row in conn.execute(query.where(wrong)):
        yield f"host {row.host} sleeps until {row.ready_at}, and its first check is due at {row.due_at}"


def flags_ranked_wrongly(conn: sa.Connection) -> Iterator[str]:
    """Flags that the list of a pin does not have, has in another place, or still has after they were reviewed."""
    rank = sa.case((flag.c.review_state == ReviewState.OPEN, flag.c.level_rank))
    joined = sa.select(flag_pin.c.flag_id, flag_pin.c.pin_id).join(flag, flag.c.id == flag_pin.c.flag_id)
    for row in conn.execute(joined.where(flag_pin.c.open_rank.is_distinct_from(rank))):
        yield f"flag {row.flag_id} of pin {row.pin_id}"


def leases_without_end(conn: sa.Connection, now: datetime, longest: timedelta) -> Iterator[str]:
    """Work that is held for longer than a worker may hold any: nobody would take it before."""
    until = now + longest
    held = {
        "check": sa.select(check.c.id, check.c.due_at).where(check.c.lease.is_not(None), check.c.due_at > until),
        "alert": sa.select(alert.c.id, alert.c.next_try_at).where(
            alert.c.state == AlertState.PENDING, alert.c.lease.is_not(None), alert.c.next_try_at > until
        ),
        "host": sa.select(host.c.name, host.c.next_at).where(host.c.lease.is_not(None), host.c.next_at > until),
        "backfill": sa.select(backfill.c.id, backfill.c.due_at).where(
            backfill.c.lease.is_not(None), backfill.c.due_at > until
        ),
    }
    for what, query in held.items():
        for key, end in conn.execute(query):
            yield f"{what} {key} is held until {end}"
