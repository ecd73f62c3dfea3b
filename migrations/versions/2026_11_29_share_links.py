"""Links that show one statement or edit to whoever has them

Revision: 0020
Follows: 0019
Made: 2026-11-29 17:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "share_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("edit_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_share_link_statement_id_statement"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share_link")),
        sa.UniqueConstraint("sha256", name=op.f("uq_share_link_sha256")),
    )
    op.create_index("ix_share_link_created_at_id", "share_link", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_share_link_statement_id_created_at_id", "share_link", ["statement_id", "created_at", "id"], unique=False
    )


def downgrade() -> None:
    op.drop_table("share_link")
