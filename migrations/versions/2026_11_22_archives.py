"""The past out of web archives: imports, their captures, and wordings numbered by the moment of a capture

Revision: 0007
Follows: 0006
Made: 2026-11-22 19:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

UNFINISHED = sa.text("finished_at IS NULL")
UNREAD = sa.text("outcome IS NULL")
BEHIND_SQLITE, BEHIND_POSTGRES = sa.text("is_behind = 1"), sa.text("is_behind")
NUMBERS = {
    "version": ("number", "restores"),
    "edit": ("from_version", "to_version", "restores"),
    "claim": ("first_version", "last_version", "removed_in"),
    "claim_change": ("removed_in",),
    "claim_wording": ("first_version", "last_version"),
}
"""Columns that hold numbers of versions. SQLite keeps any whole number in them as they are."""


def upgrade() -> None:
    _retype(sa.BigInteger())
    op.add_column("version", sa.Column("origin", Json, nullable=True))
    op.add_column("edit", sa.Column("is_archived", sa.Boolean(), server_default=sa.false(), nullable=False))
    _create_backfill()
    _create_captures()
    _create_histories()


def downgrade() -> None:
    for table in ("archived_history", "archived_reading", "archive_capture", "backfill"):
        op.drop_table(table)
    for table in ("claim_change", "edit_pin"):
        op.execute(f"DELETE FROM {table} WHERE edit_id IN (SELECT id FROM edit WHERE is_archived)")
    op.execute("DELETE FROM edit WHERE is_archived")
    op.execute("UPDATE claim SET first_version = 1 WHERE first_version > 2147483647 AND last_version <= 2147483647")
    for table, columns in NUMBERS.items():
        for column in columns:
            op.execute(f"DELETE FROM {table} WHERE {column} > 2147483647")
    op.execute("DELETE FROM statement WHERE version_count = 0")
    op.drop_column("edit", "is_archived")
    op.drop_column("version", "origin")
    _retype(sa.Integer())


def _retype(kind: sa.types.TypeEngine[int]) -> None:
    if op.get_bind().dialect.name == "sqlite":
        return
    for table, columns in NUMBERS.items():
        for column in columns:
            op.alter_column(table, column, type_=kind)


def _create_backfill() -> None:
    op.create_table(
        "backfill",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("watch_id", sa.Uuid(), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("lookups", Json, nullable=False),
        sa.Column("since", UtcTime(), nullable=True),
        sa.Column("until", UtcTime(), nullable=True),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("resume_key", sa.Text(), nullable=True),
        sa.Column("seen_keys", Json, nullable=False),
        sa.Column("is_cut", sa.Boolean(), nullable=False),
        sa.Column("refused", Json, nullable=False),
        sa.Column("edits", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("updated_at", UtcTime(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=True),
        sa.Column("due_at", UtcTime(), nullable=False),
        sa.Column("lease", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_backfill_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_backfill")),
    )
    op.create_index("ix_backfill_watch_id_id", "backfill", ["watch_id", "id"], unique=False)
    op.create_index(
        "ix_backfill_unfinished",
        "backfill",
        ["due_at"],
        unique=False,
        sqlite_where=UNFINISHED,
        postgresql_where=UNFINISHED,
    )


def _create_captures() -> None:
    op.create_table(
        "archive_capture",
        sa.Column("watch_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("backfill_id", sa.Uuid(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("timestamp", sa.BigInteger(), nullable=False),
        sa.Column("original_url", sa.Text(), nullable=False),
        sa.Column("archive", sa.Text(), nullable=False),
        sa.Column("capture_url", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("media_type", sa.Text(), nullable=True),
        sa.Column("headers", Json, nullable=False),
        sa.Column("http_status", sa.Integer(), nullable=False),
        sa.Column("capture_sha256", sa.String(length=64), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["watch_id"], ["watch.id"], name=op.f("fk_archive_capture_watch_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("watch_id", "key", name=op.f("pk_archive_capture")),
    )
    op.create_index("ix_archive_capture_backfill_id_timestamp", "archive_capture", ["backfill_id", "timestamp"])
    op.create_index("ix_archive_capture_capture_sha256", "archive_capture", ["capture_sha256"])
    op.create_index("ix_archive_capture_watch_id_digest", "archive_capture", ["watch_id", "digest"])
    op.create_index(
        "ix_archive_capture_unread",
        "archive_capture",
        ["backfill_id", "timestamp"],
        unique=False,
        sqlite_where=UNREAD,
        postgresql_where=UNREAD,
    )


def _create_histories() -> None:
    op.create_table(
        "archived_reading",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("watch_id", sa.Uuid(), nullable=False),
        sa.Column("capture_key", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_archived_reading_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "number", name=op.f("pk_archived_reading")),
    )
    op.create_index(
        "ix_archived_reading_watch_id_capture_key", "archived_reading", ["watch_id", "capture_key"], unique=False
    )
    op.create_table(
        "archived_history",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("watch_id", sa.Uuid(), nullable=False),
        sa.Column("is_behind", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_archived_history_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_archived_history")),
    )
    op.create_index(
        "ix_archived_history_behind",
        "archived_history",
        ["watch_id"],
        unique=False,
        sqlite_where=BEHIND_SQLITE,
        postgresql_where=BEHIND_POSTGRES,
    )
