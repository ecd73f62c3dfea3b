"""Finished checks that found nothing new, nearly all of them, written down many at a time: a row each, few statements.

It is what :mod:`app.storage.checks`, :mod:`app.storage.statements` and :mod:`app.storage.watches` do for one check,
under the same fence: whoever lost the lease of its check or of its host writes nothing. All rows are locked in the
order of their keys, checks before hosts, so two groups wait for each other at most once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.checks import Check
from app.domain.ids import CheckId, WatchId
from app.domain.observations import Observation, Visit, VisitOutcome
from app.domain.schedule import NextLook
from app.storage.checks import RATES, column_values
from app.storage.hosts import ready_from
from app.storage.observations import add_observations, add_visits
from app.storage.sending import send
from app.storage.standing import Standing
from app.storage.tables import check, gap, host, statement, version, watch


@dataclass(frozen=True, slots=True)
class Finished:
    """One check that was made, and the one that is owed in its place; when its host may be asked again.

    ``own`` is when what it showed is looked at by itself, ``paid_until`` how far the budget of the host is spent.
    ``standing`` are the statements whose latest wording was seen again; ``is_list`` where it says how the watch fares.
    """

    done: Check
    next_check: Check
    own: NextLook
    host_next_at: datetime
    gap_seconds: float
    refusals: int
    paid_until: datetime
    visit: Visit
    standing: tuple[Standing, ...]
    observations: tuple[Observation, ...]
    is_list: bool


def _set(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    return sa.bindparam(f"new_{name}", type_=column.type)


def _key(column: sa.Column[Any]) -> sa.ColumnElement[bool]:
    return column == sa.bindparam("key", type_=column.type)


PLAIN = ("due_at", "reason", "failures", "etag", "last_modified", "mark", "statement_id", "fallback", "lease")
NEXT = (*PLAIN, *(column.name for column in RATES.values()))
FINISH = sa.update(check).where(_key(check.c.id)).values({name: _set(name, check.c[name]) for name in NEXT})
SEEN = sa.update(statement).where(_key(statement.c.id))
SEEN = SEEN.values(
    last_seen_at=_set("at", statement.c.last_seen_at), last_checked_at=_set("at", statement.c.last_seen_at)
)
WORDING_SEEN = sa.update(version).where(_key(version.c.statement_id), version.c.number == sa.bindparam("new_number"))
WORDING_SEEN = WORDING_SEEN.values(last_seen_at=_set("at", version.c.last_seen_at))
CHECKED = sa.update(watch).where(_key(watch.c.id))
CHECKED = CHECKED.values(last_checked_at=_set("at", watch.c.last_checked_at), last_outcome=sa.bindparam("new_outcome"))
FREE = (
    sa.update(host)
    .where(_key(host.c.name))
    .values(
        next_at=_set("at", host.c.next_at),
        ready_at=ready_from(_set("at", host.c.next_at)),
        gap_seconds=sa.bindparam("new_gap"),
        refusals=sa.bindparam("new_refusals"),
        silences=0,
        paid_until=_set("paid_until", host.c.paid_until),
        lease=None,
    )
)
HELD = sa.select(check.c.id, check.c.lease).where(check.c.id.in_(sa.bindparam("ids", expanding=True)))
HELD = HELD.order_by(check.c.id).with_for_update()
HELD_HOSTS = sa.select(host.c.name, host.c.lease, host.c.refusals).where(
    host.c.name.in_(sa.bindparam("names", expanding=True))
)
HELD_HOSTS = HELD_HOSTS.order_by(host.c.name).with_for_update()
OPEN_GAPS = sa.select(gap.c.watch_id).where(
    gap.c.watch_id.in_(sa.bindparam("ids", expanding=True)), gap.c.closed_at.is_(None)
)


def lock_held(conn: sa.Connection, done: Sequence[Check]) -> Mapping[CheckId, int]:
    """Those of the checks that are still held, with their hosts, by who made them → how often their host refused."""
    rows = conn.execute(HELD, {"ids": [one.id for one in done]})
    leases = {row.id: row.lease for row in rows}
    hosts = {row.name: row for row in conn.execute(HELD_HOSTS, {"names": sorted({one.host for one in done})})}
    return {
        one.id: hosts[one.host].refusals
        for one in done
        if one.host in hosts and one.lease == leases.get(one.id) == hosts[one.host].lease
    }


def find_open_gaps(conn: sa.Connection, watch_ids: Iterable[WatchId]) -> frozenset[WatchId]:
    """Those of the watches that could not be read until now."""
    return frozenset(conn.execute(OPEN_GAPS, {"ids": list(watch_ids)}).scalars())


def write_finished(conn: sa.Connection, group: Sequence[Finished]) -> None:
    """Write down a group of which :func:`lock_held` said in this transaction that it is still held."""
    if not group:
        return
    send(conn, FINISH, [_next(one) for one in sorted(group, key=lambda one: one.done.id)])
    send(conn, FREE, [_free(one) for one in sorted(group, key=lambda one: one.done.host)])
    add_visits(conn, [one.visit for one in group])
    lists = [_checked(one.visit) for one in group if one.is_list]
    if lists:
        send(conn, CHECKED, sorted(lists, key=lambda row: row["key"]))
    seen = [
        {"key": of.statement.id, "new_at": one.visit.at, "new_number": of.statement.version_count}
        for one in group
        for of in one.standing
    ]
    if seen:
        seen.sort(key=lambda row: str(row["key"]))
        send(conn, SEEN, [{name: row[name] for name in ("key", "new_at")} for row in seen])
        send(conn, WORDING_SEEN, seen)
    add_observations(conn, [seen for one in group for seen in one.observations])


def _next(one: Finished) -> dict[str, Any]:
    values = column_values(one.next_check)
    return {"key": one.done.id, **{f"new_{name}": values[name] for name in NEXT}}


def _free(one: Finished) -> dict[str, Any]:
    return {
        "key": one.done.host,
        "new_at": one.host_next_at,
        "new_gap": one.gap_seconds,
        "new_refusals": one.refusals,
        "new_paid_until": one.paid_until,
    }


def _checked(made: Visit) -> dict[str, Any]:
    return {"key": made.watch_id, "new_at": made.at, "new_outcome": VisitOutcome(made.outcome)}
