"""The captures of archives, as they are kept: which there are, their bytes, and what became of each."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.archives import CaptureOutcome, KnownCapture, ListedCapture
from app.domain.ids import BackfillId, EditId, WatchId
from app.storage.dialect import insert_or_skip
from app.storage.tables import (
    archive_capture,
    archived_reading,
    edit,
)

AT_ONCE = 200
TO_READ = (None, CaptureOutcome.NOT_KEPT)
"""What was not read, or was not to be had: another import asks for it again."""


def not_read_yet(conn: sa.Connection, watch_id: WatchId, found: Sequence[KnownCapture]) -> list[KnownCapture]:
    """Those of the captures, each once, that no import has read, or could not have then."""
    by_key = {one.key: one for one in found}
    known = _known_keys(conn, watch_id, list(by_key))
    return [one for key, one in by_key.items() if known.get(key) in TO_READ]


def add_captures(conn: sa.Connection, backfill_id: BackfillId, found: Iterable[KnownCapture]) -> int:
    """Keep captures that are not known yet, to be read; how many there were.

    One that an earlier import listed and did not come to read is this import's now.
    """
    rows = {one.key: _row(backfill_id, one) for one in found}
    if not rows:
        return 0
    (watch_id,) = {row["watch_id"] for row in rows.values()}
    known = _known_keys(conn, watch_id, list(rows))
    unread = [key for key, outcome in known.items() if outcome in TO_READ]
    fresh = [row for key, row in rows.items() if key not in known]
    if fresh:
        conn.execute(insert_or_skip(conn, archive_capture), fresh)
    if unread:
        mine = sa.and_(archive_capture.c.watch_id == watch_id, archive_capture.c.key.in_(unread))
        conn.execute(sa.update(archive_capture).where(mine).values(outcome=None, backfill_id=backfill_id))
    return len(fresh) + len(unread)


def count_captures(conn: sa.Connection, backfill_id: BackfillId) -> int:
    """How many captures an import has listed."""
    mine = archive_capture.c.backfill_id == backfill_id
    return conn.execute(sa.select(sa.func.count()).select_from(archive_capture).where(mine)).scalar_one()


def find_unread(conn: sa.Connection, backfill_id: BackfillId, *, last: Collection[str] = ()) -> KnownCapture | None:
    """The oldest capture of an import that was not read yet; those with the keys in ``last`` when no other is left."""
    mine = sa.and_(archive_capture.c.backfill_id == backfill_id, archive_capture.c.outcome.is_(None))
    order: list[sa.ColumnElement[Any]] = [archive_capture.c.timestamp, archive_capture.c.key]
    if last:
        order.insert(0, archive_capture.c.key.in_(set(last)))
    row = conn.execute(sa.select(archive_capture).where(mine).order_by(*order).limit(1)).one_or_none()
    return None if row is None else _build(row)


def get_capture(conn: sa.Connection, watch_id: WatchId, key: str) -> KnownCapture:
    """One capture that is kept."""
    mine = sa.and_(archive_capture.c.watch_id == watch_id, archive_capture.c.key == key)
    return _build(conn.execute(sa.select(archive_capture).where(mine)).one())


def find_same_bytes(conn: sa.Connection, watch_id: WatchId, digest: str) -> KnownCapture | None:
    """A capture of the same digest whose bytes are kept: what a record points to that says "as before"."""
    mine = sa.and_(
        archive_capture.c.watch_id == watch_id,
        archive_capture.c.digest == digest,
        archive_capture.c.capture_sha256.is_not(None),
    )
    row = conn.execute(sa.select(archive_capture).where(mine).limit(1)).one_or_none()
    return None if row is None else _build(row)


def mark_capture(
    conn: sa.Connection,
    of: KnownCapture,
    *,
    outcome: CaptureOutcome,
    detail: str | None,
    found: int,
    versions: int,
    now: datetime,
    **kept: Any,
) -> None:
    """Note what became of a capture; ``kept`` are columns of its bytes (``capture_sha256``, ``headers``, ...)."""
    mine = sa.and_(archive_capture.c.watch_id == of.watch_id, archive_capture.c.key == of.key)
    values = {"outcome": outcome, "detail": detail, "found": found, "versions": versions, "read_at": now, **kept}
    conn.execute(sa.update(archive_capture).where(mine).values(values))


def find_heaviest_edits(conn: sa.Connection, backfill_id: BackfillId, *, limit: int) -> tuple[EditId, ...]:
    """The weightiest steps between archived wordings of the statements of which an import read something."""
    touched = edit.c.statement_id.in_(_touched(backfill_id))
    query = sa.select(edit.c.id).where(edit.c.is_archived, touched)
    rows = conn.execute(query.order_by(edit.c.score.desc(), edit.c.first_seen_changed_at).limit(limit))
    return tuple(EditId(key) for key in rows.scalars())


def _touched(backfill_id: BackfillId) -> sa.Select[Any]:
    """A query for the statements of which an import read something."""
    of_capture = sa.and_(
        archive_capture.c.watch_id == archived_reading.c.watch_id,
        archive_capture.c.key == archived_reading.c.capture_key,
    )
    query = sa.select(archived_reading.c.statement_id).join(archive_capture, of_capture)
    return query.where(archive_capture.c.backfill_id == backfill_id).distinct()


def _known_keys(conn: sa.Connection, watch_id: WatchId, keys: list[str]) -> dict[str, str | None]:
    known: dict[str, str | None] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = archive_capture.c.key.in_(keys[start : start + AT_ONCE])
        query = sa.select(archive_capture.c.key, archive_capture.c.outcome)
        rows = conn.execute(query.where(archive_capture.c.watch_id == watch_id, some))
        known |= {row.key: row.outcome for row in rows}
    return known


def _row(backfill_id: BackfillId, one: KnownCapture) -> dict[str, Any]:
    return {
        "watch_id": one.watch_id,
        "key": one.key,
        "backfill_id": backfill_id,
        "external_id": one.external_id,
        "timestamp": one.listed.timestamp,
        "original_url": one.listed.original_url,
        "archive": one.archive,
        "capture_url": one.capture_url,
        "digest": one.listed.digest,
        "media_type": one.listed.media_type,
        "headers": dict(one.headers),
        "http_status": one.http_status,
        "capture_sha256": one.capture_sha256,
        "outcome": None,
        "found": 0,
        "versions": 0,
    }


def _build(row: sa.Row[Any]) -> KnownCapture:
    return KnownCapture(
        watch_id=WatchId(row.watch_id),
        key=row.key,
        listed=ListedCapture(row.timestamp, row.original_url, row.digest, row.media_type),
        external_id=row.external_id,
        archive=row.archive,
        capture_url=row.capture_url,
        headers=row.headers,
        http_status=row.http_status,
        capture_sha256=row.capture_sha256,
    )
