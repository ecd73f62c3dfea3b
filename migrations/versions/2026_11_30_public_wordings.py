"""Public wordings by index: what strangers ask is not looked for among all others

Revision: 0029
Follows: 0028
Made: 2026-11-30 00:15:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

PUBLIC = sa.text("is_public")


def upgrade() -> None:
    op.add_column("claim_wording", sa.Column("is_public", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.execute(
        "UPDATE claim_wording SET is_public = true WHERE statement_id IN (SELECT statement.id FROM statement "
        "JOIN watch ON watch.id = statement.watch_id WHERE watch.visibility = 'public')"
    )
    op.create_index(
        "ix_claim_wording_public",
        "claim_wording",
        ["key_hash"],
        unique=False,
        sqlite_where=PUBLIC,
        postgresql_where=PUBLIC,
    )


def downgrade() -> None:
    op.drop_index("ix_claim_wording_public", "claim_wording")
    op.drop_column("claim_wording", "is_public")
