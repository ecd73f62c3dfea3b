"""The page beside which the first page of a new statement is kept: one of its sisters, of the same watch.

    whole page of the watch  ◀──  first page of a statement
                             ◀──  first page of the next one, and so on, while they are alike

Articles of one site share their frame, and two states of a channel most of their posts. A page is the difference only
from a whole one, so that no chain grows; where little is alike any more it is whole, and the next ones go by it.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

import sqlalchemy as sa

from app.domain.ids import WatchId
from app.storage.tables import capture, statement, version, watch

NEWEST: Final = 25
"""So many statements of a watch are looked through for one with a page; those of archives have none of their own."""


def _page_of_newest() -> sa.ScalarSelect[Any]:
    """Of a watch: the page that the first version of its newest statement was read from."""
    newest = sa.select(statement.c.id, statement.c.first_seen_at).where(statement.c.watch_id == watch.c.id)
    newest = newest.order_by(statement.c.first_seen_at.desc(), statement.c.id.desc()).limit(NEWEST).correlate(watch)
    some = newest.subquery("newest")
    first = sa.and_(version.c.statement_id == some.c.id, version.c.number == 1)
    pages = sa.select(version.c.capture_sha256).select_from(some.join(version, first))
    return pages.order_by(some.c.first_seen_at.desc(), some.c.id.desc()).limit(1).correlate(watch).scalar_subquery()


_NEAR, _BASE = capture.alias("near"), capture.alias("base")
_OF_WATCH = (
    sa.select(sa.literal(1))
    .select_from(version.join(statement, statement.c.id == version.c.statement_id))
    .where(version.c.capture_sha256 == _BASE.c.sha256, statement.c.watch_id == watch.c.id)
    .correlate(watch, _BASE)
    .exists()
)
_STEP = sa.literal_column("0", sa.Integer).label("step")
_SISTERS: sa.Select[Any] = (
    sa.select(
        watch.c.id.label("watch_id"),
        _BASE.c.sha256,
        _BASE.c.body,
        _BASE.c.size,
        _BASE.c.base_sha256,
        _BASE.c.differences,
        _STEP,
    )
    .select_from(watch)
    .join(_NEAR, _NEAR.c.sha256 == _page_of_newest())
    .join(_BASE, _BASE.c.sha256 == sa.func.coalesce(_NEAR.c.base_sha256, _NEAR.c.sha256))
    .where(watch.c.id.in_(sa.bindparam("watches", expanding=True)), _BASE.c.base_sha256.is_(None), _OF_WATCH)
)


def find_sisters(conn: sa.Connection, watches: Collection[WatchId]) -> Mapping[WatchId, sa.Row[Any]]:
    """Of each watch that has one, the row of the page beside which a new one may be kept.

    It belongs to a version of the same watch, so whoever forgets the watch meets it.
    """
    rows = conn.execute(_SISTERS, {"watches": list(watches)}) if watches else ()
    return {WatchId(row.watch_id): row for row in rows}
