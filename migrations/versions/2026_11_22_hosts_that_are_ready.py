"""Hosts that are ready: each knows when there is something to ask it, so that taking work never counts what is due

Revision: 0004
Follows: 0003
Made: 2026-11-22 19:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

RUNS_SQLITE, RUNS_POSTGRES = sa.text("is_paused = 0"), sa.text("NOT is_paused")
NEW_SQLITE = sa.text("is_counted = 0 AND is_paused = 0")
NEW_POSTGRES = sa.text("NOT is_counted AND NOT is_paused")


def upgrade() -> None:
    """Every check begins as not counted: workers count them in, the most urgent first, as they take work."""
    op.add_column("host", sa.Column("ready_at", UtcTime(), nullable=True))
    op.drop_index("ix_host_next_at", table_name="host")
    op.create_index("ix_host_ready_at_name", "host", ["ready_at", "name"], unique=False)
    op.add_column("check_due", sa.Column("is_counted", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.drop_index("ix_check_due_waiting", table_name="check_due")
    op.drop_index("ix_check_due_host_due_at", table_name="check_due")
    _partial("ix_check_due_of_host", ["host", "due_at", "id"], RUNS_SQLITE, RUNS_POSTGRES)
    _partial("ix_check_due_waiting", ["due_at"], RUNS_SQLITE, RUNS_POSTGRES)
    _partial("ix_check_due_not_counted", ["due_at"], NEW_SQLITE, NEW_POSTGRES)


def downgrade() -> None:
    op.drop_index("ix_check_due_not_counted", table_name="check_due")
    op.drop_index("ix_check_due_waiting", table_name="check_due")
    op.drop_index("ix_check_due_of_host", table_name="check_due")
    op.create_index("ix_check_due_host_due_at", "check_due", ["host", "due_at"], unique=False)
    _partial("ix_check_due_waiting", ["due_at", "host"], RUNS_SQLITE, RUNS_POSTGRES)
    op.drop_column("check_due", "is_counted")
    op.drop_index("ix_host_ready_at_name", table_name="host")
    op.create_index("ix_host_next_at", "host", ["next_at"], unique=False)
    op.drop_column("host", "ready_at")


def _partial(name: str, columns: list[str], on_sqlite: sa.TextClause, on_postgres: sa.TextClause) -> None:
    op.create_index(name, "check_due", columns, unique=False, sqlite_where=on_sqlite, postgresql_where=on_postgres)
