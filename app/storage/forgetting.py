"""Forgetting what was seen of a watch: its texts go, wherever they are kept; that something happened stays.

statements ─▶ flags and share links (the database cascades)
whatever is kept by statement: versions, observations, claims, edits, their packs and analyses; table by table, since
              across the nodes of a spread database no rule holds that would do it
forms of claims, with the pairs of words by which they are found, unless they stand elsewhere too
captures      that no other statement was read from
events        keep their place in the feed, so that it stays gapless; their bodies are emptied
alerts        of these events, with the log of their deliveries, and the digests that they went into
visits, gaps  of the watch, and imports of its past with all that they read
"""

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.storage.captures import remove_captures
from app.storage.coverage import remove_extent
from app.storage.digests import forget_digests
from app.storage.events import body_text
from app.storage.quotes import remove_wordings
from app.storage.tables import (
    alert,
    archive_capture,
    backfill,
    destination,
    event,
    gap,
    metadata,
    statement,
    version,
    visit,
    visit_pack,
)
from app.storage.watches import forget_habit

BY_STATEMENT = [table for table in reversed(metadata.sorted_tables) if "statement_id" in table.primary_key.columns]


def forget(conn: sa.Connection, watch_id: WatchId) -> None:
    """Forget all statements of a watch with their whole history. The watch itself stays, as removed."""
    mine = sa.select(statement.c.id).where(statement.c.watch_id == watch_id)
    fetched = sa.select(version.c.capture_sha256).where(version.c.statement_id.in_(mine)).distinct()
    brought = sa.select(archive_capture.c.capture_sha256).where(archive_capture.c.watch_id == watch_id).distinct()
    brought = brought.where(archive_capture.c.capture_sha256.is_not(None))  # of one that was not read, nothing is kept
    captures = {*conn.execute(fetched).scalars(), *conn.execute(brought).scalars()}
    _empty_events(conn, mine)
    remove_wordings(conn, mine)
    remove_extent(conn, watch_id)
    for table in BY_STATEMENT:
        conn.execute(sa.delete(table).where(table.c.statement_id.in_(mine)))
    conn.execute(sa.delete(statement).where(statement.c.watch_id == watch_id))
    conn.execute(sa.delete(archive_capture).where(archive_capture.c.watch_id == watch_id))
    conn.execute(sa.delete(backfill).where(backfill.c.watch_id == watch_id))
    conn.execute(sa.delete(visit).where(visit.c.watch_id == watch_id))
    conn.execute(sa.delete(visit_pack).where(visit_pack.c.watch_id == watch_id))
    conn.execute(sa.delete(gap).where(gap.c.watch_id == watch_id))
    forget_habit(conn, watch_id)
    remove_captures(conn, captures)


def _empty_events(conn: sa.Connection, statements: sa.Select[tuple[object]]) -> None:
    told = conn.execute(
        sa.select(event.c.position, event.c.id, event.c.type, event.c.at).where(event.c.statement_id.in_(statements))
    ).all()
    for row in told:
        body = {"type": row.type, "id": str(row.id), "time": row.at.isoformat(), "forgotten": True}
        conn.execute(sa.update(event).where(event.c.position == row.position).values(body=body_text(body)))
        owed = alert.c.destination_id.in_(sa.select(destination.c.id))
        gathered = sa.select(alert.c.digest_id).where(owed, alert.c.event_id == row.id, alert.c.digest_id.is_not(None))
        digests = conn.execute(gathered).scalars().all()
        conn.execute(sa.delete(alert).where(owed, alert.c.event_id == row.id))
        forget_digests(conn, digests)
