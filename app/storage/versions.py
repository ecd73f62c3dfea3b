"""Every wording, as it was read: immutable, numbered from 1."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.errors import NotFound
from app.domain.ids import StatementId
from app.domain.pages import Redirect
from app.domain.statements import Version, Wording
from app.storage.tables import version

WORDING = ("text", "title", "author", "published_at", "language", "marked_edited", "details")
OWN = tuple(column.name for column in version.c if column.name not in {*WORDING, "redirects"})


def add_version(conn: sa.Connection, new: Version) -> None:
    """Keep a wording for good."""
    row = {name: getattr(new, name) for name in OWN}
    row |= {name: getattr(new.wording, name) for name in WORDING}
    row |= {"details": dict(new.wording.details), "headers": dict(new.headers)}
    row["redirects"] = [{"status": hop.status, "location": hop.location} for hop in new.redirects]
    conn.execute(sa.insert(version).values(row))


def get_version(conn: sa.Connection, statement_id: StatementId, number: int) -> Version:
    """The wording with this number.

    Raises:
        NotFound: the statement has no such version.
    """
    mine = sa.and_(version.c.statement_id == statement_id, version.c.number == number)
    row = conn.execute(sa.select(version).where(mine)).one_or_none()
    if row is None:
        raise NotFound("version", f"{number} of statement {statement_id}")
    return _build(row)


def first_numbers(conn: sa.Connection, statement_id: StatementId, wordings: Iterable[str]) -> dict[str, int]:
    """SHA-256 of a text → the number of the first version that had it, for those of these texts that ever stood."""
    mine = (version.c.statement_id == statement_id, version.c.text_sha256.in_(list(wordings)))
    query = sa.select(version.c.text_sha256, sa.func.min(version.c.number).label("number")).where(*mine)
    return {row.text_sha256: row.number for row in conn.execute(query.group_by(version.c.text_sha256))}


def list_versions(
    conn: sa.Connection, statement_id: StatementId, *, after: int = 0, limit: int = 50
) -> tuple[Version, ...]:
    """The versions numbered above ``after``, oldest first."""
    mine = sa.and_(version.c.statement_id == statement_id, version.c.number > after)
    rows = conn.execute(sa.select(version).where(mine).order_by(version.c.number).limit(limit))
    return tuple(_build(row) for row in rows)


def find_version_at(conn: sa.Connection, statement_id: StatementId, time: datetime) -> Version | None:
    """The wording that was in force at an instant, as far as was seen; None before the first sight."""
    mine = sa.and_(version.c.statement_id == statement_id, version.c.first_seen_at <= time)
    row = conn.execute(sa.select(version).where(mine).order_by(version.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else _build(row)


def _build(row: sa.Row[Any]) -> Version:
    values = row._mapping
    redirects = tuple(Redirect(hop["status"], hop["location"]) for hop in values["redirects"])
    wording = Wording(**{name: values[name] for name in WORDING})
    return Version(**{name: values[name] for name in OWN}, wording=wording, redirects=redirects)
