"""Who may do what, and what was already done once."""

import sqlalchemy as sa

from app.storage.dialect import Json, UtcTime
from app.storage.tables.base import metadata

api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("prefix", sa.String(16), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("scope", sa.String(16), nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime),
    sa.Column("last_used_at", UtcTime),
    sa.Column("revoked_at", UtcTime),
)

page_session = sa.Table(
    "page_session",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("key_id", sa.ForeignKey("api_key.id", ondelete="CASCADE"), nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("ends_at", UtcTime, nullable=False),
    sa.Column("ended_at", UtcTime),
    sa.Column("browser", sa.String(60), nullable=False, server_default=""),
    sa.Column("last_used_at", UtcTime),
    sa.Index("ix_page_session_key_id", "key_id"),
    sa.Index("ix_page_session_ends_at", "ends_at"),
)
"""Browsers that are signed in to the pages."""

audit_entry = sa.Table(
    "audit_entry",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("actor_kind", sa.String(16), nullable=False),
    sa.Column("actor_name", sa.Text, nullable=False),
    sa.Column("actor_key_id", sa.Uuid),
    sa.Column("act", sa.String(32), nullable=False),
    sa.Column("subject_id", sa.Uuid, nullable=False),
    sa.Column("subject_name", sa.Text, nullable=False),
    sa.Column("changes", Json, nullable=False),
    sa.Index("ix_audit_entry_at_id", "at", "id"),
    sa.Index("ix_audit_entry_subject_id", "subject_id", "at", "id"),
    sa.Index("ix_audit_entry_actor_key_id", "actor_key_id", "at", "id"),
)
"""It refers to nothing by a foreign key: what was done stays written when the thing itself is gone."""

share_link = sa.Table(
    "share_link",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), nullable=False),
    sa.Column("edit_id", sa.Uuid),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("made_by", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("expires_at", UtcTime, nullable=False),
    sa.Column("revoked_at", UtcTime),
    sa.Index("ix_share_link_created_at_id", "created_at", "id"),
    sa.Index("ix_share_link_statement_id_created_at_id", "statement_id", "created_at", "id"),
)
"""Links that show one statement or edit to whoever has them. What is forgotten takes its links along."""

idempotency_key = sa.Table(
    "idempotency_key",
    metadata,
    sa.Column("key_id", sa.Uuid, primary_key=True),
    sa.Column("route", sa.String(128), primary_key=True),
    sa.Column("value", sa.String(128), primary_key=True),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("status", sa.Integer, nullable=False),
    sa.Column("answer", Json, nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Index("ix_idempotency_key_created_at", "created_at"),
)
