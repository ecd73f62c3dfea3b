"""The record itself: statements, their wordings, the bytes they were read from, and every check."""

import sqlalchemy as sa

from app.storage.dialect import Json, OptionalJson, Sha256, UtcTime
from app.storage.tables.base import VersionNumber, metadata

statement = sa.Table(
    "statement",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("watch_id", sa.ForeignKey("watch.id"), nullable=False),
    sa.Column("external_id", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("read_from", sa.String(16), nullable=False),
    sa.Column("read_by", sa.String(160), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("language", sa.String(16)),
    sa.Column("published_at", UtcTime),
    sa.Column("first_seen_at", UtcTime, nullable=False),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("last_checked_at", UtcTime, nullable=False),
    sa.Column("last_edited_at", UtcTime),
    sa.Column("missing_since", UtcTime),
    sa.Column("withdrawn_at", UtcTime),
    sa.Column("version_count", sa.Integer, nullable=False),
    sa.Column("edit_count", sa.Integer, nullable=False),
    sa.Column("text_sha256", Sha256, nullable=False),
    sa.Column("flapping_since", UtcTime),
    sa.Column("unread_since", UtcTime),
    sa.UniqueConstraint("watch_id", "external_id"),
    sa.Index("ix_statement_first_seen_at_id", "first_seen_at", "id"),
    sa.Index("ix_statement_watch_id_first_seen_at_id", "watch_id", "first_seen_at", "id"),
)
"""``read_from`` says which answer its wordings come from: ``own`` page, or the ``item`` of a feed. ``read_by`` are the
rules by which its latest wording was last read."""

version = sa.Table(
    "version",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", VersionNumber, primary_key=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("title", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("published_at", UtcTime),
    sa.Column("language", sa.String(16)),
    sa.Column("marked_edited", sa.Boolean, nullable=False),
    sa.Column("details", Json, nullable=False),
    sa.Column("first_seen_at", UtcTime, nullable=False),
    sa.Column("last_seen_at", UtcTime, nullable=False),
    sa.Column("text_sha256", Sha256, nullable=False),
    sa.Column("record_sha256", Sha256, nullable=False),
    sa.Column("capture_sha256", sa.ForeignKey("capture.sha256"), nullable=False),
    sa.Column("restores", VersionNumber),
    sa.Column("is_technical", sa.Boolean, nullable=False),
    sa.Column("fetched_url", sa.Text, nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("redirects", Json, nullable=False),
    sa.Column("extractor_version", sa.String(64), nullable=False),
    sa.Column("normaliser_version", sa.String(64), nullable=False),
    sa.Column("origin", OptionalJson),
    sa.Column("text_difference", sa.LargeBinary),
    sa.Column("text_whole", sa.LargeBinary),
    sa.Column("text_before", sa.LargeBinary),
    sa.Index("ix_version_capture_sha256", "capture_sha256"),
)
"""``origin`` says which archive saw it; null where we did ourselves. ``text_before`` is the text of the version
before it as what is different from its own, ``text_whole`` its own. In older rows, ``text`` is it, or
``text_difference`` what is different in it from that of the next version. See app/storage/texts.py."""

latest_text = sa.Table(
    "latest_text",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", VersionNumber, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("page_number", VersionNumber),
)
"""The text of the latest version of each statement, compressed: replaced when the next one comes. With ``page_number``
it is the difference from the page of that version."""

capture = sa.Table(
    "capture",
    metadata,
    sa.Column("sha256", Sha256, primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("content_type", sa.Text, nullable=False),
    sa.Column("first_fetched_at", UtcTime, nullable=False),
    sa.Column("base_sha256", Sha256),
    sa.Column("differences", sa.Integer, nullable=False, server_default="0"),
)
"""``body`` is compressed with zstandard; ``size`` counts the bytes as fetched. With ``base_sha256`` it is
the difference from that page; ``differences`` counts how many there are up to a whole one."""

observation = sa.Table(
    "observation",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("visit_id", sa.Uuid, nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text),
    sa.Column("version_number", sa.Integer),
)

flapping = sa.Table(
    "flapping",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("began_at", UtcTime, primary_key=True),
    sa.Column("ended_at", UtcTime),
    sa.Column("last_flip_at", UtcTime, nullable=False),
    sa.Column("flips", sa.Integer, nullable=False),
    sa.Column("wordings", Json, nullable=False),
    sa.Column("window_seconds", sa.Float, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("pin_ids", Json, nullable=False),
    sa.Column("is_worth_telling", sa.Boolean, nullable=False),
)
"""The times in which a statement went back and forth; while one lasts, the statement's ``flapping_since`` is set."""

statement_gap = sa.Table(
    "statement_gap",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("opened_at", UtcTime, primary_key=True),
    sa.Column("closed_at", UtcTime),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text),
)
"""The times in which one statement could not be read at its own place, while its watch may well have been."""
