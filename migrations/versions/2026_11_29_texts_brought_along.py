"""The latest text apart, and each version brings the text before it along

Revision: 0023
Follows: 0022
Made: 2026-11-29 21:00:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.tables.base import VersionNumber

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Texts that are kept already stay as they are."""
    op.add_column("version", sa.Column("text_whole", sa.LargeBinary(), nullable=True))
    op.add_column("version", sa.Column("text_before", sa.LargeBinary(), nullable=True))
    op.create_table(
        "latest_text",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("number", VersionNumber, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_latest_text_statement_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_latest_text")),
    )


def downgrade() -> None:
    """What is kept so has to be made whole first.

    Raises:
        RuntimeError: something is; nothing was changed.
    """
    held = sa.text("SELECT count(*) FROM version WHERE text_whole IS NOT NULL OR text_before IS NOT NULL")
    count = op.get_bind().execute(held).scalar_one()
    count += op.get_bind().execute(sa.text("SELECT count(*) FROM latest_text")).scalar_one()
    if count:
        raise RuntimeError(f"{count} wordings are kept as an earlier program cannot read them.")
    op.drop_table("latest_text")
    op.drop_column("version", "text_before")
    op.drop_column("version", "text_whole")
