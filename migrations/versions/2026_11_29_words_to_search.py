"""Words to search by: word by word where it stands, and from when

Revision: 0027
Follows: 0026
Made: 2026-11-29 23:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Wordings that are there already are not in the index yet; workers put them into the index, beside all other work."""
    op.add_column("claim_wording", sa.Column("place", sa.BigInteger(), nullable=True))
    op.add_column(
        "claim_wording", sa.Column("is_searchable", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_index("ix_claim_wording_place", "claim_wording", ["place"], unique=False)
    op.create_index(
        "ix_claim_wording_waiting",
        "claim_wording",
        ["statement_id"],
        unique=False,
        sqlite_where=sa.text("is_searchable = 0"),
        postgresql_where=sa.text("NOT is_searchable"),
    )
    for name in ("search_term", "public_term"):
        op.create_table(
            name,
            sa.Column("term", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("place", sa.BigInteger(), autoincrement=False, nullable=False),
            sa.PrimaryKeyConstraint("term", "place", name=op.f(f"pk_{name}")),
            sqlite_with_rowid=False,
        )
    op.create_index("ix_watch_publisher", "watch", ["publisher"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_watch_publisher", "watch")
    op.drop_table("public_term")
    op.drop_table("search_term")
    op.drop_index("ix_claim_wording_waiting", "claim_wording")
    op.drop_index("ix_claim_wording_place", "claim_wording")
    op.drop_column("claim_wording", "is_searchable")
    op.drop_column("claim_wording", "place")
