"""Who works: one row for each process that checks and delivers."""

import sqlalchemy as sa

from app.storage.dialect import UtcTime
from app.storage.tables.base import metadata

worker = sa.Table(
    "worker",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("host_name", sa.Text, nullable=False),
    sa.Column("pid", sa.Integer, nullable=False),
    sa.Column("version", sa.String(32), nullable=False),
    sa.Column("started_at", UtcTime, nullable=False),
    sa.Column("seen_at", UtcTime, nullable=False),
    sa.Column("concurrency", sa.Integer, nullable=False),
    sa.Column("in_hand", sa.Integer, nullable=False),
    sa.Column("checks_per_minute", sa.Integer, nullable=False),
)
