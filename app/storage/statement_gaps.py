"""The times in which one statement could not be read where it stands by itself, while its watch may well have been."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.observations import Gap, Outcome
from app.domain.statements import Statement
from app.storage.tables import statement, statement_gap


def note_gap(conn: sa.Connection, of: Statement, outcome: Outcome, detail: str | None, *, now: datetime) -> None:
    """Begin a gap of a statement, or go on with it; another cause ends one and begins the next."""
    lasting = conn.execute(sa.select(statement_gap.c.outcome, statement_gap.c.opened_at).where(_lasts(of.id))).first()
    if lasting is not None and (lasting.outcome == outcome or lasting.opened_at >= now):
        return
    if lasting is not None:
        conn.execute(sa.update(statement_gap).where(_lasts(of.id)).values(closed_at=now))
    row = {"statement_id": of.id, "opened_at": now, "closed_at": None, "outcome": outcome, "detail": detail}
    conn.execute(sa.insert(statement_gap).values(row))
    if lasting is None:
        conn.execute(sa.update(statement).where(statement.c.id == of.id).values(unread_since=now))


def close_gap(conn: sa.Connection, of: Statement, *, now: datetime) -> None:
    """End the gap of a statement that could be read again; nothing where it has none."""
    if of.unread_since is None:
        return
    conn.execute(sa.update(statement_gap).where(_lasts(of.id)).values(closed_at=now))
    conn.execute(sa.update(statement).where(statement.c.id == of.id).values(unread_since=None))


def list_gaps(
    conn: sa.Connection, statement_id: StatementId, watch_id: WatchId, *, limit: int = 200
) -> tuple[Gap, ...]:
    """The gaps of a statement, newest first."""
    query = sa.select(statement_gap).where(statement_gap.c.statement_id == statement_id)
    rows = conn.execute(query.order_by(statement_gap.c.opened_at.desc()).limit(limit))
    return tuple(_build(row, watch_id) for row in rows)


def list_gaps_of(
    conn: sa.Connection, statement_ids: Iterable[StatementId], *, limit: int
) -> tuple[tuple[StatementId, Gap], ...]:
    """The gaps of these statements, newest first."""
    query = (
        sa.select(statement_gap, statement.c.watch_id)
        .join(statement, statement.c.id == statement_gap.c.statement_id)
        .where(statement_gap.c.statement_id.in_(list(statement_ids)))
        .order_by(statement_gap.c.opened_at.desc())
        .limit(limit)
    )
    return tuple((StatementId(row.statement_id), _build(row, WatchId(row.watch_id))) for row in conn.execute(query))


def _lasts(statement_id: StatementId) -> sa.ColumnElement[bool]:
    return sa.and_(statement_gap.c.statement_id == statement_id, statement_gap.c.closed_at.is_(None))


def _build(row: sa.Row[Any], watch_id: WatchId) -> Gap:
    return Gap(watch_id, row.opened_at, row.closed_at, Outcome(row.outcome), row.detail)
