"""Who changed what

Revision: 0005
Follows: 0004
Made: 2026-11-22 19:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcTime, nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("actor_key_id", sa.Uuid(), nullable=True),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("changes", Json, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index("ix_audit_entry_at_id", "audit_entry", ["at", "id"], unique=False)
    op.create_index("ix_audit_entry_subject_id", "audit_entry", ["subject_id", "at", "id"], unique=False)
    op.create_index("ix_audit_entry_actor_key_id", "audit_entry", ["actor_key_id", "at", "id"], unique=False)


def downgrade() -> None:
    op.drop_table("audit_entry")
