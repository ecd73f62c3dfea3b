"""What quotes are looked up in: every form of every claim, and the pairs of words by which a form is found."""

import sqlalchemy as sa

from app.storage.dialect import Json, UtcTime
from app.storage.tables.base import VersionNumber, metadata

claim_wording = sa.Table(
    "claim_wording",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("first_version", VersionNumber, primary_key=True),
    sa.Column("last_version", VersionNumber),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("key_hash", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("spans", Json, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Index("ix_claim_wording_key_hash", "key_hash"),
)
"""One row for each unbroken run of versions in which a claim read so; ``last_version`` is null while it does.

``words`` are digests of its stems, four bytes each: from them it is measured, and its pairs are found to be taken out.
"""

quote_term = sa.Table(
    "quote_term",
    metadata,
    sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key_hash", sa.BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""A sentence that stands in a thousand statements is in here once. It has no key of a statement on purpose."""

watch_extent = sa.Table(
    "watch_extent",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("statements", sa.Integer, nullable=False),
    sa.Column("versions", sa.Integer, nullable=False),
)
"""Counts that grow with the record, so that an answer can name them without counting."""

statement_rules = sa.Table(
    "statement_rules",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("rules", sa.String(32), nullable=False),
    sa.Index("ix_statement_rules_rules_statement_id", "rules", "statement_id"),
)
"""By which rules the claims of a statement and their forms were found; empty where they never were."""

earlier_analysis = sa.Table(
    "earlier_analysis",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("edit_id", sa.Uuid, primary_key=True),
    sa.Column("analyzer_version", sa.String(32), primary_key=True),
    sa.Column("replaced_at", UtcTime, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("results", Json, nullable=False),
)
"""What older rules had found of an edit, to the letter, when newer ones took their place."""
