"""What a source remembers of the last answer to a check, so that the next look may be a glance

Revision: 0008
Follows: 0007
Made: 2026-11-22 19:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("check_due", sa.Column("mark", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("check_due", "mark")
