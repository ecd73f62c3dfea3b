"""Browsers that are signed in, as they are kept: by the SHA-256 of what the browser holds, never by that itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.ids import KeyId, SessionId
from app.domain.keys import ApiKey, Session
from app.storage import keys
from app.storage.tables import page_session


def add_session(conn: sa.Connection, new: Session, *, sha256: str) -> None:
    """Keep a session by the SHA-256 (hex) of its token."""
    conn.execute(
        sa.insert(page_session).values(
            id=new.id,
            key_id=new.key.id,
            sha256=sha256,
            started_at=new.started_at,
            ends_at=new.ends_at,
            ended_at=new.ended_at,
            browser=new.browser,
            last_used_at=new.last_used_at,
        )
    )


def find_session(conn: sa.Connection, sha256: str) -> Session | None:
    """The session whose token has this SHA-256, valid or not."""
    row = conn.execute(sa.select(page_session).where(page_session.c.sha256 == sha256)).one_or_none()
    if row is None:
        return None
    return _build(row, keys.get_key(conn, row.key_id))


def get_session(conn: sa.Connection, session_id: SessionId) -> Session:
    """The session.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(page_session).where(page_session.c.id == session_id)).one_or_none()
    if row is None:
        raise NotFound("session", session_id)
    return _build(row, keys.get_key(conn, row.key_id))


def list_open_sessions(
    conn: sa.Connection, *, now: datetime, limit: int, key_id: KeyId | None = None
) -> tuple[Session, ...]:
    """The browsers that are signed in (with this key), those whose time is over last first."""
    still = sa.and_(page_session.c.ended_at.is_(None), page_session.c.ends_at > now)
    if key_id is not None:
        still = sa.and_(still, page_session.c.key_id == key_id)
    rows = conn.execute(sa.select(page_session).where(still).order_by(page_session.c.ends_at.desc()).limit(limit)).all()
    known = keys.get_keys(conn, [KeyId(row.key_id) for row in rows])
    found = (_build(row, known[KeyId(row.key_id)]) for row in rows)
    return tuple(one for one in found if one.is_valid(now))


def mark_session_used(conn: sa.Connection, session_id: SessionId, *, now: datetime) -> None:
    """Note that a browser asked for something."""
    conn.execute(sa.update(page_session).where(page_session.c.id == session_id).values(last_used_at=now))


def end_session(conn: sa.Connection, session_id: SessionId, *, now: datetime) -> None:
    """Let a session open nothing any more.

    Raises:
        NotFound: there is none that has not ended.
    """
    mine = sa.and_(page_session.c.id == session_id, page_session.c.ended_at.is_(None))
    if conn.execute(sa.update(page_session).where(mine).values(ended_at=now)).rowcount != 1:
        raise NotFound("session", session_id)


def forget_sessions(conn: sa.Connection, *, before: datetime) -> None:
    """Remove the sessions whose time was over before this moment."""
    conn.execute(sa.delete(page_session).where(page_session.c.ends_at < before))


def _build(row: sa.Row[Any], key: ApiKey) -> Session:
    return Session(SessionId(row.id), key, row.started_at, row.ends_at, row.ended_at, row.browser, row.last_used_at)
