"""The open flags of a pin, the most severe first

Revision: 0028
Follows: 0027
Made: 2026-11-30 00:10:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

FILL = """
UPDATE flag_pin SET open_rank = (
  SELECT level_rank FROM flag WHERE flag.id = flag_pin.flag_id AND flag.review_state = 'open')
"""


def upgrade() -> None:
    op.add_column("flag_pin", sa.Column("open_rank", sa.Integer(), nullable=True))
    op.execute(FILL)
    op.create_index("ix_flag_pin_severity", "flag_pin", ["pin_id", "open_rank", "flag_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_flag_pin_severity", "flag_pin")
    op.drop_column("flag_pin", "open_rank")
