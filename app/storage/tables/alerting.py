"""The feed of events, the destinations, and what is owed to each."""

import sqlalchemy as sa

from app.storage.dialect import Json, OptionalJson, UtcTime
from app.storage.tables.base import metadata

PENDING = sa.text("state = 'pending'")
FAILED = sa.text("state = 'failed'")
HELD = sa.text("lease IS NOT NULL")
IN_DIGEST = sa.text("digest_id IS NOT NULL")

feed_position = sa.Table(
    "feed_position",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last", sa.BigInteger, nullable=False),
)
"""One row. Whoever adds events holds it until the commit, so that positions are gapless and in commit order."""

event = sa.Table(
    "event",
    metadata,
    sa.Column("position", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("statement_id", sa.Uuid),
    sa.Column("edit_id", sa.Uuid),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("public_position", sa.BigInteger),
    sa.Column("subject", OptionalJson),
    sa.Index("ix_event_edit_id", "edit_id"),
    sa.Index("ix_event_statement_id", "statement_id"),
    sa.Index("ix_event_public_position", "public_position", unique=True),
)
"""``body`` is the JSON text to the letter, so that every try and every reading gives the same bytes.

``subject`` is what filters looked at, so that it can be said later what another filter would have let through.

``public_position`` numbers the events of public watches for themselves: the numbers in between would tell strangers how
much happens elsewhere.
"""

destination = sa.Table(
    "destination",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("wish", Json, nullable=False),
    sa.Column("timing", OptionalJson),
    sa.Column("sent_at", OptionalJson),
    sa.Column("secrets", Json, nullable=False),
    sa.Column("language", sa.String(16), nullable=False, server_default="en"),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("state_reason", sa.Text),
    sa.Column("failing_since", UtcTime),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Index("ix_destination_created_at_id", "created_at", "id"),
)
"""``secrets`` are encrypted, newest first; an older one is still used to sign until it expires.

``timing`` is when it wants to hear; null is at any time, at once. ``sent_at`` are the requests of the last hour, in
microseconds since 1970, where their number is limited.
"""

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("event_id", sa.Uuid, nullable=False),
    sa.Column("edit_id", sa.Uuid),
    sa.Column("destination_id", sa.ForeignKey("destination.id", ondelete="CASCADE"), nullable=False),
    sa.Column("type", sa.String(32), nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("next_try_at", UtcTime),
    sa.Column("lease", sa.String(32)),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("delivered_at", UtcTime),
    sa.Column("severity", sa.SmallInteger, nullable=False, server_default="0"),
    sa.Column("began_at", UtcTime),
    sa.Column("digest_id", sa.Uuid),
    sa.UniqueConstraint("destination_id", "event_id"),
    sa.Index("ix_alert_waiting", "destination_id", "next_try_at", "id", sqlite_where=PENDING, postgresql_where=PENDING),
    sa.Index("ix_alert_owed", "destination_id", "created_at", "id", sqlite_where=PENDING, postgresql_where=PENDING),
    sa.Index("ix_alert_failed", "destination_id", "created_at", "id", sqlite_where=FAILED, postgresql_where=FAILED),
    sa.Index("ix_alert_created_at_id", "created_at", "id"),
    sa.Index("ix_alert_destination_id_created_at_id", "destination_id", "created_at", "id"),
    sa.Index("ix_alert_edit_id", "edit_id"),
    sa.Index("ix_alert_held", "destination_id", sqlite_where=HELD, postgresql_where=HELD),
    sa.Index("ix_alert_digest_id", "digest_id", sqlite_where=IN_DIGEST, postgresql_where=IN_DIGEST),
)
"""``round`` counts the tries since the last replay; ``tries`` counts them all. ``severity`` is the rank of its level.

``began_at`` is when it was first taken to be sent: from then on it goes alone, under its own id. ``digest_id`` is the
digest that it went into instead, which is owed by an alert of its own.
"""

digest = sa.Table(
    "digest",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("destination_id", sa.ForeignKey("destination.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("last_position", sa.BigInteger, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Index("ix_digest_destination_id", "destination_id"),
)
"""Several alerts as one message, composed before it is first sent: the same on every try. Its id is its webhook-id."""

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("alert_id", sa.ForeignKey("alert.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("http_status", sa.Integer),
    sa.Column("answer", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("elapsed_seconds", sa.Float, nullable=False),
)
