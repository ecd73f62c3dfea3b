"""Watching the watcher: who works, and the indexes by which what waits and what is wrong is found at once

Revision: 0006
Follows: 0005
Made: 2026-11-22 19:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

REFUSED = sa.text("refusals > 0")
OPEN = sa.text("closed_at IS NULL")
PENDING = sa.text("state = 'pending'")


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("host_name", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("in_hand", sa.Integer(), nullable=False),
        sa.Column("checks_per_minute", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
    )
    op.create_index("ix_watch_state_health", "watch", ["state", "health"], unique=False)
    op.create_index("ix_host_resting", "host", ["next_at"], sqlite_where=REFUSED, postgresql_where=REFUSED)
    op.create_index("ix_gap_open_since", "gap", ["opened_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    owed = ["destination_id", "created_at"]
    op.create_index("ix_alert_owed", "alert", owed, sqlite_where=PENDING, postgresql_where=PENDING)


def downgrade() -> None:
    op.drop_index("ix_alert_owed", table_name="alert")
    op.drop_index("ix_gap_open_since", table_name="gap")
    op.drop_index("ix_host_resting", table_name="host")
    op.drop_index("ix_watch_state_health", table_name="watch")
    op.drop_table("worker")
