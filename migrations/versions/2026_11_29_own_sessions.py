"""From which browser somebody is signed in, and when it was last used

Revision: 0025
Follows: 0024
Made: 2026-11-29 21:28:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("page_session", sa.Column("browser", sa.String(length=60), nullable=False, server_default=""))
    op.add_column("page_session", sa.Column("last_used_at", UtcTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("page_session") as table:
        table.drop_column("last_used_at")
        table.drop_column("browser")
