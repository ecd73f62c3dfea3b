"""How often in a row a host did not answer at all: it is asked less and less

Revision: 0034
Follows: 0033
Made: 2026-11-30 06:05:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

SILENT = sa.text("silences > 1")


def upgrade() -> None:
    op.add_column("host", sa.Column("silences", sa.Integer(), nullable=False, server_default="0"))
    op.create_index("ix_host_silent", "host", ["next_at"], sqlite_where=SILENT, postgresql_where=SILENT)


def downgrade() -> None:
    op.drop_index("ix_host_silent", table_name="host")
    op.drop_column("host", "silences")
