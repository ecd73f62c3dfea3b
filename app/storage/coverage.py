"""What an answer about the past rests on: how much is kept of each watch, since when, and what was not searched."""

from collections.abc import Iterable

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.domain.quotes import Extent, WatchCoverage
from app.domain.watches import WatchState
from app.storage.dialect import insert_or_skip
from app.storage.observations import list_gaps
from app.storage.tables import edit, gap, statement, statement_rules, watch, watch_extent

MOST_GAPS = 50


def extend(conn: sa.Connection, watch_id: WatchId, *, statements: int, versions: int) -> None:
    """Count what a transaction added to the record of a watch. Call it late in the transaction."""
    mine = watch_extent.c.watch_id == watch_id
    grown = {"statements": watch_extent.c.statements + statements, "versions": watch_extent.c.versions + versions}
    if conn.execute(sa.update(watch_extent).where(mine).values(grown)).rowcount == 0:
        conn.execute(insert_or_skip(conn, watch_extent), [{"watch_id": watch_id, "statements": 0, "versions": 0}])
        conn.execute(sa.update(watch_extent).where(mine).values(grown))


def remove_extent(conn: sa.Connection, watch_id: WatchId) -> None:
    """Nothing is kept of this watch any more."""
    conn.execute(sa.delete(watch_extent).where(watch_extent.c.watch_id == watch_id))


def load_extent(conn: sa.Connection, watch_id: WatchId | None) -> Extent:
    """How much is kept of one watch, or of all."""
    query = sa.select(
        sa.func.count().label("watches"),
        sa.func.coalesce(sa.func.sum(watch_extent.c.statements), 0).label("statements"),
        sa.func.coalesce(sa.func.sum(watch_extent.c.versions), 0).label("versions"),
        sa.func.min(watch.c.created_at).label("since"),
    ).join_from(watch_extent, watch, watch.c.id == watch_extent.c.watch_id)
    if watch_id is not None:
        query = query.where(watch_extent.c.watch_id == watch_id)
    row = conn.execute(query).one()
    return Extent(row.watches, int(row.statements), int(row.versions), row.since)


def count_not_compared(conn: sa.Connection, watch_id: WatchId | None) -> int:
    """How many versions there are whose claims have not been compared."""
    query = sa.select(sa.func.count()).select_from(edit).where(edit.c.analysis_state != sa.literal_column("'done'"))
    if watch_id is not None:
        query = query.where(edit.c.watch_id == watch_id)
    return conn.execute(query).scalar_one()


def count_not_indexed(conn: sa.Connection, watch_id: WatchId | None) -> int:
    """How many statements there are whose wordings were never taken in."""
    query = sa.select(sa.func.count()).select_from(statement_rules).where(statement_rules.c.rules == "")
    if watch_id is not None:
        query = query.join(statement, statement.c.id == statement_rules.c.statement_id)
        query = query.where(statement.c.watch_id == watch_id)
    return conn.execute(query).scalar_one()


def count_open_gaps(conn: sa.Connection, watch_id: WatchId | None) -> int:
    """How many watches on the list could not be read at their last check."""
    is_open = sa.and_(gap.c.closed_at.is_(None), watch.c.state == WatchState.ACTIVE)
    query = sa.select(sa.func.count()).select_from(gap).join(watch, watch.c.id == gap.c.watch_id).where(is_open)
    if watch_id is not None:
        query = query.where(gap.c.watch_id == watch_id)
    return conn.execute(query).scalar_one()


def list_coverage(conn: sa.Connection, watch_ids: Iterable[WatchId]) -> tuple[WatchCoverage, ...]:
    """What is kept of each of these watches, and when they could not be read; the longest watched first."""
    query = (
        sa.select(watch.c.id, watch.c.name, watch.c.created_at, watch_extent.c.statements, watch_extent.c.versions)
        .join_from(watch, watch_extent, watch_extent.c.watch_id == watch.c.id, isouter=True)
        .where(watch.c.id.in_(list(set(watch_ids))))
        .order_by(watch.c.created_at, watch.c.id)
    )
    return tuple(
        WatchCoverage(
            watch_id=WatchId(row.id),
            name=row.name,
            watched_since=row.created_at,
            statements=row.statements or 0,
            versions=row.versions or 0,
            gaps=list_gaps(conn, WatchId(row.id), limit=MOST_GAPS),
        )
        for row in conn.execute(query)
    )
