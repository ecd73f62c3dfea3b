"""Quotes: every form of every claim, to be found again; and what older rules found of an edit

Revision: 0002
Follows: 0001
Made: 2026-11-22 17:15:40.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOT_COMPARED = sa.text("analysis_state <> 'done'")
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "claim_wording",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first_version", sa.Integer(), nullable=False),
        sa.Column("last_version", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("key_hash", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("spans", Json, nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_claim_wording_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "number", "first_version", name=op.f("pk_claim_wording")),
    )
    op.create_index("ix_claim_wording_key_hash", "claim_wording", ["key_hash"], unique=False)
    op.create_table(
        "quote_term",
        sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key_hash", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("term", "key_hash", name=op.f("pk_quote_term")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "watch_extent",
        sa.Column("watch_id", sa.Uuid(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("versions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["watch_id"], ["watch.id"], name=op.f("fk_watch_extent_watch_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("watch_id", name=op.f("pk_watch_extent")),
    )
    op.create_table(
        "statement_rules",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("rules", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_rules_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_rules")),
    )
    op.create_index("ix_statement_rules_rules_statement_id", "statement_rules", ["rules", "statement_id"], unique=False)
    op.create_table(
        "earlier_analysis",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("edit_id", sa.Uuid(), nullable=False),
        sa.Column("analyzer_version", sa.String(length=32), nullable=False),
        sa.Column("replaced_at", UtcTime(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("results", Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_earlier_analysis_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "edit_id", "analyzer_version", name=op.f("pk_earlier_analysis")),
    )
    op.add_column("edit", sa.Column("analysis_is_technical", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("ix_edit_change_hash", table_name="edit")
    op.create_index(
        "ix_edit_change_hash_first_seen_changed_at_id",
        "edit",
        ["change_hash", "first_seen_changed_at", "id"],
        unique=False,
    )
    op.create_index(
        "ix_edit_not_compared",
        "edit",
        ["watch_id"],
        unique=False,
        sqlite_where=NOT_COMPARED,
        postgresql_where=NOT_COMPARED,
    )
    op.create_index("ix_gap_open", "gap", ["watch_id"], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
    take_stock()


def take_stock() -> None:
    """What is there already is counted, and marked as still to be taken in ("walkback reanalyse")."""
    op.execute("INSERT INTO statement_rules (statement_id, rules) SELECT id, '' FROM statement")
    op.execute(
        "INSERT INTO watch_extent (watch_id, statements, versions) "
        "SELECT watch_id, count(*), sum(version_count) FROM statement GROUP BY watch_id"
    )


def downgrade() -> None:
    op.drop_index("ix_gap_open", table_name="gap", sqlite_where=OPEN, postgresql_where=OPEN)
    op.drop_index("ix_edit_not_compared", table_name="edit", sqlite_where=NOT_COMPARED, postgresql_where=NOT_COMPARED)
    op.drop_index("ix_edit_change_hash_first_seen_changed_at_id", table_name="edit")
    op.create_index("ix_edit_change_hash", "edit", ["change_hash"], unique=False)
    op.drop_column("edit", "analysis_is_technical")
    op.drop_table("earlier_analysis")
    op.drop_index("ix_statement_rules_rules_statement_id", table_name="statement_rules")
    op.drop_table("statement_rules")
    op.drop_table("watch_extent")
    op.drop_table("quote_term")
    op.drop_index("ix_claim_wording_key_hash", table_name="claim_wording")
    op.drop_table("claim_wording")
