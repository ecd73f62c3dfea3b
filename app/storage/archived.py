"""What captures showed of each statement, as it is kept, and which wordings that makes beside our own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.archives import FIRST_ARCHIVED
from app.domain.hazard import Lesson
from app.domain.ids import EditId, StatementId, WatchId
from app.domain.statements import Statement
from app.storage.dialect import insert_or_skip
from app.storage.tables import (
    archived_history,
    archived_reading,
    claim_change,
    edit,
    edit_pin,
    statement,
    version,
)

AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Reading:
    """What one capture showed of one statement."""

    number: int
    at: datetime
    text_sha256: str
    capture_key: str


@dataclass(frozen=True, slots=True)
class InForce:
    """One of our own wordings: since when we saw it, and its SHA-256."""

    first_seen_at: datetime
    text_sha256: str


def add_reading(conn: sa.Connection, statement_id: StatementId, watch_id: WatchId, new: Reading) -> None:
    """Keep what a capture showed of a statement; the statement is to be compared again."""
    row = {
        "statement_id": statement_id,
        "number": new.number,
        "at": new.at,
        "text_sha256": new.text_sha256,
        "watch_id": watch_id,
        "capture_key": new.capture_key,
    }
    conn.execute(sa.insert(archived_reading).values(row))
    mark_behind(conn, statement_id, watch_id)


def find_reading(conn: sa.Connection, statement_id: StatementId, watch_id: WatchId, capture_key: str) -> bool:
    """Whether it is kept already what this capture showed of a statement."""
    mine = sa.and_(
        archived_reading.c.watch_id == watch_id,
        archived_reading.c.capture_key == capture_key,
        archived_reading.c.statement_id == statement_id,
    )
    return conn.execute(sa.select(archived_reading.c.number).where(mine)).first() is not None


def free_number(conn: sa.Connection, statement_id: StatementId, number: int) -> int:
    """``number``, or the next one that is free: two archives may have seen a statement in the same second."""
    mine = sa.and_(archived_reading.c.statement_id == statement_id, archived_reading.c.number >= number)
    query = sa.select(archived_reading.c.number).where(mine).order_by(archived_reading.c.number).limit(AT_ONCE)
    taken = set(conn.execute(query).scalars())
    return next(free for free in range(number, number + AT_ONCE + 1) if free not in taken)


def list_readings(conn: sa.Connection, statement_id: StatementId) -> tuple[Reading, ...]:
    """All that captures showed of a statement, oldest first."""
    mine = archived_reading.c.statement_id == statement_id
    rows = conn.execute(sa.select(archived_reading).where(mine).order_by(archived_reading.c.number))
    return tuple(_reading(row) for row in rows)


def neighbours(conn: sa.Connection, statement_id: StatementId, number: int) -> tuple[Reading | None, Reading | None]:
    """The readings just before and just behind the one of this number."""
    mine = sa.select(archived_reading).where(archived_reading.c.statement_id == statement_id)
    column = archived_reading.c.number
    before = conn.execute(mine.where(column < number).order_by(column.desc()).limit(1)).one_or_none()
    behind = conn.execute(mine.where(column > number).order_by(column).limit(1)).one_or_none()
    return (None if before is None else _reading(before), None if behind is None else _reading(behind))


def has_version(conn: sa.Connection, statement_id: StatementId, number: int) -> bool:
    """Whether a reading began a wording."""
    mine = sa.and_(version.c.statement_id == statement_id, version.c.number == number)
    return conn.execute(sa.select(version.c.number).where(mine)).first() is not None


def find_same_text(conn: sa.Connection, statement_id: StatementId, text_sha256: str, *, below: int) -> int | None:
    """The number of the latest archived version before ``below`` with these words."""
    mine = sa.and_(
        version.c.statement_id == statement_id,
        version.c.text_sha256 == text_sha256,
        version.c.number >= FIRST_ARCHIVED,
        version.c.number < below,
    )
    number: int | None = conn.execute(sa.select(sa.func.max(version.c.number)).where(mine)).scalar_one()
    return number


def mark_behind(conn: sa.Connection, statement_id: StatementId, watch_id: WatchId) -> None:
    """The archived wordings of a statement are to be compared, or compared again."""
    row = {"statement_id": statement_id, "watch_id": watch_id, "is_behind": True}
    conn.execute(insert_or_skip(conn, archived_history), [row])
    mine = archived_history.c.statement_id == statement_id
    conn.execute(sa.update(archived_history).where(mine).values(is_behind=True))


def mark_behind_if_archived(conn: sa.Connection, statement_id: StatementId) -> None:
    """The same where an archive ever saw it; nothing otherwise."""
    mine = archived_history.c.statement_id == statement_id
    conn.execute(sa.update(archived_history).where(mine).values(is_behind=True))


def list_taught(conn: sa.Connection, statement_id: StatementId) -> tuple[Lesson, ...]:
    """What the archived wordings of a statement have taught the habit of its watch."""
    mine = archived_history.c.statement_id == statement_id
    kept = conn.execute(sa.select(archived_history.c.taught).where(mine)).scalar_one_or_none()
    return tuple(Lesson(int(cell), edits, seconds) for cell, edits, seconds in kept or ())


def mark_compared(conn: sa.Connection, statement_id: StatementId, *, taught: Iterable[Lesson]) -> None:
    """They are compared, and have taught this."""
    mine = archived_history.c.statement_id == statement_id
    rows = [[one.cell, round(one.edits, 3), round(one.seconds, 3)] for one in taught]
    conn.execute(sa.update(archived_history).where(mine).values(is_behind=False, taught=rows))


def find_behind(conn: sa.Connection, *, watch_id: WatchId | None = None, limit: int = 1) -> tuple[StatementId, ...]:
    """Statements whose archived wordings are to be compared."""
    query = sa.select(archived_history.c.statement_id).where(archived_history.c.is_behind)
    if watch_id is not None:
        query = query.where(archived_history.c.watch_id == watch_id)
    return tuple(conn.execute(query.limit(limit)).scalars())


def has_archived(conn: sa.Connection, statement_id: StatementId) -> bool:
    """Whether an archive ever saw this statement."""
    mine = archived_history.c.statement_id == statement_id
    return conn.execute(sa.select(archived_history.c.statement_id).where(mine)).first() is not None


def find_statements(conn: sa.Connection, watch_id: WatchId, external_ids: Iterable[str]) -> dict[str, StatementId]:
    """Those of the statements of a watch that are known, by their names in it."""
    mine = sa.and_(statement.c.watch_id == watch_id, statement.c.external_id.in_(list(external_ids)))
    rows = conn.execute(sa.select(statement.c.external_id, statement.c.id).where(mine))
    return {row.external_id: StatementId(row.id) for row in rows}


def mark_last_seen(conn: sa.Connection, statement_id: StatementId, last_seen: Mapping[int, datetime]) -> None:
    """Until when each archived wording is known to have stood."""
    for number, at in last_seen.items():
        mine = sa.and_(version.c.statement_id == statement_id, version.c.number == number)
        conn.execute(sa.update(version).where(mine).values(last_seen_at=at))


def mark_known_longer(conn: sa.Connection, known: Statement, at: datetime) -> None:
    """An archive saw, at another moment, a statement that we never saw ourselves."""
    mine = sa.and_(statement.c.id == known.id, statement.c.version_count == 0)
    values = {"first_seen_at": min(known.first_seen_at, at), "last_seen_at": max(known.last_seen_at, at)}
    conn.execute(sa.update(statement).where(mine).values(values))


def remove_archived_edits(conn: sa.Connection, statement_id: StatementId) -> frozenset[EditId]:
    """Take away the steps between archived wordings, before they are put down anew; which there were."""
    mine = sa.and_(edit.c.statement_id == statement_id, edit.c.is_archived)
    ids = list(conn.execute(sa.select(edit.c.id).where(mine)).scalars())
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        for table in (claim_change, edit_pin):
            here = sa.and_(table.c.statement_id == statement_id, table.c.edit_id.in_(some))
            conn.execute(sa.delete(table).where(here))
    conn.execute(sa.delete(edit).where(mine))
    return frozenset(EditId(key) for key in ids)


def own_in_force(conn: sa.Connection, statement_id: StatementId, at: datetime) -> InForce | None:
    """Our own wording that stood at an instant, as far as we saw; None before our first sight."""
    mine = sa.and_(
        version.c.statement_id == statement_id, version.c.number < FIRST_ARCHIVED, version.c.first_seen_at <= at
    )
    query = sa.select(version.c.first_seen_at, version.c.text_sha256).where(mine)
    row = conn.execute(query.order_by(version.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else InForce(row.first_seen_at, row.text_sha256)


def _reading(row: sa.Row[Any]) -> Reading:
    return Reading(row.number, row.at, row.text_sha256, row.capture_key)
