"""Public watches by index: what strangers read is looked up from them

Revision: 0024
Follows: 0023
Made: 2026-11-29 21:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

PUBLIC = sa.text("visibility = 'public'")


def upgrade() -> None:
    op.create_index("ix_watch_public", "watch", ["id"], unique=False, sqlite_where=PUBLIC, postgresql_where=PUBLIC)


def downgrade() -> None:
    op.drop_index("ix_watch_public", "watch")
