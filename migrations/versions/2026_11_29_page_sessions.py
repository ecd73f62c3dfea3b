"""Browsers that are signed in to the pages

Revision: 0016
Follows: 0015
Made: 2026-11-29 17:20:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "page_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("started_at", UtcTime, nullable=False),
        sa.Column("ends_at", UtcTime, nullable=False),
        sa.Column("ended_at", UtcTime, nullable=True),
        sa.ForeignKeyConstraint(
            ["key_id"], ["api_key.id"], name=op.f("fk_page_session_key_id_api_key"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_page_session")),
        sa.UniqueConstraint("sha256", name=op.f("uq_page_session_sha256")),
    )
    op.create_index("ix_page_session_key_id", "page_session", ["key_id"], unique=False)
    op.create_index("ix_page_session_ends_at", "page_session", ["ends_at"], unique=False)


def downgrade() -> None:
    op.drop_table("page_session")
