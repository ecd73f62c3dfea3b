"""When alerts leave: the timing of destinations, and digests

Revision: 0017
Follows: 0016
Made: 2026-11-29 17:30:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import OptionalJson, UtcTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

HELD = sa.text("lease IS NOT NULL")
IN_DIGEST = sa.text("digest_id IS NOT NULL")


def upgrade() -> None:
    """Alerts that were tried already keep going alone; of the others no level is known, so none breaks through."""
    op.add_column("destination", sa.Column("timing", OptionalJson, nullable=True))
    op.add_column("destination", sa.Column("sent_at", OptionalJson, nullable=True))
    op.add_column("alert", sa.Column("severity", sa.SmallInteger(), server_default="0", nullable=False))
    op.add_column("alert", sa.Column("began_at", UtcTime(), nullable=True))
    op.add_column("alert", sa.Column("digest_id", sa.Uuid(), nullable=True))
    op.execute("UPDATE alert SET began_at = created_at WHERE tries > 0 OR lease IS NOT NULL")
    _partial("ix_alert_held", ["destination_id"], HELD)
    _partial("ix_alert_digest_id", ["digest_id"], IN_DIGEST)
    op.create_table(
        "digest",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("destination_id", sa.Uuid(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["destination_id"],
            ["destination.id"],
            name=op.f("fk_digest_destination_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest")),
    )
    op.create_index("ix_digest_destination_id", "digest", ["destination_id"], unique=False)


def downgrade() -> None:
    """What was gathered and has not arrived is owed again, each alert by itself."""
    op.execute("UPDATE alert SET state = 'pending', next_try_at = created_at WHERE state = 'gathered'")
    op.execute("DELETE FROM alert WHERE type = 'digest'")
    op.drop_index("ix_digest_destination_id", table_name="digest")
    op.drop_table("digest")
    op.drop_index("ix_alert_digest_id", table_name="alert")
    op.drop_index("ix_alert_held", table_name="alert")
    op.drop_column("alert", "digest_id")
    op.drop_column("alert", "began_at")
    op.drop_column("alert", "severity")
    op.drop_column("destination", "sent_at")
    op.drop_column("destination", "timing")


def _partial(name: str, columns: list[str], condition: sa.TextClause) -> None:
    op.create_index(name, "alert", columns, unique=False, sqlite_where=condition, postgresql_where=condition)
