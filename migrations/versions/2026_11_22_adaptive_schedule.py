"""The adaptive schedule: what each check asks for, what its host may have, and the habits of each source

Revision: 0010
Follows: 0009
Made: 2026-11-22 19:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import Json, UtcTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RATES = ("pinned_rate", "base_rate", "eager_rate")
SHARES = ("base_share", "stretch")


def upgrade() -> None:
    for name in RATES:
        op.add_column("check_due", sa.Column(name, sa.Float(), server_default="0", nullable=False))
    for name in SHARES:
        op.add_column("host", sa.Column(name, sa.Float(), server_default="1", nullable=False))
    op.add_column("host", sa.Column("paid_until", UtcTime(), nullable=True))
    op.add_column("watch", sa.Column("habit", Json, nullable=True))
    op.create_table(
        "budget",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count_at", UtcTime(), nullable=False),
        sa.Column("paid_until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget")),
    )


def downgrade() -> None:
    op.drop_table("budget")
    op.drop_column("watch", "habit")
    op.drop_column("host", "paid_until")
    for name in SHARES:
        op.drop_column("host", name)
    for name in RATES:
        op.drop_column("check_due", name)
