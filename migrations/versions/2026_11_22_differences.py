"""Pages and wordings as what is different from their neighbours

Revision: 0013
Follows: 0012
Made: 2026-11-22 23:10:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("capture", sa.Column("base_sha256", sa.LargeBinary(), nullable=True))
    op.add_column("capture", sa.Column("differences", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("version", sa.Column("text_difference", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    """What is kept as a difference has to be made whole first.

    Raises:
        RuntimeError: something is; nothing was changed.
    """
    held = sa.text(
        "SELECT (SELECT count(*) FROM capture WHERE base_sha256 IS NOT NULL)"
        " + (SELECT count(*) FROM version WHERE text_difference IS NOT NULL)"
    )
    count = op.get_bind().execute(held).scalar_one()
    if count:
        raise RuntimeError(f"{count} pages and wordings are kept as differences: an earlier program cannot read them.")
    op.drop_column("version", "text_difference")
    op.drop_column("capture", "differences")
    op.drop_column("capture", "base_sha256")
