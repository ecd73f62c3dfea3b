"""The times in which statements went back and forth between wordings, as they are kept."""

import uuid
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.claims import Level
from app.domain.flapping import Flapping
from app.domain.ids import PinId, StatementId
from app.storage.tables import flapping, statement


def add_flapping(conn: sa.Connection, new: Flapping) -> None:
    """Note that a statement goes back and forth from now on."""
    plain = {column.name: getattr(new, column.name) for column in flapping.c}
    written = {"wordings": list(new.wordings), "pin_ids": [str(pin_id) for pin_id in new.pin_ids]}
    conn.execute(sa.insert(flapping).values({**plain, **written}))
    _mark(conn, new.statement_id, new.began_at)


def mark_flip(conn: sa.Connection, known: Flapping, *, wording: str, now: datetime) -> None:
    """Count one more step; ``wording`` is the SHA-256 of the text that stands now."""
    wordings = list(dict.fromkeys((*known.wordings, wording)))
    values = {"flips": flapping.c.flips + 1, "last_flip_at": now, "wordings": wordings}
    conn.execute(sa.update(flapping).where(_same(known)).values(values))


def end_flapping(conn: sa.Connection, known: Flapping, *, now: datetime) -> None:
    """Note that the statement has settled."""
    conn.execute(sa.update(flapping).where(_same(known)).values(ended_at=now))
    _mark(conn, known.statement_id, None)


def find_flapping(conn: sa.Connection, statement_id: StatementId) -> Flapping | None:
    """How a statement goes back and forth now; None where it does not."""
    mine = sa.and_(flapping.c.statement_id == statement_id, flapping.c.ended_at.is_(None))
    row = conn.execute(sa.select(flapping).where(mine)).one_or_none()
    return None if row is None else _build(row)


def list_flappings(conn: sa.Connection, statement_id: StatementId, *, limit: int = 100) -> tuple[Flapping, ...]:
    """All times in which a statement went back and forth, newest first."""
    query = sa.select(flapping).where(flapping.c.statement_id == statement_id)
    return tuple(_build(row) for row in conn.execute(query.order_by(flapping.c.began_at.desc()).limit(limit)))


def _mark(conn: sa.Connection, statement_id: StatementId, since: datetime | None) -> None:
    conn.execute(sa.update(statement).where(statement.c.id == statement_id).values(flapping_since=since))


def _same(known: Flapping) -> sa.ColumnElement[bool]:
    return sa.and_(flapping.c.statement_id == known.statement_id, flapping.c.began_at == known.began_at)


def _build(row: sa.Row[Any]) -> Flapping:
    values = {
        **row._mapping,
        "level": Level(row.level),
        "wordings": tuple(row.wordings),
        "pin_ids": tuple(PinId(uuid.UUID(pin_id)) for pin_id in row.pin_ids),
    }
    return Flapping(**values)
