"""The same edit in many statements as one row: "seven ministries removed this sentence today"."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.edits import EditGroup
from app.domain.ids import EditId
from app.storage.edits import get_edits
from app.storage.paging import PageOf, Place
from app.storage.tables import claim_change, edit, watch

AT_ONCE = 500
MOST_WALKED = 5_000
"""So many edits are gone through for one page. A page may be short, or empty, and still have a next one."""
MOST_PUBLISHERS = 50


@dataclass(frozen=True, slots=True)
class _Size:
    """How many made the same edit, and when the first and the last of them."""

    edits: int
    statements: int
    watches: int
    first_at: datetime
    last_at: datetime


def list_edit_groups(
    conn: sa.Connection, *, since: datetime, after: Place | None = None, limit: int = 50
) -> PageOf[EditGroup]:
    """A page of edits that at least two statements had alike since then; the group with the latest edit first.

    Goes through the edits since then, newest first, and looks at the others of the same hash: by index, both.
    """
    found: list[tuple[EditId, str, _Size]] = []
    place, walked = after, 0
    while walked < MOST_WALKED:
        rows = _edits_since(conn, since, place)
        sizes = _sizes(conn, [row.change_hash for row in rows], since)
        for row in rows:
            walked += 1
            place = Place(row.first_seen_changed_at, row.id)
            size = sizes.get(row.change_hash)
            if size is not None and size.last_at == place.at and _is_latest(conn, row):
                found.append((EditId(row.id), row.change_hash, size))
            if len(found) == limit:
                return PageOf(_built(conn, found, since), place)
        if len(rows) < AT_ONCE:
            return PageOf(_built(conn, found, since), None)
    return PageOf(_built(conn, found, since), place)


def _counted(since: datetime) -> sa.ColumnElement[bool]:
    """Edits of publishers that did something to a claim."""
    return sa.and_(edit.c.first_seen_changed_at >= since, edit.c.score > 0, sa.not_(edit.c.is_technical))


def _edits_since(conn: sa.Connection, since: datetime, after: Place | None) -> Sequence[sa.Row[Any, Any, Any]]:
    at, key = edit.c.first_seen_changed_at, edit.c.id
    query = sa.select(at, key, edit.c.change_hash).where(_counted(since), edit.c.change_hash.is_not(None))
    if after is not None:
        query = query.where(sa.tuple_(at, key) < sa.tuple_(sa.bindparam(None, after.at, at.type), after.id))
    return conn.execute(query.order_by(at.desc(), key.desc()).limit(AT_ONCE)).all()


def _sizes(conn: sa.Connection, hashes: Sequence[str], since: datetime) -> dict[str, _Size]:
    """The groups of two statements and more among these hashes."""
    statements = sa.func.count(edit.c.statement_id.distinct())
    query = (
        sa.select(
            edit.c.change_hash,
            sa.func.count(),
            statements,
            sa.func.count(edit.c.watch_id.distinct()),
            sa.func.min(edit.c.first_seen_changed_at),
            sa.func.max(edit.c.first_seen_changed_at),
        )
        .where(edit.c.change_hash.in_(list(set(hashes))), _counted(since))
        .group_by(edit.c.change_hash)
        .having(statements > 1)
    )
    return {row[0]: _Size(*row[1:]) for row in conn.execute(query)}


def _is_latest(conn: sa.Connection, row: sa.Row[Any, Any, Any]) -> bool:
    """Whether no other edit with this hash was seen at the very same moment and comes before it in the list."""
    at_once = sa.and_(
        edit.c.change_hash == row.change_hash,
        edit.c.first_seen_changed_at == row.first_seen_changed_at,
        edit.c.id > row.id,
        sa.not_(edit.c.is_technical),
    )
    return conn.execute(sa.select(edit.c.id).where(at_once).limit(1)).first() is None


def _built(conn: sa.Connection, found: Sequence[tuple[EditId, str, _Size]], since: datetime) -> tuple[EditGroup, ...]:
    latest = get_edits(conn, [edit_id for edit_id, _, _ in found])
    groups = []
    for edit_id, change_hash, size in found:
        of = latest[edit_id]
        heaviest = (
            sa.select(claim_change.c.before, claim_change.c.after)
            .where(claim_change.c.statement_id == of.statement_id, claim_change.c.edit_id == of.id)
            .order_by(claim_change.c.score.desc(), claim_change.c.place)
            .limit(1)
        )
        sample = conn.execute(heaviest).one_or_none()
        groups.append(
            EditGroup(
                change_hash=change_hash,
                latest=of,
                before=sample.before if sample else "",
                after=sample.after if sample else "",
                edits=size.edits,
                statements=size.statements,
                watches=size.watches,
                publishers=_publishers(conn, change_hash, since),
                first_at=size.first_at,
                last_at=size.last_at,
            )
        )
    return tuple(groups)


def _publishers(conn: sa.Connection, change_hash: str, since: datetime) -> tuple[str, ...]:
    query = (
        sa.select(watch.c.publisher)
        .join_from(edit, watch, watch.c.id == edit.c.watch_id)
        .where(edit.c.change_hash == change_hash, _counted(since))
        .group_by(watch.c.publisher)
        .order_by(sa.func.min(edit.c.first_seen_changed_at), watch.c.publisher)
        .limit(MOST_PUBLISHERS)
    )
    return tuple(conn.execute(query).scalars())
