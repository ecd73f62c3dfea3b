"""What archived wordings have taught the habit of their watch, so that it is not taught twice

Revision: 0012
Follows: 0011
Made: 2026-11-22 23:00:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("archived_history", sa.Column("taught", Json, nullable=True))


def downgrade() -> None:
    op.drop_column("archived_history", "taught")
