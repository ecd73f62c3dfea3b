"""Old checks, many in a row: what was found of a statement, and the requests for a watch; written once for good."""

import sqlalchemy as sa

from app.storage.dialect import UtcTime
from app.storage.tables.base import metadata

observation_pack = sa.Table(
    "observation_pack",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("first_id", sa.Uuid, primary_key=True),
    sa.Column("last_id", sa.Uuid, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("has_missing", sa.Boolean, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The observations of a statement with these ids and between them, in their order. ``sha256`` (32 bytes) is of the
statement and ``body``. Packs of one statement never overlap."""

visit_pack = sa.Table(
    "visit_pack",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("first_id", sa.Uuid, primary_key=True),
    sa.Column("last_id", sa.Uuid, nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("sha256", sa.LargeBinary, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
)
"""The same of the visits of a watch."""

packing = sa.Table(
    "packing",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("after_id", sa.Uuid),
    sa.Column("next_at", UtcTime, nullable=False),
)
"""One row: how far the walk over all watches (``kind`` is ``visit``), then over all statements, has come, and when it
goes on. Whoever packs holds its lock."""
