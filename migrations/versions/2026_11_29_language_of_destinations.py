"""The language in which a destination is told

Revision: 0019
Follows: 0018
Made: 2026-11-29 18:20:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("destination", sa.Column("language", sa.String(length=16), server_default="en", nullable=False))


def downgrade() -> None:
    op.drop_column("destination", "language")
