"""The work that is due, and its leases: who may ask which host now, and who still may store what came back.

A worker takes checks with a token, which is written on the check and on its host. Both must still be there when the
result is stored; if the lease ran out and somebody else took the check, or asked the host something else meanwhile,
the whole transaction is undone. A host is held until its request is finished: while it is asked, its ``next_at`` is the
end of the lease, so nobody else asks it. Who finishes writes its check before its host; who takes work passes over
what is locked, so neither waits for the other.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from app.domain.budget import Allowance, Demand
from app.domain.checks import Check, Purpose
from app.domain.errors import LeaseLost
from app.domain.ids import StatementId, WatchId
from app.domain.watches import WatchState
from app.storage import hosts, next_looks
from app.storage.sending import send
from app.storage.tables import check, host, watch
from app.storage.together import Turn, write
from app.storage.wordings import wording_from_json, wording_to_json

RATES = {"pinned": check.c.pinned_rate, "base": check.c.base_rate, "eager": check.c.eager_rate}
HIDDEN = {"is_paused", "is_counted", *(rate.name for rate in RATES.values())}
COLUMNS = [column for column in check.c if column.name not in HIDDEN]
TERMS = (*RATES.values(), host.c.base_share, host.c.stretch, host.c.paid_until, host.c.silences)
"""What a check asks for in the long run, how much of it its host may have, and whether that answers."""
MOST_LOOKS = 8
"""How often hosts are looked for in one taking, where those found turn out to have nothing due after all."""


_ADD = sa.insert(check)


def add_checks(conn: sa.Connection, checks: Iterable[Check]) -> None:
    """Owe these requests, and know their hosts. Those of a paused watch wait with it; a removed one is owed none."""
    write(conn, Turn.CHECK_OWED, _add_all, checks)


def _add_all(conn: sa.Connection, wanted: Sequence[Check]) -> None:
    states = _watch_states(conn, {one.watch_id for one in wanted})
    rows = [
        {**column_values(one), "is_counted": False, "is_paused": states[one.watch_id] == WatchState.PAUSED}
        for one in wanted
        if states[one.watch_id] != WatchState.REMOVED
    ]
    if rows:
        send(conn, _ADD, rows)
        hosts.know_hosts(conn, {row["host"] for row in rows})


def take_checks(
    conn: sa.Connection, *, now: datetime, limit: int, lease: str, lease_seconds: float
) -> tuple[Check, ...]:
    """Up to ``limit`` due checks, at most one a host and only of hosts that may be asked now, for this token.

    Of a host it is the check that has been due longest. The checks come back as they were owed (``due_at`` is when
    they should have been made).
    """
    hosts.count_in(conn)
    rows = _find_ready(conn, now=now, limit=limit)
    if rows:
        until = now + timedelta(seconds=lease_seconds)
        conn.execute(_TAKE, {"ids": [row.id for row in rows], "lease": lease, "due_at": until})
        hosts.hold(conn, [row.host for row in rows], lease=lease, until=until)
    return tuple(build_check(row, lease=lease) for row in rows)


_THESE = check.c.id.in_(sa.bindparam("ids", expanding=True))
_TAKE = sa.update(check).where(_THESE)
_READY = sa.and_(check.c.due_at <= sa.bindparam("now", type_=check.c.due_at.type), sa.not_(check.c.is_paused))
_FIRST = sa.select(check.c.id).where(check.c.host == host.c.name, _READY).order_by(check.c.due_at, check.c.id).limit(1)
_FIRST_OF = sa.select(_FIRST.scalar_subquery()).where(host.c.name.in_(sa.bindparam("names", expanding=True)))
_LOCKED = (
    sa.select(*COLUMNS, *TERMS)
    .join(host, host.c.name == check.c.host)
    .where(_THESE, _READY)
    .with_for_update(skip_locked=True, of=check)
)


def _find_ready(conn: sa.Connection, *, now: datetime, limit: int) -> Sequence[sa.Row[Any]]:
    """The first due check of each of ``limit`` hosts; hosts that turn out to have none are put right."""
    for _ in range(MOST_LOOKS):
        names = hosts.lock_ready(conn, now=now, limit=limit)
        if not names:
            break
        rows = _first_of(conn, names, now=now)
        if len(rows) < len(names):
            hosts.put_right(conn, set(names) - {row.host for row in rows})
        if rows:
            return rows
    return ()


def _first_of(conn: sa.Connection, names: list[str], *, now: datetime) -> Sequence[sa.Row[Any]]:
    """The check of each host that has been due longest, unless somebody is changing it at this moment."""
    picked = conn.execute(_FIRST_OF, {"names": names, "now": now}).scalars().all()
    return conn.execute(_LOCKED, {"ids": [key for key in picked if key], "now": now}).all()


_DONE = sa.and_(check.c.id == sa.bindparam("done_id"), check.c.lease.is_not_distinct_from(sa.bindparam("done_lease")))
_FINISH, _REMOVE_DONE = sa.update(check).where(_DONE), sa.delete(check).where(_DONE)


def finish_check(conn: sa.Connection, done: Check, *, next_check: Check | None) -> None:
    """Put the next check in the place of the one that was done; None where no further one is owed.

    :func:`release_host` comes after it in the same transaction, and reads when the host is ready again.

    Raises:
        LeaseLost: somebody else has this work now.
    """
    write(conn, Turn.CHECK_DONE, _finish_all, [(done, next_check)])


def _finish_all(conn: sa.Connection, finished: Sequence[tuple[Check, Check | None]]) -> None:
    over = [_held(done) for done, following in finished if following is None]
    owed = [(done, following) for done, following in finished if following is not None]
    rows = [
        {**column_values(following), "is_counted": following.host == done.host, **_held(done)}
        for done, following in owed
    ]
    for row in rows:
        del row["id"]
    count = 0
    for statement, several in ((_REMOVE_DONE, over), (_FINISH, rows)):
        count += send(conn, statement, several)
    hosts.know_hosts(conn, {following.host for done, following in owed if following.host != done.host})
    if count != len(finished):
        raise LeaseLost(f"Check {finished[0][0].id} was taken by another worker.")


def _held(done: Check) -> dict[str, Any]:
    return {"done_id": done.id, "done_lease": done.lease}


def release_host(
    conn: sa.Connection,
    done: Check,
    *,
    next_at: datetime,
    gap_seconds: float,
    refusals: int,
    silences: int = 0,
    paid_until: datetime | None = None,
) -> None:
    """Let others ask the host of a finished check again from ``next_at`` on.

    ``paid_until`` is how far its budget is spent; None leaves that as it is.

    Raises:
        LeaseLost: another worker asks this host now; what it finds is newer.
    """
    spent = {} if paid_until is None else {"paid_until": paid_until}
    pace = {"next_at": next_at, "gap_seconds": gap_seconds, "refusals": refusals, "silences": silences, **spent}
    write(conn, Turn.HOST_FREE, _release_all, [(done, pace)])


def _release_all(conn: sa.Connection, finished: Sequence[tuple[Check, Mapping[str, Any]]]) -> None:
    if not hosts.release_all(conn, [(done.host, done.lease, pace) for done, pace in finished]):
        raise LeaseLost(f"{finished[0][0].host} is being asked by another worker.")


_REFUSALS = sa.select(host.c.refusals).where(host.c.name == sa.bindparam("of_name"))


def get_host_refusals(conn: sa.Connection, name: str) -> int:
    """How many times in a row this host asked for less (429, 503)."""
    return conn.execute(_REFUSALS, {"of_name": name}).scalar_one_or_none() or 0


def give_back(conn: sa.Connection, taken: Iterable[Check], *, now: datetime) -> None:
    """Return work that this worker will not do, at once due again; what it has lost meanwhile stays as it is."""
    for one in taken:
        mine = sa.and_(check.c.id == one.id, check.c.lease == one.lease)
        conn.execute(sa.update(check).where(mine).values(lease=None, due_at=one.due_at))
        hosts.release(conn, one, next_at=now)


def make_due(conn: sa.Connection, watch_id: WatchId, *, now: datetime, reason: str) -> None:
    """Bring the list check of a watch forward to now, unless it is being made at this moment."""
    mine = sa.and_(check.c.watch_id == watch_id, check.c.purpose == Purpose.LIST)
    conn.execute(
        sa.update(check).where(mine, check.c.lease.is_(None)).values(due_at=now, reason=reason, is_counted=False)
    )


def begin_anew(conn: sa.Connection, watch_id: WatchId, *, now: datetime, reason: str) -> None:
    """Make the list check of a watch anew, and all its checks without validators.

    An answer that is on its way was asked for by the old rules: it loses its lease and is not stored.
    """
    mine = check.c.watch_id == watch_id
    conn.execute(sa.update(check).where(mine).values(etag=None, last_modified=None, mark=None))
    anew = sa.update(check).where(mine, check.c.purpose == Purpose.LIST)
    conn.execute(anew.values(due_at=now, reason=reason, lease=None, is_counted=False))


def forget_validators(conn: sa.Connection, watch_id: WatchId, external_id: str) -> None:
    """Fetch a statement whole at its next checks: they remember the answer that showed another wording."""
    about = sa.or_(check.c.external_id == external_id, check.c.purpose == Purpose.LIST)
    mine = sa.and_(check.c.watch_id == watch_id, about)
    conn.execute(sa.update(check).where(mine).values(etag=None, last_modified=None, mark=None))


def set_paused(conn: sa.Connection, watch_id: WatchId, *, is_paused: bool) -> None:
    """Keep all checks of a watch from being taken, or let them be taken again."""
    mine = check.c.watch_id == watch_id
    conn.execute(sa.update(check).where(mine).values(is_paused=is_paused, is_counted=False))


def remove_checks(conn: sa.Connection, watch_id: WatchId) -> None:
    """Owe nothing more to a watch."""
    conn.execute(sa.delete(check).where(check.c.watch_id == watch_id))


def reschedule_list(conn: sa.Connection, watch_id: WatchId, *, due_at: datetime, reason: str) -> None:
    """Make the next list check of a watch at another time."""
    mine = sa.and_(check.c.watch_id == watch_id, check.c.purpose == Purpose.LIST, check.c.lease.is_(None))
    conn.execute(sa.update(check).where(mine).values(due_at=due_at, reason=reason, is_counted=False))


def find_known_items(conn: sa.Connection, watch_id: WatchId, external_ids: Iterable[str]) -> set[str]:
    """Those of the external ids for which a check of their own is owed already."""
    query = sa.select(check.c.external_id).where(
        check.c.watch_id == watch_id, check.c.external_id.in_(list(external_ids))
    )
    return {str(key) for key in conn.execute(query).scalars() if key is not None}


def postpone_own_checks(
    conn: sa.Connection, ids: Iterable[StatementId], *, due_at: datetime, reason: str, demand: Demand | None = None
) -> None:
    """Move the own checks of statements that have just been seen, where they are due before ``due_at``.

    Where a ``demand`` is given, each asks for so much from now on.
    """
    mine = sa.and_(
        check.c.statement_id.in_(list(ids)),
        check.c.purpose == Purpose.STATEMENT,
        check.c.lease.is_(None),
        check.c.due_at < due_at,
    )
    rates = {} if demand is None else rates_row(demand)
    conn.execute(sa.update(check).where(mine).values(due_at=due_at, reason=reason, **rates))


def find_own_check(conn: sa.Connection, statement_id: StatementId) -> tuple[datetime, str] | None:
    """When a statement is looked at next by itself, and why then."""
    mine = sa.and_(check.c.statement_id == statement_id, sa.not_(check.c.is_paused))
    when = sa.select(next_looks.AT.label("at"), next_looks.REASON.label("reason")).join(host, next_looks.HOST)
    row = conn.execute(when.where(mine).order_by(check.c.due_at).limit(1)).first()
    return None if row is None else (row.at, row.reason)


_STATES = sa.select(watch.c.id, watch.c.state).where(watch.c.id.in_(sa.bindparam("ids", expanding=True)))


def _watch_states(conn: sa.Connection, ids: set[WatchId]) -> dict[WatchId, str]:
    rows = conn.execute(_STATES, {"ids": list(ids)})
    return {WatchId(row.id): row.state for row in rows}


def column_values(one: Check) -> dict[str, Any]:
    """A check as it is kept."""
    row = {column.name: getattr(one, column.name) for column in COLUMNS}
    fallback = None if one.fallback is None else wording_to_json(one.fallback)
    return {**row, **rates_row(one.demand), "fallback": fallback}


def rates_row(demand: Demand) -> dict[str, float]:
    """A demand as the columns of a check."""
    return {column.name: getattr(demand, part) for part, column in RATES.items()}


def build_check(row: sa.Row[Any], *, lease: str) -> Check:
    """A check that was taken, from its columns and terms."""
    values = {column.name: row._mapping[column.name] for column in COLUMNS}
    fallback = values["fallback"]
    return Check(
        **{
            **values,
            "purpose": Purpose(values["purpose"]),
            "fallback": None if fallback is None else wording_from_json(fallback),
            "lease": lease,
        },
        demand=Demand(row.pinned_rate, row.base_rate, row.eager_rate),
        allowance=Allowance(row.base_share, row.stretch),
        paid_until=row.paid_until,
        silences=row.silences,
    )
