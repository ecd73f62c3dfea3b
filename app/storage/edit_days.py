"""How often watches were edited day by day: counted over the index that begins with the watch."""

from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.storage.dialect import date_of_day, day_of
from app.storage.tables import edit

MOST_COUNTED = 1_000
"""So many edits of each watch are counted, the newest."""


def count_by_day(
    conn: sa.Connection, watch_ids: Collection[WatchId], *, since: date
) -> Mapping[WatchId, Mapping[date, int]]:
    """Edits by watch and day (UTC) from ``since`` on."""
    if not watch_ids:
        return {}
    begin = datetime.combine(since, time(), UTC)
    some = sa.union_all(*(_newest(watch_id, begin) for watch_id in watch_ids)).subquery()
    day = day_of(conn, some.c.at).label("day")
    counts: dict[WatchId, dict[date, int]] = {}
    query = sa.select(some.c.watch_id, day, sa.func.count()).group_by(some.c.watch_id, day)
    for watch_id, number, count in conn.execute(query):
        counts.setdefault(watch_id, {})[date_of_day(number)] = count
    return counts


def _newest(watch_id: WatchId, begin: datetime) -> sa.Select[Any]:
    at = edit.c.first_seen_changed_at
    mine = sa.select(edit.c.watch_id, at.label("at")).where(edit.c.watch_id == watch_id, at >= begin)
    return sa.select(mine.order_by(at.desc(), edit.c.id.desc()).limit(MOST_COUNTED).subquery())
