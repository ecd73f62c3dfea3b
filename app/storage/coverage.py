"""What an answer about the past rests on: how much is kept of each watch, since when, and what was not searched."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from app.domain.ids import StatementId, WatchId
from app.domain.observations import STOOD_STILL, Gap, Lapse, LapseOf
from app.domain.quotes import Extent, WatchCoverage
from app.domain.watches import WatchState
from app.storage.dialect import insert_or_skip
from app.storage.observations import list_gaps
from app.storage.pulse import list_service_gaps
from app.storage.sending import send
from app.storage.statement_gaps import list_gaps_of
from app.storage.tables import edit, gap, statement, statement_rules, watch, watch_extent

MOST_GAPS = 50


class Reach(NamedTuple):
    """How much is kept, versions not compared, statements not indexed, watches that cannot be read."""

    searched: Extent
    not_compared: int
    not_indexed: int
    open_gaps: int


class Growth(NamedTuple):
    """What a transaction added to the record of a watch."""

    watch_id: WatchId
    statements: int
    versions: int


_GROW = sa.update(watch_extent).where(watch_extent.c.watch_id == sa.bindparam("of_watch"))
_GROW = _GROW.values(
    statements=watch_extent.c.statements + sa.bindparam("more_statements", type_=sa.Integer),
    versions=watch_extent.c.versions + sa.bindparam("more_versions", type_=sa.Integer),
)


def extend(conn: sa.Connection, growth: Iterable[Growth]) -> None:
    """Count what a transaction added to the record of these watches. Call it once, late in the transaction."""
    grown = sorted(growth)
    if grown:
        known = [{"watch_id": one.watch_id, "statements": 0, "versions": 0} for one in grown]
        send(conn, insert_or_skip(conn, watch_extent), known)
        row = ("of_watch", "more_statements", "more_versions")
        send(conn, _GROW, [dict(zip(row, one, strict=True)) for one in grown])


def remove_extent(conn: sa.Connection, watch_id: WatchId) -> None:
    """Nothing is kept of this watch any more."""
    conn.execute(sa.delete(watch_extent).where(watch_extent.c.watch_id == watch_id))


def load_reach(conn: sa.Connection, watch_id: WatchId | None) -> Reach:
    """How much is kept of one watch, or of all, and how much of that cannot be searched."""
    row = conn.execute(REACH if watch_id is None else _reach(watch_id)).one()
    searched = Extent(row.watches, int(row.statements), int(row.versions), row.since)
    return Reach(searched, row.not_compared, row.not_indexed, row.open_gaps)


def _reach(watch_id: WatchId | None) -> sa.Select[Any]:
    """Kept counts, and what is counted over partial indexes that are nearly empty."""

    def of_watch(query: sa.Select[Any], column: sa.Column[Any]) -> sa.ScalarSelect[Any]:
        return (query if watch_id is None else query.where(column == watch_id)).scalar_subquery()

    count = sa.select(sa.func.count())
    not_compared = count.select_from(edit).where(edit.c.analysis_state != sa.literal_column("'done'"))
    not_indexed = count.select_from(statement_rules).where(statement_rules.c.rules == "")
    if watch_id is not None:
        not_indexed = not_indexed.join(statement, statement.c.id == statement_rules.c.statement_id)
    open_gaps = count.select_from(gap).join(watch, watch.c.id == gap.c.watch_id)
    open_gaps = open_gaps.where(gap.c.closed_at.is_(None), watch.c.state == WatchState.ACTIVE)
    kept = sa.select(
        sa.func.count().label("watches"),
        sa.func.coalesce(sa.func.sum(watch_extent.c.statements), 0).label("statements"),
        sa.func.coalesce(sa.func.sum(watch_extent.c.versions), 0).label("versions"),
        sa.func.min(watch.c.created_at).label("since"),
        of_watch(not_compared, edit.c.watch_id).label("not_compared"),
        of_watch(not_indexed, statement.c.watch_id).label("not_indexed"),
        of_watch(open_gaps, gap.c.watch_id).label("open_gaps"),
    ).join_from(watch_extent, watch, watch.c.id == watch_extent.c.watch_id)
    return kept if watch_id is None else kept.where(watch_extent.c.watch_id == watch_id)


REACH = _reach(None)


def list_coverage(
    conn: sa.Connection, watch_ids: Iterable[WatchId], *, statement_ids: Collection[StatementId] = ()
) -> tuple[WatchCoverage, ...]:
    """What is kept of each of these watches, and when they could not be read; the longest watched first.

    The gaps of these statements stand with those of their watches.
    """
    query = (
        sa.select(watch.c.id, watch.c.name, watch.c.created_at, watch_extent.c.statements, watch_extent.c.versions)
        .join_from(watch, watch_extent, watch_extent.c.watch_id == watch.c.id, isouter=True)
        .where(watch.c.id.in_(list(set(watch_ids))))
        .order_by(watch.c.created_at, watch.c.id)
    )
    rows = conn.execute(query).all()
    stood = list_service_gaps(conn, since=rows[0].created_at, limit=MOST_GAPS) if rows else ()
    still = [Lapse(LapseOf.SERVICE, one.opened_at, one.closed_at, None, STOOD_STILL) for one in stood]
    of_statements = list_gaps_of(conn, statement_ids, limit=MOST_GAPS) if statement_ids else ()
    return tuple(
        WatchCoverage(
            watch_id=WatchId(row.id),
            name=row.name,
            watched_since=row.created_at,
            statements=row.statements or 0,
            versions=row.versions or 0,
            gaps=_lapses(conn, WatchId(row.id), row.created_at, still, of_statements),
        )
        for row in rows
    )


def _lapses(
    conn: sa.Connection,
    watch_id: WatchId,
    since: datetime,
    still: Iterable[Lapse],
    of_statements: Iterable[tuple[StatementId, Gap]],
) -> tuple[Lapse, ...]:
    """When a watch or a statement of it could not be read, or nothing at all was checked; newest first."""
    own = (
        Lapse(LapseOf.WATCH, one.opened_at, one.closed_at, one.outcome, one.detail)
        for one in list_gaps(conn, watch_id, limit=MOST_GAPS)
    )
    apart = (
        Lapse(LapseOf.STATEMENT, one.opened_at, one.closed_at, one.outcome, one.detail, statement_id)
        for statement_id, one in of_statements
        if one.watch_id == watch_id
    )
    of_service = (one for one in still if one.closed_at is None or one.closed_at > since)
    return tuple(sorted((*own, *apart, *of_service), key=lambda one: one.opened_at, reverse=True))[:MOST_GAPS]


def find_languages(conn: sa.Connection) -> frozenset[str]:
    """The languages of the statements first seen last."""
    recent = (
        sa.select(statement.c.language).order_by(statement.c.first_seen_at.desc(), statement.c.id.desc()).limit(500)
    )
    found = conn.execute(sa.select(recent.subquery().c.language).distinct()).scalars()
    return frozenset(str(language) for language in found if language is not None)
