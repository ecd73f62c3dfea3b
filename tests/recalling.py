"""For tests of a record: what one test wrote into its database, written into that of another as it was."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.storage.database import Database
from app.storage.tables import api_key, audit_entry, metadata, page_session

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Recalled:
    """A story, and what it left: the record, and the time at which it ended."""

    story: Any
    watch_id: WatchId
    now: datetime
    rows: Rows


def rows_of(database: Database) -> Rows:
    """Everything, by table."""
    with database.read() as conn:
        return {
            table.name: [dict(row) for row in conn.execute(sa.select(table)).mappings()]
            for table in metadata.sorted_tables
        }


def without(keys: list[dict[str, Any]], rows: Rows) -> Rows:
    """The rows but for keys that a test had made before, what is told of them, and who signed in with them."""
    ids = {key["id"] for key in keys}
    return rows | {
        api_key.name: [row for row in rows[api_key.name] if row["id"] not in ids],
        page_session.name: [row for row in rows[page_session.name] if row["key_id"] not in ids],
        audit_entry.name: [row for row in rows[audit_entry.name] if row["subject_id"] not in ids],
    }


def write_rows(database: Database, rows: Rows) -> None:
    """In place of all that is there, but for keys, what is told of them, and who signed in with them."""
    of_keys = audit_entry.c.subject_id.in_(sa.select(api_key.c.id))
    with database.write() as conn:
        for table in reversed(metadata.sorted_tables):
            if table not in (api_key, page_session):
                conn.execute(table.delete().where(~of_keys) if table is audit_entry else table.delete())
        for table in metadata.sorted_tables:
            if rows[table.name]:
                conn.execute(table.insert(), rows[table.name])
