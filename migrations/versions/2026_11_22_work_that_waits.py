"""Since when work has been waiting, for the alarm that nothing is checked

Revision: 0009
Follows: 0008
Made: 2026-11-22 19:45:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pulse", sa.Column("waiting_since", UtcTime(), nullable=True))


def downgrade() -> None:
    op.drop_column("pulse", "waiting_since")
