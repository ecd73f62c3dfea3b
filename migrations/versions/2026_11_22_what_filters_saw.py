"""What filters looked at in each event

Revision: 0014
Follows: 0013
Made: 2026-11-22 23:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import OptionalJson

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("event", sa.Column("subject", OptionalJson, nullable=True))


def downgrade() -> None:
    op.drop_column("event", "subject")
