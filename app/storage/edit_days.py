"""How often watches were edited day by day: counted over the index that begins with the watch."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.storage.tables import edit

MOST_COUNTED = 20_000
"""So many edits are looked at; a list of watches that has more of them in a month is shown the newest."""


def count_by_day(
    conn: sa.Connection, watch_ids: Iterable[WatchId], *, since: date
) -> Mapping[WatchId, Mapping[date, int]]:
    """Edits by watch and day (UTC) from ``since`` on."""
    begin = datetime.combine(since, time(), UTC)
    query = (
        sa.select(edit.c.watch_id, edit.c.first_seen_changed_at)
        .where(edit.c.watch_id.in_(list(watch_ids)), edit.c.first_seen_changed_at >= begin)
        .limit(MOST_COUNTED)
    )
    counts: dict[WatchId, Counter[date]] = {}
    for watch_id, at in conn.execute(query):
        counts.setdefault(watch_id, Counter())[at.date()] += 1
    return counts
