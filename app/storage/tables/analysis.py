"""What the edits did: to claims, to pins, and what is worth a look."""

import sqlalchemy as sa

from app.storage.dialect import Json, OptionalJson, UtcTime
from app.storage.tables.base import VersionNumber, metadata

edit = sa.Table(
    "edit",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("watch_id", sa.Uuid, nullable=False),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("from_version", VersionNumber, nullable=False),
    sa.Column("to_version", VersionNumber, nullable=False),
    sa.Column("restores", VersionNumber),
    sa.Column("last_seen_unchanged_at", UtcTime, nullable=False),
    sa.Column("first_seen_changed_at", UtcTime, nullable=False),
    sa.Column("stood_seconds", sa.Float, nullable=False),
    sa.Column("seconds_since_publication", sa.Float),
    sa.Column("earlier_edits", sa.Integer, nullable=False),
    sa.Column("confirmation", sa.String(16), nullable=False),
    sa.Column("confirmed_at", UtcTime),
    sa.Column("analysis_state", sa.String(16), nullable=False),
    sa.Column("analysis_attempts", sa.Integer, nullable=False),
    sa.Column("analyzer_version", sa.String(32)),
    sa.Column("statement_action", sa.String(16)),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("disclosed", sa.Boolean, nullable=False),
    sa.Column("marked_edited", sa.Boolean, nullable=False),
    sa.Column("language", sa.String(16)),
    sa.Column("facets_supported", Json, nullable=False),
    sa.Column("truncated", sa.Boolean, nullable=False),
    sa.Column("change_hash", sa.String(64)),
    sa.Column("pins", Json, nullable=False),
    sa.Column("is_technical", sa.Boolean, nullable=False),
    sa.Column("analysis_is_technical", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_flap", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("large_loss", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("is_archived", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_edit_id", "id"),
    sa.Index("ix_edit_first_seen_changed_at_id", "first_seen_changed_at", "id"),
    sa.Index("ix_edit_watch_id_first_seen_changed_at_id", "watch_id", "first_seen_changed_at", "id"),
    sa.Index("ix_edit_change_hash_first_seen_changed_at_id", "change_hash", "first_seen_changed_at", "id"),
    sa.Index(
        "ix_edit_not_compared",
        "watch_id",
        sqlite_where=sa.text("analysis_state <> 'done'"),
        postgresql_where=sa.text("analysis_state <> 'done'"),
    ),
    sa.Index(
        "ix_edit_owed",
        "first_seen_changed_at",
        sqlite_where=sa.text("analysis_state = 'owed'"),
        postgresql_where=sa.text("analysis_state = 'owed'"),
    ),
)

claim = sa.Table(
    "claim",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("id_start", sa.BigInteger, nullable=False),
    sa.Column("key", sa.Text),
    sa.Column("left_out", sa.LargeBinary),
    sa.Column("earlier_keys", Json, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("spans", Json, nullable=False),
    sa.Column("standing", sa.Boolean, nullable=False),
    sa.Column("first_version", VersionNumber, nullable=False),
    sa.Column("last_version", VersionNumber, nullable=False),
    sa.Column("removed_in", VersionNumber),
    sa.Index("ix_claim_id_start", "id_start"),
)
"""A row is written when something happens to its claim. Of one that stands, ``last_version`` and ``spans`` are those of
that moment: where it stands by now is in ``ledger``. Its id is made of the statement and its number, and found by the
first eight bytes of it, ``id_start``. ``left_out`` is what its key leaves out of its text; ``key`` is it, where it is
more than that. See app/storage/claim_keys.py."""

ledger = sa.Table(
    "ledger",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", VersionNumber, nullable=False),
    sa.Column("places", sa.LargeBinary, nullable=False),
)
"""The last version whose claims were compared, and where each of those that stand does so in its raw text: its number,
start and end, as often as it has places. See app/storage/claim_places.py and app/storage/packed_numbers.py."""

claim_change = sa.Table(
    "claim_change",
    metadata,
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("edit_id", sa.Uuid, primary_key=True),
    sa.Column("place", sa.Integer, primary_key=True),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("before_spans", Json, nullable=False),
    sa.Column("after_spans", Json, nullable=False),
    sa.Column("facets", Json, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("similarity", sa.Float, nullable=False),
    sa.Column("moved", sa.Boolean, nullable=False),
    sa.Column("other_numbers", Json, nullable=False),
    sa.Column("removed_in", VersionNumber),
    sa.Index("ix_claim_change_statement_id_number", "statement_id", "number"),
)
"""Claims that an edit left as they were have no row here."""

pin = sa.Table(
    "pin",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("variants", Json, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index("ix_pin_created_at_id", "created_at", "id"),
)

pin_watch = sa.Table(
    "pin_watch",
    metadata,
    sa.Column("pin_id", sa.ForeignKey("pin.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Index("ix_pin_watch_watch_id", "watch_id"),
)

edit_pin = sa.Table(
    "edit_pin",
    metadata,
    sa.Column("statement_id", sa.Uuid, primary_key=True),
    sa.Column("edit_id", sa.Uuid, primary_key=True),
    sa.Column("pin_id", sa.Uuid, primary_key=True),
    sa.Index("ix_edit_pin_pin_id_edit_id", "pin_id", "edit_id"),
    sa.ForeignKeyConstraint(["statement_id"], ["statement.id"], ondelete="CASCADE"),
)

flag = sa.Table(
    "flag",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("edit_id", sa.Uuid, nullable=False),
    sa.Column("statement_id", sa.ForeignKey("statement.id", ondelete="CASCADE"), nullable=False),
    sa.Column("watch_id", sa.Uuid, nullable=False),
    sa.Column("claim_id", sa.Uuid),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("facets", Json, nullable=False),
    sa.Column("level", sa.String(16), nullable=False),
    sa.Column("level_rank", sa.Integer, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("headline", sa.Text, nullable=False),
    sa.Column("gist", OptionalJson),
    sa.Column("before", sa.Text, nullable=False),
    sa.Column("after", sa.Text, nullable=False),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("review_state", sa.String(16), nullable=False),
    sa.Column("note", sa.Text),
    sa.Column("reviewed_at", UtcTime),
    sa.Column("reviewed_by", sa.Text),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index("ix_flag_created_at_id_level_rank", "created_at", "id", "level_rank"),
    sa.Index("ix_flag_review_state_created_at_id", "review_state", "created_at", "id"),
    sa.Index("ix_flag_review_state_severity", "review_state", "level_rank", "created_at", "id"),
    sa.Index("ix_flag_watch_id_created_at_id_level_rank", "watch_id", "created_at", "id", "level_rank"),
    sa.Index("ix_flag_watch_id_severity", "watch_id", "review_state", "level_rank", "created_at", "id"),
    sa.Index("ix_flag_statement_id_edit_id", "statement_id", "edit_id"),
)

flag_pin = sa.Table(
    "flag_pin",
    metadata,
    sa.Column("flag_id", sa.ForeignKey("flag.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("pin_id", sa.Uuid, primary_key=True),
    sa.Column("open_rank", sa.Integer),
    sa.Index("ix_flag_pin_pin_id_flag_id", "pin_id", "flag_id"),
    sa.Index("ix_flag_pin_severity", "pin_id", "open_rank", "flag_id"),
)
