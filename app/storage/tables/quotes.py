"""What quotes and words are looked up in: every form of every claim, and by what a form is found."""

import sqlalchemy as sa

from app.storage.dialect import Json, UtcTime
from app.storage.tables.base import VersionNumber, metadata

WAITING_SQLITE, WAITING_POSTGRES = sa.text("is_searchable = 0"), sa.text("NOT is_searchable")
PUBLIC = sa.text("is_public")


def _runs(name: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("first", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("size", sa.SmallInteger, nullable=False),
        sa.Column("others", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


claim_wording = sa.Table(
    "claim_wording",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("first_version", VersionNumber, primary_key=True),
    sa.Column("last_version", VersionNumber),
    sa.Column("language", sa.String(16), nullable=False),
    sa.Column("key_hash", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text),
    sa.Column("spans", sa.LargeBinary, nullable=False),
    sa.Column("words", sa.LargeBinary, nullable=False),
    sa.Column("place", sa.BigInteger),
    sa.Column("is_searchable", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_public", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_claim_wording_key_hash", "key_hash"),
    sa.Index("ix_claim_wording_public", "key_hash", sqlite_where=PUBLIC, postgresql_where=PUBLIC),
    sa.Index("ix_claim_wording_place", "place"),
    sa.Index(
        "ix_claim_wording_waiting", "statement_id", sqlite_where=WAITING_SQLITE, postgresql_where=WAITING_POSTGRES
    ),
)
"""One row for each unbroken run of versions in which a claim read so; ``last_version`` is null while it does. ``text``
is null where it is that of its claim, as nearly always; see app/storage/wording_texts.py.

``words`` are digests of its stems, four bytes each: from them it is measured, and its pairs are found to be taken out.
``place`` is where its words lead to (app.domain.search_terms). While it is not ``is_searchable`` what the index has of
it is none yet, or of before something happened to it. ``is_public`` repeats what is said of its watch: what strangers
ask for is looked up among those alone.
"""

quote_term = sa.Table(
    "quote_term",
    metadata,
    sa.Column("term", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("key_start", sa.Integer, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""``key_start`` is the first half of a ``key_hash``: two sentences seldom share it. One that stands in a thousand
statements is in here once. It has no key of a statement on purpose."""

search_term = _runs("search_term")
"""Word by word the places of the wordings that have it, oldest first, up to 64 in a row (app.domain.runs). Nothing here
can be read without those."""

public_term = _runs("public_term")
"""The same for the wordings of public watches alone: what strangers search in, at a pace that tells of nothing else."""

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
