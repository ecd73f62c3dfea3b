"""The hosts that requests go to: when each may be asked again, and when there is something to ask it.

``ready_at`` of a host is the later of the two, so that work is found by reading one index from its beginning, however
much is owed and to whichever hosts. It may be too early, where a check was put off or removed meanwhile: then the host
is looked at once and put right. It is never too late: whoever adds a check or brings one forward marks it as not
counted, and the next who takes work counts it in. Nobody touches a host that is not theirs, so those who write down
answers never wait for each other's hosts; and those who take work pass over what is locked, and wait for nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from app.domain.checks import Check
from app.storage.dialect import EPOCH, UtcTime, insert_or_skip, later_of
from app.storage.sending import send
from app.storage.tables import check, host
from app.storage.together import by_shape

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""``ready_at`` of a host of which nothing is owed."""
COUNTED_AT_ONCE = 500


def know_hosts(conn: sa.Connection, names: Iterable[str]) -> None:
    """Have a row for each of these hosts. A new one may be asked at once, when a check of it is counted in."""
    rows = [
        {"name": name, "next_at": EPOCH, "ready_at": NEVER, "gap_seconds": 0.0, "refusals": 0} for name in sorted(names)
    ]
    send(conn, insert_or_skip(conn, host), rows)


_THESE = host.c.name.in_(sa.bindparam("names", expanding=True))
_NEW = (
    sa.select(check.c.id, check.c.host)
    .where(sa.not_(check.c.is_counted), sa.not_(check.c.is_paused))
    .order_by(check.c.due_at)
    .limit(COUNTED_AT_ONCE)
    .with_for_update(skip_locked=True)
)
_LOCKED = sa.select(host.c.name).where(_THESE).with_for_update(skip_locked=True)
_COUNTED = sa.update(check).where(check.c.id.in_(sa.bindparam("ids", expanding=True)))
_READY = (
    sa.select(host.c.name)
    .where(host.c.ready_at <= sa.bindparam("now", type_=UtcTime))
    .order_by(host.c.ready_at, host.c.name)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_HOLD = sa.update(host).where(_THESE)


def count_in(conn: sa.Connection) -> None:
    """Let hosts be ready for the checks that were added or brought forward, the most urgent first."""
    rows = conn.execute(_NEW).all()
    if not rows:
        return
    names = set(conn.execute(_LOCKED, {"names": list({row.host for row in rows})}).scalars())
    counted = [row.id for row in rows if row.host in names]
    conn.execute(_COUNTED, {"ids": counted, "is_counted": True})
    put_right(conn, names)


def lock_ready(conn: sa.Connection, *, now: datetime, limit: int) -> list[str]:
    """Up to ``limit`` hosts that may be asked something now, those first that have waited longest; they are ours."""
    return list(conn.execute(_READY, {"now": now, "most": limit}).scalars())


def hold(conn: sa.Connection, names: Collection[str], *, lease: str, until: datetime) -> None:
    """Let nobody else ask these hosts before ``until``."""
    conn.execute(_HOLD, {"names": list(names), "lease": lease, "next_at": until, "ready_at": until})


def put_right(conn: sa.Connection, names: Collection[str]) -> None:
    """Work out anew when these hosts, which are locked by this transaction, are ready."""
    conn.execute(_PUT_RIGHT, {"names": list(names)})


def hold_free(conn: sa.Connection, name: str, *, lease: str, now: datetime, until: datetime) -> bool:
    """Let nobody else ask this host before ``until``; False where it may not be asked now, or somebody else has it."""
    free = sa.select(host.c.name).where(host.c.name == name, host.c.next_at <= now)
    if conn.execute(free.with_for_update(skip_locked=True)).first() is None:
        return False
    hold(conn, [name], lease=lease, until=until)
    return True


def find_next_at(conn: sa.Connection, name: str) -> datetime | None:
    """From when on a host may be asked; None where it is not known."""
    found: datetime | None = conn.execute(sa.select(host.c.next_at).where(host.c.name == name)).scalar_one_or_none()
    return found


def release(conn: sa.Connection, done: Check, *, next_at: datetime, **values: Any) -> bool:
    """Let others ask the host of a check again from ``next_at`` on; False where it is not held for this check."""
    return release_held(conn, done.host, done.lease, next_at=next_at, **values)


def release_held(conn: sa.Connection, name: str, lease: str | None, *, next_at: datetime, **values: Any) -> bool:
    """The same for whoever holds a host under a token of its own."""
    return release_all(conn, [(name, lease, {**values, "next_at": next_at})])


def release_all(conn: sa.Connection, held: Iterable[tuple[str, str | None, Mapping[str, Any]]]) -> bool:
    """The same for several hosts with their tokens and new values; False where one of them is not held so."""
    rows = [
        {**values, "lease": None, "of_name": name, "held_by": lease, "from_next_at": values["next_at"]}
        for name, lease, values in held
    ]
    return sum(send(conn, _FREE, several) for several in by_shape(rows, key="of_name")) == len(rows)


def ready_from(next_at: sa.ColumnElement[datetime]) -> sa.ColumnElement[datetime]:
    """When a host is ready that may be asked again from ``next_at`` on."""
    its_own = sa.and_(check.c.host == host.c.name, sa.not_(check.c.is_paused))
    first = sa.select(sa.func.min(check.c.due_at)).where(its_own).scalar_subquery()
    return later_of(next_at, sa.func.coalesce(first, sa.literal(NEVER, UtcTime)))


_PUT_RIGHT = sa.update(host).where(_THESE).values(ready_at=ready_from(host.c.next_at))
_FREE = (
    sa.update(host)
    .where(host.c.name == sa.bindparam("of_name"), host.c.lease.is_not_distinct_from(sa.bindparam("held_by")))
    .values(ready_at=ready_from(sa.bindparam("from_next_at", type_=UtcTime)))
)
