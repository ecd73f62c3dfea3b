"""Ids as their bytes on SQLite, at half the room

Revision: 0033
Follows: 0032
Made: 2026-11-30 03:20:00.000000+00:00
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from alembic import op

from app.storage.step_progress import StepProgress
from app.storage.writing_anew import declared, write_anew

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

AS_DIGITS, AS_BYTES = "CHAR(32)", "BLOB"
IDS: Final[Mapping[str, str]] = {
    "alert": "id event_id edit_id destination_id digest_id",
    "api_key": "id",
    "archive_capture": "watch_id backfill_id",
    "archived_history": "statement_id watch_id",
    "archived_reading": "statement_id watch_id",
    "audit_entry": "id actor_key_id subject_id",
    "backfill": "id watch_id statement_id",
    "check_due": "id watch_id statement_id",
    "claim": "statement_id id",
    "claim_change": "statement_id edit_id",
    "claim_wording": "statement_id",
    "delivery": "alert_id",
    "destination": "id",
    "digest": "id destination_id",
    "earlier_analysis": "statement_id edit_id",
    "edit": "statement_id id watch_id",
    "edit_pin": "statement_id edit_id pin_id",
    "event": "id statement_id edit_id",
    "flag": "id edit_id statement_id watch_id claim_id",
    "flag_pin": "flag_id pin_id",
    "flapping": "statement_id",
    "gap": "watch_id",
    "idempotency_key": "key_id",
    "latest_text": "statement_id",
    "ledger": "statement_id",
    "observation": "statement_id id visit_id",
    "observation_pack": "statement_id first_id last_id",
    "packing": "after_id",
    "page_session": "id key_id",
    "pin": "id",
    "pin_watch": "pin_id watch_id",
    "share_link": "id statement_id edit_id",
    "statement": "id watch_id",
    "statement_gap": "statement_id",
    "statement_rules": "statement_id",
    "version": "statement_id",
    "visit": "watch_id id",
    "visit_pack": "watch_id first_id last_id",
    "watch": "id",
    "watch_extent": "watch_id",
    "watch_tag": "watch_id",
}
"""Every column with an id. In a record from before they are declared as digits, in a new one as bytes already."""


def upgrade() -> None:
    """Every table with ids is written anew, row by row, with its indexes; PostgreSQL has a type of its own for them."""
    _rewrite(AS_DIGITS, AS_BYTES, _from_digits)


def downgrade() -> None:
    _rewrite(AS_BYTES, AS_DIGITS, _to_digits)


def _rewrite(old: str, new: str, form: Any) -> None:
    conn = op.get_bind()
    if conn.dialect.name != "sqlite":
        return
    driver = conn.connection.driver_connection
    assert driver is not None
    driver.create_function("id_anew", 1, form, deterministic=True)
    progress = StepProgress.of(op.get_context(), revision, list(IDS))
    for table, names in IDS.items():
        progress.start(table)
        ids = names.split()
        made = declared(conn, table)
        written = _declared(made, ids, old, new)
        if written != made or _has_digits(conn, table, ids):
            write_anew(conn, progress, table, made=written, values={name: f'id_anew("{name}")' for name in ids})
        progress.finish()


def _has_digits(conn: Any, table: str, ids: Sequence[str]) -> bool:
    """Whether an earlier step has put digits into a table that it made with bytes."""
    any_digits = " OR ".join(f"typeof(\"{name}\") = 'text'" for name in ids)
    return conn.exec_driver_sql(f'SELECT 1 FROM "{table}" WHERE {any_digits} LIMIT 1').first() is not None


def _declared(made: str, ids: Sequence[str], old: str, new: str) -> str:
    """The statement that makes a table, with its ids declared otherwise."""
    names = "|".join(map(re.escape, ids))
    return re.sub(rf'(?<![\w"])("?(?:{names})"?) {re.escape(old)}', rf"\1 {new}", made)


def _from_digits(digits: str | bytes | None) -> bytes | None:
    return bytes.fromhex(digits) if isinstance(digits, str) else digits


def _to_digits(kept: bytes | None) -> str | None:
    return None if kept is None else kept.hex()
