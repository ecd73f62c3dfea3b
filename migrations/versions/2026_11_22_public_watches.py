"""Which watches anybody may read, and the numbers of their events among themselves

Revision: 0011
Follows: 0010
Made: 2026-11-22 22:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    visibility = sa.Column("visibility", sa.String(length=16), server_default="private", nullable=False)
    op.add_column("watch", visibility)
    op.add_column("event", sa.Column("public_position", sa.BigInteger(), nullable=True))
    op.create_index("ix_event_public_position", "event", ["public_position"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_event_public_position", table_name="event")
    op.drop_column("event", "public_position")
    op.drop_column("watch", "visibility")
