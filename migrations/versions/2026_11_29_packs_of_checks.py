"""Old checks in packs

Revision: 0022
Follows: 0021
Made: 2026-11-29 20:50:00.000000+00:00
"""

import sqlalchemy as sa
from alembic import op

from app.storage.dialect import UtcTime

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _packs("observation_pack", "statement", sa.Column("has_missing", sa.Boolean(), nullable=False))
    _packs("visit_pack", "watch")
    op.create_table(
        "packing",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("after_id", sa.Uuid(), nullable=True),
        sa.Column("next_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_packing")),
    )


def downgrade() -> None:
    """An earlier program reads single rows only.

    Raises:
        RuntimeError: some checks are in packs; nothing was changed.
    """
    held = sa.text("SELECT (SELECT count(*) FROM observation_pack) + (SELECT count(*) FROM visit_pack)")
    count = op.get_bind().execute(held).scalar_one()
    if count:
        raise RuntimeError(f"Old checks are in {count} packs: an earlier program cannot read them.")
    for name in ("packing", "visit_pack", "observation_pack"):
        op.drop_table(name)


def _packs(name: str, owners: str, *facts: sa.Column[bool]) -> None:
    op.create_table(
        name,
        sa.Column(f"{owners}_id", sa.Uuid(), nullable=False),
        sa.Column("first_id", sa.Uuid(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        *facts,
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            [f"{owners}_id"], [f"{owners}.id"], name=op.f(f"fk_{name}_{owners}_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(f"{owners}_id", "first_id", name=op.f(f"pk_{name}")),
    )
