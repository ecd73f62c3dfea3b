"""The work list, the most severe first

Revision: 0018
Follows: 0017
Made: 2026-11-29 17:45:00.000000+00:00
"""

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["review_state", "level_rank", "created_at", "id"]
    op.create_index("ix_flag_review_state_severity", "flag", columns, unique=False)


def downgrade() -> None:
    op.drop_index("ix_flag_review_state_severity", "flag")
