"""The bytes exactly as fetched, compressed, once per content."""

from datetime import datetime

import sqlalchemy as sa
import zstandard

from app.domain.errors import NotFound
from app.domain.statements import Capture
from app.storage.dialect import insert_or_skip
from app.storage.tables import capture

_IS_KEPT = sa.select(capture.c.sha256).where(capture.c.sha256 == sa.bindparam("sha256"))


def add_capture(conn: sa.Connection, new: Capture) -> None:
    """Keep these bytes, unless the same bytes are kept already."""
    kept = conn.execute(_IS_KEPT, {"sha256": new.sha256}).one_or_none()
    if kept is not None:
        return
    row = {
        "sha256": new.sha256,
        "body": zstandard.ZstdCompressor(level=9).compress(new.body),
        "size": len(new.body),
        "content_type": new.content_type,
        "first_fetched_at": new.first_fetched_at,
    }
    conn.execute(insert_or_skip(conn, capture), [row])


def get_capture(conn: sa.Connection, sha256: str) -> Capture:
    """The bytes with this SHA-256 (hex).

    Raises:
        NotFound: no such bytes are kept.
    """
    row = conn.execute(sa.select(capture).where(capture.c.sha256 == sha256)).one_or_none()
    if row is None:
        raise NotFound("capture", sha256)
    body = zstandard.ZstdDecompressor().decompress(row.body, max_output_size=row.size)
    return Capture(row.sha256, body, row.content_type, row.first_fetched_at)


def count_captures(conn: sa.Connection, *, since: datetime) -> int:
    """How many different answers were first fetched since then."""
    query = sa.select(sa.func.count()).select_from(capture).where(capture.c.first_fetched_at >= since)
    return conn.execute(query).scalar_one()
