"""Every table. Keys of the big ones start with ``statement_id``, so that they can be partitioned by it."""

from app.storage.tables.access import api_key, audit_entry, idempotency_key, page_session, share_link
from app.storage.tables.alerting import alert, delivery, destination, digest, event, feed_position
from app.storage.tables.analysis import claim, claim_change, edit, edit_pin, flag, flag_pin, ledger, pin, pin_watch
from app.storage.tables.archives import archive_capture, archived_history, archived_reading, backfill
from app.storage.tables.base import metadata
from app.storage.tables.packs import observation_pack, packing, visit_pack
from app.storage.tables.quotes import (
    claim_wording,
    earlier_analysis,
    public_term,
    quote_term,
    search_term,
    statement_rules,
    watch_extent,
)
from app.storage.tables.record import capture, flapping, latest_text, observation, statement, statement_gap, version
from app.storage.tables.service import worker
from app.storage.tables.watching import budget, check, gap, host, pulse, service_gap, visit, watch, watch_tag

__all__ = [
    "alert",
    "api_key",
    "archive_capture",
    "archived_history",
    "archived_reading",
    "audit_entry",
    "backfill",
    "budget",
    "capture",
    "check",
    "claim",
    "claim_change",
    "claim_wording",
    "delivery",
    "destination",
    "digest",
    "earlier_analysis",
    "edit",
    "edit_pin",
    "event",
    "feed_position",
    "flag",
    "flag_pin",
    "flapping",
    "gap",
    "host",
    "idempotency_key",
    "latest_text",
    "ledger",
    "metadata",
    "observation",
    "observation_pack",
    "packing",
    "page_session",
    "pin",
    "pin_watch",
    "public_term",
    "pulse",
    "quote_term",
    "search_term",
    "service_gap",
    "share_link",
    "statement",
    "statement_gap",
    "statement_rules",
    "version",
    "visit",
    "visit_pack",
    "watch",
    "watch_extent",
    "watch_tag",
    "worker",
]
