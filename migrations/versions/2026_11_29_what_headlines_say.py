"""What the headline of a flag says, as facts, so that it can be said in other languages

Revision: 0015
Follows: 0014
Made: 2026-11-29 17:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import OptionalJson

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("flag", sa.Column("gist", OptionalJson, nullable=True))


def downgrade() -> None:
    op.drop_column("flag", "gist")
