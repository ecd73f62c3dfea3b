"""Flapping told once, large losses marked, gaps of single statements and of the whole service

Revision: 0003
Follows: 0002
Made: 2026-11-22 19:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("statement", sa.Column("flapping_since", UtcTime(), nullable=True))
    op.add_column("statement", sa.Column("unread_since", UtcTime(), nullable=True))
    op.add_column("edit", sa.Column("is_flap", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("edit", sa.Column("large_loss", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "flapping",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", UtcTime(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("last_flip_at", UtcTime(), nullable=False),
        sa.Column("flips", sa.Integer(), nullable=False),
        sa.Column("wordings", Json, nullable=False),
        sa.Column("window_seconds", sa.Float(), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("pin_ids", Json, nullable=False),
        sa.Column("is_worth_telling", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_flapping_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "began_at", name=op.f("pk_flapping")),
    )
    op.create_table(
        "statement_gap",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_gap_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", "opened_at", name=op.f("pk_statement_gap")),
    )
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_finished_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulse")),
    )
    op.create_table(
        "service_gap",
        sa.Column("opened_at", UtcTime(), nullable=False),
        sa.Column("closed_at", UtcTime(), nullable=True),
        sa.Column("open_mark", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("opened_at", name=op.f("pk_service_gap")),
        sa.UniqueConstraint("open_mark", name=op.f("uq_service_gap_open_mark")),
    )


def downgrade() -> None:
    op.drop_table("service_gap")
    op.drop_table("pulse")
    op.drop_table("statement_gap")
    op.drop_table("flapping")
    op.drop_column("edit", "large_loss")
    op.drop_column("edit", "is_flap")
    op.drop_column("statement", "unread_since")
    op.drop_column("statement", "flapping_since")
