"""What web archives saw: each import of the past, every capture it read, and what each capture showed."""

import sqlalchemy as sa

from app.storage.dialect import Json, Sha256, UtcTime
from app.storage.tables.base import metadata

UNFINISHED = sa.text("finished_at IS NULL")
UNREAD = sa.text("outcome IS NULL")
BEHIND_SQLITE, BEHIND_POSTGRES = sa.text("is_behind = 1"), sa.text("is_behind")

backfill = sa.Table(
    "backfill",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), nullable=False),
    sa.Column("statement_id", sa.Uuid),
    sa.Column("source", sa.String(8), nullable=False),
    sa.Column("archive", sa.Text, nullable=False),
    sa.Column("lookups", Json, nullable=False),
    sa.Column("since", UtcTime),
    sa.Column("until", UtcTime),
    sa.Column("most", sa.Integer, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("place", sa.Integer, nullable=False),
    sa.Column("resume_key", sa.Text),
    sa.Column("seen_keys", Json, nullable=False),
    sa.Column("is_cut", sa.Boolean, nullable=False),
    sa.Column("refused", Json, nullable=False),
    sa.Column("edits", sa.Integer, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("detail", sa.Text),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("finished_at", UtcTime),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("lease", sa.String(32)),
    sa.Index("ix_backfill_watch_id_id", "watch_id", "id"),
    sa.Index("ix_backfill_unfinished", "due_at", sqlite_where=UNFINISHED, postgresql_where=UNFINISHED),
)

archive_capture = sa.Table(
    "archive_capture",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("key", sa.String(32), primary_key=True),
    sa.Column("backfill_id", sa.Uuid, nullable=False),
    sa.Column("external_id", sa.Text),
    sa.Column("timestamp", sa.BigInteger, nullable=False),
    sa.Column("original_url", sa.Text, nullable=False),
    sa.Column("archive", sa.Text, nullable=False),
    sa.Column("capture_url", sa.Text, nullable=False),
    sa.Column("digest", sa.Text),
    sa.Column("media_type", sa.Text),
    sa.Column("headers", Json, nullable=False),
    sa.Column("http_status", sa.Integer, nullable=False),
    sa.Column("capture_sha256", Sha256),
    sa.Column("outcome", sa.String(16)),
    sa.Column("detail", sa.Text),
    sa.Column("found", sa.Integer, nullable=False),
    sa.Column("versions", sa.Integer, nullable=False),
    sa.Column("read_at", UtcTime),
    sa.Index("ix_archive_capture_backfill_id_timestamp", "backfill_id", "timestamp"),
    sa.Index("ix_archive_capture_capture_sha256", "capture_sha256"),
    sa.Index("ix_archive_capture_watch_id_digest", "watch_id", "digest"),
    sa.Index("ix_archive_capture_unread", "backfill_id", "timestamp", sqlite_where=UNREAD, postgresql_where=UNREAD),
)
"""One row for each capture of a watch that an index or a file named; ``outcome`` is null until it was read. ``key`` is
a digest of archive, time and address. The bytes of what could be read are kept, also where they are no version."""

archived_reading = sa.Table(
    "archived_reading",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.BigInteger, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("text_sha256", Sha256, nullable=False),
    sa.Column("watch_id", sa.Uuid, nullable=False),
    sa.Column("capture_key", sa.String(32), nullable=False),
    sa.Index("ix_archived_reading_watch_id_capture_key", "watch_id", "capture_key"),
)
"""What one capture showed of one statement. Where the text is another than before, there is a version of ``number``."""

archived_history = sa.Table(
    "archived_history",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("watch_id", sa.Uuid, nullable=False),
    sa.Column("is_behind", sa.Boolean, nullable=False),
    sa.Column("taught", Json),
    sa.Index("ix_archived_history_behind", "watch_id", sqlite_where=BEHIND_SQLITE, postgresql_where=BEHIND_POSTGRES),
)
"""``is_behind`` where something was read of a statement since its archived wordings were last compared.
``taught`` is what they have taught the habit of their watch so far: rows of cell, edits, seconds."""
