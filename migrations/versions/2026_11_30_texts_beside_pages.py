"""The latest text as what is different from a page in which it stands

Revision: 0030
Follows: 0029
Made: 2026-11-29 23:58:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.tables.base import VersionNumber

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Texts that are kept already stay as they are."""
    op.add_column("latest_text", sa.Column("page_number", VersionNumber, nullable=True))


def downgrade() -> None:
    """What is kept so has to be made whole first.

    Raises:
        RuntimeError: something is; nothing was changed.
    """
    held = sa.text("SELECT count(*) FROM latest_text WHERE page_number IS NOT NULL")
    count = op.get_bind().execute(held).scalar_one()
    if count:
        raise RuntimeError(f"{count} wordings are kept as differences from pages: an earlier program cannot read them.")
    op.drop_column("latest_text", "page_number")
