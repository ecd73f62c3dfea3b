"""API keys as they are kept: only the SHA-256 of each."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.ids import KeyId
from app.domain.keys import ApiKey, Scope
from app.storage.paging import PageOf, Place, newest_first
from app.storage.tables import api_key

PLAIN = ("id", "name", "prefix", "scope", "created_at", "expires_at", "last_used_at", "revoked_at")


def add_key(conn: sa.Connection, new: ApiKey, *, sha256: str) -> None:
    """Keep a key by its SHA-256 (hex)."""
    conn.execute(sa.insert(api_key).values(**{name: getattr(new, name) for name in PLAIN}, sha256=sha256))


def find_key(conn: sa.Connection, sha256: str) -> ApiKey | None:
    """The key with this SHA-256, valid or not."""
    row = conn.execute(sa.select(api_key).where(api_key.c.sha256 == sha256)).one_or_none()
    return None if row is None else _build(row)


def get_key(conn: sa.Connection, key_id: KeyId) -> ApiKey:
    """The key.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(api_key).where(api_key.c.id == key_id)).one_or_none()
    if row is None:
        raise NotFound("key", key_id)
    return _build(row)


def list_keys(conn: sa.Connection) -> tuple[ApiKey, ...]:
    """All keys, newest first."""
    rows = conn.execute(sa.select(api_key).order_by(api_key.c.created_at.desc(), api_key.c.id.desc()))
    return tuple(_build(row) for row in rows)


def list_some_keys(conn: sa.Connection, *, after: Place | None = None, limit: int = 50) -> PageOf[ApiKey]:
    """A page of the keys, newest first."""
    at, key = api_key.c.created_at, api_key.c.id
    return newest_first(conn, sa.select(api_key), at=at, key=key, after=after, limit=limit, build=_build)


def get_keys(conn: sa.Connection, ids: Iterable[KeyId]) -> dict[KeyId, ApiKey]:
    """Those of the keys that exist, by id."""
    rows = conn.execute(sa.select(api_key).where(api_key.c.id.in_(list(set(ids)))))
    return {KeyId(row.id): _build(row) for row in rows}


def has_keys(conn: sa.Connection, *, now: datetime) -> bool:
    """True where at least one key is valid now."""
    valid = sa.and_(api_key.c.revoked_at.is_(None), sa.or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > now))
    return conn.execute(sa.select(api_key.c.id).where(valid).limit(1)).first() is not None


def mark_key_used(conn: sa.Connection, key_id: KeyId, *, now: datetime) -> None:
    """Note that a key was used."""
    conn.execute(sa.update(api_key).where(api_key.c.id == key_id).values(last_used_at=now))


def end_key(conn: sa.Connection, key_id: KeyId, *, at: datetime) -> None:
    """Let a key end at this moment, whenever it would have ended."""
    conn.execute(sa.update(api_key).where(api_key.c.id == key_id).values(expires_at=at))


def revoke_key(conn: sa.Connection, key_id: KeyId, *, now: datetime) -> ApiKey:
    """Let a key open nothing any more.

    Raises:
        NotFound: there is no such key.
    """
    old = get_key(conn, key_id)
    if old.revoked_at is None:
        conn.execute(sa.update(api_key).where(api_key.c.id == key_id).values(revoked_at=now))
    return get_key(conn, key_id)


def _build(row: sa.Row[Any]) -> ApiKey:
    values = {name: row._mapping[name] for name in PLAIN}
    return ApiKey(**{**values, "scope": Scope(values["scope"])})
