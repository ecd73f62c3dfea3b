"""Lists that stay fast: flags of a publisher and of a pin, alerts that failed

Revision: 0021
Follows: 0020
Made: 2026-11-29 20:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

PENDING = sa.text("state = 'pending'")
FAILED = sa.text("state = 'failed'")


def upgrade() -> None:
    _index("ix_flag_created_at_id_level_rank", "flag", ["created_at", "id", "level_rank"])
    _index("ix_flag_watch_id_created_at_id_level_rank", "flag", ["watch_id", "created_at", "id", "level_rank"])
    _index("ix_flag_watch_id_severity", "flag", ["watch_id", "review_state", "level_rank", "created_at", "id"])
    op.drop_index("ix_flag_created_at_id", "flag")
    _index("ix_flag_pin_pin_id_flag_id", "flag_pin", ["pin_id", "flag_id"])
    op.drop_index("ix_flag_pin_pin_id", "flag_pin")
    op.drop_index("ix_alert_owed", "alert")
    _index("ix_alert_owed", "alert", ["destination_id", "created_at", "id"], PENDING)
    _index("ix_alert_failed", "alert", ["destination_id", "created_at", "id"], FAILED)


def downgrade() -> None:
    op.drop_index("ix_alert_failed", "alert")
    op.drop_index("ix_alert_owed", "alert")
    _index("ix_alert_owed", "alert", ["destination_id", "created_at"], PENDING)
    _index("ix_flag_pin_pin_id", "flag_pin", ["pin_id"])
    op.drop_index("ix_flag_pin_pin_id_flag_id", "flag_pin")
    _index("ix_flag_created_at_id", "flag", ["created_at", "id"])
    for name in ("ix_flag_watch_id_severity", "ix_flag_watch_id_created_at_id_level_rank"):
        op.drop_index(name, "flag")
    op.drop_index("ix_flag_created_at_id_level_rank", "flag")


def _index(name: str, table: str, columns: list[str], condition: sa.TextClause | None = None) -> None:
    op.create_index(name, table, columns, unique=False, sqlite_where=condition, postgresql_where=condition)
