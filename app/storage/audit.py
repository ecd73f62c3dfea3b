"""Who changed what, as it is kept: written in the transaction of the change, and never changed or removed."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.audit import Act, Actor, ActorKind, AuditEntry, Changed
from app.domain.ids import KeyId
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import audit_entry


def add_entry(conn: sa.Connection, entry: AuditEntry) -> None:
    """Write one down."""
    conn.execute(
        sa.insert(audit_entry).values(
            id=entry.id,
            at=entry.at,
            actor_kind=entry.actor.kind,
            actor_name=entry.actor.name,
            actor_key_id=entry.actor.key_id,
            act=entry.act,
            subject_id=entry.subject_id,
            subject_name=entry.subject_name,
            changes={name: [one.before, one.after] for name, one in entry.changes.items()},
        )
    )


def list_entries(
    conn: sa.Connection,
    *,
    act: Act | None = None,
    subject_id: uuid.UUID | None = None,
    key_id: uuid.UUID | None = None,
    since: datetime | None = None,
    after: Place | None = None,
    limit: int = 50,
) -> PageOf[AuditEntry]:
    """A page of what was done, newest first."""
    query = sa.select(audit_entry)
    wanted = {audit_entry.c.act: act, audit_entry.c.subject_id: subject_id, audit_entry.c.actor_key_id: key_id}
    for column, value in wanted.items():
        if value is not None:
            query = query.where(column == value)
    if since is not None:
        query = query.where(audit_entry.c.at >= since)
    return newest_first(conn, query, at=audit_entry.c.at, key=audit_entry.c.id, after=after, limit=limit, build=_build)


def _build(row: sa.Row[Any]) -> AuditEntry:
    key_id = None if row.actor_key_id is None else KeyId(row.actor_key_id)
    return AuditEntry(
        id=row.id,
        at=row.at,
        actor=Actor(ActorKind(row.actor_kind), row.actor_name, key_id),
        act=Act(row.act),
        subject_id=row.subject_id,
        subject_name=row.subject_name,
        changes={name: Changed(*pair) for name, pair in row.changes.items()},
    )
