"""Titles of long wordings with their texts, and every hundred-and-twenty-eighth text whole

Revision: 0036
Follows: 0035
Made: 2026-11-30 06:40:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.domain.archives import FIRST_ARCHIVED

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

ANOTHER_WAY = sa.text("SELECT count(*) FROM version WHERE fetched_url = '' AND normaliser_version = '2'")
TOO_FAR = sa.text(
    "SELECT count(*) FROM version WHERE number % 128 = 64 AND number < :archived AND text_whole IS NULL "
    "AND text_difference IS NULL AND text = ''"
)


def upgrade() -> None:
    """Wordings that are kept already stay as they are."""


def downgrade() -> None:
    """What is kept so has to be kept otherwise first.

    Raises:
        RuntimeError: something is; nothing was changed.
    """
    conn = op.get_bind()
    count = conn.execute(ANOTHER_WAY).scalar_one() + conn.execute(TOO_FAR, {"archived": FIRST_ARCHIVED}).scalar_one()
    if count:
        raise RuntimeError(f"{count} wordings are kept as an earlier program cannot read them.")
