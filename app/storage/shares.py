"""Share links as they are kept: only the SHA-256 of each token."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.ids import ShareId, StatementId
from app.domain.shares import Share, SharedKind
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import share_link

PLAIN = tuple(column.name for column in share_link.c if column.name not in {"sha256", "kind"})


def add_share(conn: sa.Connection, new: Share, *, sha256: str) -> None:
    """Keep a link by the SHA-256 (hex) of its token."""
    conn.execute(
        sa.insert(share_link).values(**{name: getattr(new, name) for name in PLAIN}, kind=new.kind, sha256=sha256)
    )


def find_share(conn: sa.Connection, sha256: str) -> Share | None:
    """The link with this SHA-256, whether it is good for anything or not."""
    row = conn.execute(sa.select(share_link).where(share_link.c.sha256 == sha256)).one_or_none()
    return None if row is None else _build(row)


def get_share(conn: sa.Connection, share_id: ShareId) -> Share:
    """The link.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(share_link).where(share_link.c.id == share_id)).one_or_none()
    if row is None:
        raise NotFound("share link", share_id)
    return _build(row)


def list_shares(
    conn: sa.Connection, *, statement_id: StatementId | None = None, after: Place | None = None, limit: int = 50
) -> PageOf[Share]:
    """A page of the links, newest first."""
    query = sa.select(share_link)
    if statement_id is not None:
        query = query.where(share_link.c.statement_id == statement_id)
    return newest_first(
        conn, query, at=share_link.c.created_at, key=share_link.c.id, after=after, limit=limit, build=_build
    )


def revoke_share(conn: sa.Connection, share_id: ShareId, *, now: datetime) -> None:
    """Let a link open nothing any more."""
    mine = sa.and_(share_link.c.id == share_id, share_link.c.revoked_at.is_(None))
    conn.execute(sa.update(share_link).where(mine).values(revoked_at=now))


def _build(row: sa.Row[Any]) -> Share:
    return Share(**{name: row._mapping[name] for name in PLAIN}, kind=SharedKind(row.kind))
