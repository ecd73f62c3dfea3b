"""The watchlist, the requests that are owed to it, the hosts they go to, and how each went."""

import sqlalchemy as sa

from app.storage.dialect import Json, UtcTime
from app.storage.tables.base import metadata

RUNS_SQLITE, RUNS_POSTGRES = sa.text("is_paused = 0"), sa.text("NOT is_paused")
NEW_SQLITE = sa.text("is_counted = 0 AND is_paused = 0")
NEW_POSTGRES = sa.text("NOT is_counted AND NOT is_paused")
OPEN = sa.text("closed_at IS NULL")
REFUSED = sa.text("refusals > 0")
SILENT = sa.text("silences > 1")
PUBLIC = sa.text("visibility = 'public'")

watch = sa.Table(
    "watch",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("target", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("publisher", sa.Text, nullable=False),
    sa.Column("language", sa.String(16)),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("interval_seconds", sa.Integer),
    sa.Column("selectors", Json, nullable=False),
    sa.Column("respect_robots", sa.Boolean, nullable=False),
    sa.Column("visibility", sa.String(16), nullable=False, server_default="private"),
    sa.Column("identity", sa.Text),
    sa.Column("health", sa.String(16), nullable=False),
    sa.Column("last_checked_at", UtcTime),
    sa.Column("last_outcome", sa.String(32)),
    sa.Column("created_at", UtcTime, nullable=False),
    sa.Column("updated_at", UtcTime, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("live_target", sa.Text, unique=True),
    sa.Column("habit", Json),
    sa.Index("ix_watch_created_at_id", "created_at", "id"),
    sa.Index("ix_watch_state_health", "state", "health"),
    sa.Index("ix_watch_publisher", "publisher"),
    sa.Index("ix_watch_public", "id", sqlite_where=PUBLIC, postgresql_where=PUBLIC),
)
"""``live_target`` is kind and target while the watch is not removed: one live watch for one thing. ``habit`` counts the
edits seen and the seconds watched in each span of ages."""

watch_tag = sa.Table(
    "watch_tag",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("tag", sa.String(64), primary_key=True),
    sa.Index("ix_watch_tag_tag_watch_id", "tag", "watch_id"),
)

host = sa.Table(
    "host",
    metadata,
    sa.Column("name", sa.String(260), primary_key=True),
    sa.Column("next_at", UtcTime, nullable=False),
    sa.Column("ready_at", UtcTime),
    sa.Column("gap_seconds", sa.Float, nullable=False),
    sa.Column("refusals", sa.Integer, nullable=False),
    sa.Column("lease", sa.String(32)),
    sa.Column("base_share", sa.Float, nullable=False, server_default="1"),
    sa.Column("stretch", sa.Float, nullable=False, server_default="1"),
    sa.Column("paid_until", UtcTime),
    sa.Column("silences", sa.Integer, nullable=False, server_default="0"),
    sa.Index("ix_host_ready_at_name", "ready_at", "name"),
    sa.Index("ix_host_resting", "next_at", sqlite_where=REFUSED, postgresql_where=REFUSED),
    sa.Index("ix_host_silent", "next_at", sqlite_where=SILENT, postgresql_where=SILENT),
)
"""One row a host: while a worker asks it, ``lease`` is its token and ``next_at`` is when that ends.

``ready_at`` is the later of ``next_at`` and of when the first of its counted checks is due; null before any is counted.
``base_share`` and ``stretch`` are how much of their demand its checks may have, ``paid_until`` how far its budget of
requests is spent. ``refusals`` is how often in a row it asked for less, ``silences`` how often it did not answer.
"""

budget = sa.Table(
    "budget",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("count_at", UtcTime, nullable=False),
    sa.Column("paid_until", UtcTime, nullable=False),
)
"""One row: when the demand of all checks is counted next, and how far the budget of all requests is spent."""

check = sa.Table(
    "check_due",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), nullable=False),
    sa.Column("statement_id", sa.Uuid),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("host", sa.String(260), nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("external_id", sa.Text),
    sa.Column("before", sa.Text),
    sa.Column("until", sa.Text),
    sa.Column("fallback", Json),
    sa.Column("due_at", UtcTime, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("etag", sa.Text),
    sa.Column("last_modified", sa.Text),
    sa.Column("mark", sa.Text),
    sa.Column("lease", sa.String(32)),
    sa.Column("is_paused", sa.Boolean, nullable=False),
    sa.Column("is_counted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("pinned_rate", sa.Float, nullable=False, server_default="0"),
    sa.Column("base_rate", sa.Float, nullable=False, server_default="0"),
    sa.Column("eager_rate", sa.Float, nullable=False, server_default="0"),
    sa.Index("ix_check_due_of_host", "host", "due_at", "id", sqlite_where=RUNS_SQLITE, postgresql_where=RUNS_POSTGRES),
    sa.Index("ix_check_due_waiting", "due_at", sqlite_where=RUNS_SQLITE, postgresql_where=RUNS_POSTGRES),
    sa.Index("ix_check_due_not_counted", "due_at", sqlite_where=NEW_SQLITE, postgresql_where=NEW_POSTGRES),
    sa.Index("ix_check_due_watch_id_purpose", "watch_id", "purpose"),
    sa.Index("ix_check_due_statement_id", "statement_id"),
)
"""``is_counted``: the ``ready_at`` of its host takes it into account."""

visit = sa.Table(
    "visit",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", UtcTime, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text),
    sa.Column("http_status", sa.Integer),
    sa.Column("elapsed_seconds", sa.Float),
    sa.Column("wire_bytes", sa.Integer),
    sa.Column("found", sa.Integer, nullable=False),
)

gap = sa.Table(
    "gap",
    metadata,
    sa.Column("watch_id", sa.ForeignKey("watch.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("opened_at", UtcTime, primary_key=True),
    sa.Column("closed_at", UtcTime),
    sa.Column("outcome", sa.String(16), nullable=False),
    sa.Column("detail", sa.Text),
    sa.Index("ix_gap_open", "watch_id", sqlite_where=OPEN, postgresql_where=OPEN),
    sa.Index("ix_gap_open_since", "opened_at", sqlite_where=OPEN, postgresql_where=OPEN),
)

pulse = sa.Table(
    "pulse",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("last_finished_at", UtcTime, nullable=False),
    sa.Column("waiting_since", UtcTime),
)
"""One row: when any worker last finished a check, to half a minute, and since when work has been waiting for one."""

service_gap = sa.Table(
    "service_gap",
    metadata,
    sa.Column("opened_at", UtcTime, primary_key=True),
    sa.Column("closed_at", UtcTime),
    sa.Column("open_mark", sa.Integer, unique=True),
)
"""Times in which checks were due and nothing was checked at all. ``open_mark`` is 1 while one lasts; only one can."""
