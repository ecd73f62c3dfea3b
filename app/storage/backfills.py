"""Imports of the past as they are kept: what is wanted, how far each is, and which worker has it in hand."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.archives import Backfill, BackfillSource, BackfillState, CaptureOutcome, Lookup, Range
from app.domain.errors import LeaseLost, NotFound
from app.domain.ids import BackfillId, WatchId
from app.storage import hosts
from app.storage.tables import archive_capture, backfill

SPECIAL = {"lookups", "since", "until", "most", "source", "state", "seen_keys"}
PLAIN = tuple(column.name for column in backfill.c if column.name not in SPECIAL)


def add_backfill(conn: sa.Connection, new: Backfill, *, host_name: str | None) -> None:
    """Owe this import; ``host_name`` is whom it will ask, None for files."""
    conn.execute(sa.insert(backfill).values(_row(new)))
    hosts.know_hosts(conn, [] if host_name is None else [host_name])


def get_backfill(conn: sa.Connection, watch_id: WatchId, backfill_id: BackfillId) -> Backfill:
    """The import.

    Raises:
        NotFound: the watch has none of this id.
    """
    mine = sa.and_(backfill.c.id == backfill_id, backfill.c.watch_id == watch_id)
    row = conn.execute(sa.select(backfill).where(mine)).one_or_none()
    if row is None:
        raise NotFound("backfill", backfill_id)
    return _build(row)


def list_backfills(
    conn: sa.Connection, watch_id: WatchId, *, after: BackfillId | None = None, limit: int = 50
) -> tuple[Backfill, ...]:
    """The imports of a watch, newest first, before ``after``."""
    query = sa.select(backfill).where(backfill.c.watch_id == watch_id)
    if after is not None:
        query = query.where(backfill.c.id < after)
    return tuple(_build(row) for row in conn.execute(query.order_by(backfill.c.id.desc()).limit(limit)))


def is_any_due(conn: sa.Connection, *, now: datetime) -> bool:
    """Whether there is an import with something to do now; reads the few unfinished ones only."""
    waiting = sa.and_(backfill.c.finished_at.is_(None), backfill.c.due_at <= now)
    return conn.execute(sa.select(backfill.c.id).where(waiting).limit(1)).first() is not None


def take_backfills(
    conn: sa.Connection,
    asked: Mapping[BackfillSource, str | None],
    *,
    now: datetime,
    until: datetime,
    lease: str,
    limit: int,
    only: BackfillId | None = None,
) -> tuple[Backfill, ...]:
    """Up to ``limit`` imports that are due, for this token; one that asks a host only where nobody else asks it.

    Files that are still being read in are not taken: only whoever has them can go on.
    """
    waiting = sa.and_(backfill.c.finished_at.is_(None), backfill.c.due_at <= now)
    at_files = sa.and_(backfill.c.source == BackfillSource.WARC, backfill.c.state == BackfillState.LISTING)
    query = sa.select(backfill).where(waiting, sa.not_(at_files)).order_by(backfill.c.due_at, backfill.c.id)
    if only is not None:
        query = query.where(backfill.c.id == only)
    taken = []
    for row in conn.execute(query.limit(limit).with_for_update(skip_locked=True)).all():
        one = _build(row)
        name = asked.get(one.source) if one.state is not BackfillState.COMPARING else None
        if name is not None and not hosts.hold_free(conn, name, lease=lease, now=now, until=until):
            continue
        conn.execute(sa.update(backfill).where(backfill.c.id == one.id).values(lease=lease, due_at=until))
        taken.append(get_backfill(conn, one.watch_id, one.id))
    return tuple(taken)


def save_backfill(conn: sa.Connection, old: Backfill, new: Backfill) -> None:
    """Keep how far an import is, and let go of it. It comes first in a transaction: whoever lost it writes nothing.

    Raises:
        LeaseLost: another worker has it now.
    """
    mine = sa.and_(backfill.c.id == old.id, backfill.c.lease == old.lease)
    if conn.execute(sa.update(backfill).where(mine).values(_row(new))).rowcount != 1:
        raise LeaseLost(f"Backfill {old.id} was taken by another worker.")


def count_outcomes(conn: sa.Connection, backfill_id: BackfillId) -> dict[CaptureOutcome | None, int]:
    """How many captures of an import had which outcome; None: not read yet."""
    mine = archive_capture.c.backfill_id == backfill_id
    query = sa.select(archive_capture.c.outcome, sa.func.count()).where(mine).group_by(archive_capture.c.outcome)
    return {CaptureOutcome(name) if name else None: count for name, count in conn.execute(query)}


def count_versions(conn: sa.Connection, backfill_id: BackfillId) -> tuple[int, int]:
    """How many wordings an import brought that were new in their place, and how many readings brought none."""
    mine = archive_capture.c.backfill_id == backfill_id
    total = sa.func.coalesce(sa.func.sum(archive_capture.c.versions), 0)
    found = sa.func.coalesce(sa.func.sum(archive_capture.c.found), 0)
    row = conn.execute(sa.select(total.label("new"), found.label("found")).where(mine)).one()
    return int(row.new), int(row.found) - int(row.new)


def list_rejected(
    conn: sa.Connection, backfill_id: BackfillId, *, limit: int
) -> tuple[tuple[int, CaptureOutcome, str], ...]:
    """The captures of an import that could not be used: their time, the outcome and why, oldest first."""
    mine = sa.and_(archive_capture.c.backfill_id == backfill_id, archive_capture.c.outcome != CaptureOutcome.READ)
    columns = (archive_capture.c.timestamp, archive_capture.c.outcome, archive_capture.c.detail)
    rows = conn.execute(sa.select(*columns).where(mine).order_by(archive_capture.c.timestamp).limit(limit))
    return tuple((row.timestamp, CaptureOutcome(row.outcome), row.detail or "") for row in rows)


def give_back(
    conn: sa.Connection, taken: Iterable[Backfill], asked: Mapping[BackfillSource, str | None], *, now: datetime
) -> None:
    """Return imports that this worker will not go on with, at once due again."""
    for one in taken:
        mine = sa.and_(backfill.c.id == one.id, backfill.c.lease == one.lease)
        conn.execute(sa.update(backfill).where(mine).values(lease=None, due_at=now))
        name = asked.get(one.source)
        if name is not None:
            hosts.release_held(conn, name, one.lease, next_at=now)


def _row(one: Backfill) -> dict[str, Any]:
    return {
        **{name: getattr(one, name) for name in PLAIN},
        "refused": dict(one.refused),
        "source": one.source,
        "state": one.state,
        "lookups": [[lookup.url, lookup.external_id] for lookup in one.lookups],
        "seen_keys": list(one.seen_keys),
        "since": one.wanted.since,
        "until": one.wanted.until,
        "most": one.wanted.most,
    }


def _build(row: sa.Row[Any]) -> Backfill:
    values = row._mapping
    return Backfill(
        **{name: values[name] for name in PLAIN},
        source=BackfillSource(values["source"]),
        state=BackfillState(values["state"]),
        lookups=tuple(Lookup(url, external_id) for url, external_id in values["lookups"]),
        seen_keys=tuple(values["seen_keys"]),
        wanted=Range(values["since"], values["until"], values["most"]),
    )
